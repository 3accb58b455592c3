#!/usr/bin/env python3
"""How much disguised spam is still caught: disguises.py REPLYGUARD FILE.jsonl... [--ways NAME,NAME...] [--random]

Of each stream (JSON lines: text, label) the first 70 % are learnt; the spam of the rest is disguised in each of the ways of
tests/classifier/fixtures/disguises.json (and in some that only real links, numbers and names can wear, below) and scored by
the model, which learns nothing on the way. Printed is the share of it that is caught at probability 0.5, and at the
threshold that loses 0.5 % of the rest's ham, which stays as it is. Below it: how much of our own clean text in other
languages (tests/classifier/fixtures/clean.json) the same model calls spam.

--random: the disguises of random_disguises.py instead, each on 10, 30 and 100 % of the words, at 0.5 only; below, those that are
caught less than 80 % as often as what wears none, of all words.
"""
import itertools
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import random_disguises

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "classifier" / "fixtures"
LONG = re.compile(r"[A-Za-z]{4,}")
VOWELS = "aeiouAEIOU"


def mapped(way, every=1):
    table = dict(zip(way["from"], way["to"].split(" ")))

    def change(match):
        return "".join(table.get(c, table.get(c.lower(), c)) if i % every == 0 else c for i, c in enumerate(match[0]))
    return lambda text: re.sub("[A-Za-z]+", change, text)


def long_words(change):
    return lambda text: LONG.sub(lambda match: change(match[0]), text)


def swapped(word):
    inner = list(word[1:-1])
    for i in range(0, len(inner) - 1, 2):
        inner[i], inner[i + 1] = inner[i + 1], inner[i]
    return word[0] + "".join(inner) + word[-1]


def random_case(text):
    return "".join(c.upper() if i * 7 % 3 == 0 else c.lower() for i, c in enumerate(text))


def joined(text):
    parts = text.split(" ")
    return " ".join("".join(parts[i:i + 2]) for i in range(0, len(parts), 2))


def disguise_of(way):
    """The function that puts on what disguises.json describes; the same as Disguise::Apply in the tests."""
    filler = way.get("filler", "")
    return {
        "letters": lambda: mapped(way),
        "alternate": lambda: mapped(way, every=2),
        "between": lambda: long_words(filler.join),
        "inside": lambda: long_words(lambda w: w[:len(w) // 2] + filler + w[len(w) // 2:]),
        "after": lambda: lambda text: re.sub("[A-Za-z]", lambda match: match[0] + filler, text),
        "repeated": lambda: lambda text: re.sub("[A-Za-z]", lambda match: match[0] * way["times"], text),
        "reversed": lambda: long_words(lambda w: way["before"] + w[::-1] + way["after"]),
        "swapped": lambda: long_words(swapped),
        "vowels dropped": lambda: long_words(lambda w: w[0] + "".join(c for c in w[1:] if c not in VOWELS)),
        "capitals": lambda: str.upper,
        "random case": lambda: random_case,
        "joined": lambda: joined,
    }[way["kind"]]()


def half(change):
    """Every second long word of a text: the rest stays readable, as spammers like it."""
    def disguise(text):
        count = itertools.count()
        return LONG.sub(lambda match: change(match[0]) if next(count) % 2 == 0 else match[0], text)
    return disguise


# What needs a link, a number or a name in the text; other spam stays as it is.
REAL = {
    "links: hxxp": lambda text: re.sub("http", "hxxp", text, flags=re.I),
    "links: [.]": lambda text: re.sub(r"(?<=\w)\.(?=\w)", "[.]", text),
    "links: dot in words": lambda text: re.sub(r"(?<=\w)\.(?=\w)", " dot ", text),
    "links: ideographic full stop": lambda text: re.sub(r"(?<=\w)\.(?=\w)", "\u3002", text),
    "links: blanks at the dots": lambda text: re.sub(r"(?<=\w)\.(?=\w)", " . ", text),
    "links: another path": lambda text: re.sub(r"(https?://[^\s/]+)\S*", r"\1/q7x", text),
    "numbers: blanks": lambda text: re.sub(r"(?<=\d)(?=\d)", " ", text),
    "numbers: full width": lambda text: re.sub("[0-9]", lambda match: chr(0xFF10 + int(match[0])), text),
    "numbers: keycaps": lambda text: re.sub("[0-9]", lambda match: match[0] + "\ufe0f\u20e3", text),
    "numbers: other digits": lambda text: re.sub("[0-9]", lambda match: str((int(match[0]) * 7 + 3) % 10), text),
    "signs dropped": lambda text: re.sub(r"[^\w\s]", "", text),
    "half: spaced out": half(" ".join),
    "half: dotted": half(".".join),
    "half: zero-width spaces": half("\u200b".join),
}


def ways():
    described = json.loads((FIXTURES / "disguises.json").read_text(encoding="utf-8"))["disguises"]
    return {"none": lambda text: text} | {way["name"]: disguise_of(way) for way in described} | REAL


def clean_texts():
    for language in json.loads((FIXTURES / "clean.json").read_text(encoding="utf-8"))["languages"]:
        parts = itertools.product(language["openings"], language["middles"], language["endings"])
        yield language["name"], [language["joint"].join(part) for part in parts]


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def probabilities(program, model, rows, folder):
    """Of each row, in order."""
    write(folder / "rows.jsonl", [{**row, "id": str(i)} for i, row in enumerate(rows)])
    subprocess.run([program, "evaluate", "--protocol", "static", "--model", model, "--input", folder / "rows.jsonl", "--scores",
                    folder / "scores", "--format", "json"], check=True, capture_output=True)
    lines = [line.split("\t") for line in (folder / "scores").read_text(encoding="utf-8").splitlines()]
    found = {line[0]: float(line[2]) for line in lines if line[0].isdigit()}
    return [found[str(i)] for i in range(len(rows))]


def percent(of, threshold):
    return 100 * sum(p >= threshold for p in of) / len(of)


def train(program, stream, folder):
    """A model of the first 70 % of the stream; the ham and the spam of the rest."""
    rows = [json.loads(line) for line in open(stream, encoding="utf-8") if line.strip()]
    rows = [row for row in rows if row.get("label") in ("ham", "spam")]
    random.Random(1).shuffle(rows)
    cut = len(rows) * 7 // 10
    write(folder / "first.jsonl", rows[:cut])
    subprocess.run([program, "train", "--input", folder / "first.jsonl", "--output", folder / "model"], check=True,
                   capture_output=True)
    return ([row for row in rows[cut:] if row["label"] == label] for label in ("ham", "spam"))


def report(program, stream, chosen, folder):
    ham, spam = train(program, stream, folder)
    ham = sorted(probabilities(program, folder / "model", ham, folder))
    strict = ham[-1 - len(ham) // 200]
    print(f"{pathlib.Path(stream).stem}: {len(spam)} spam, {len(ham)} ham, of which {percent(ham, 0.5):.1f} % called spam\n"
          f"  {'disguise':42} {'at 0.5':>8} {'at 0.5 % ham loss':>18} {'changed':>8}")
    all_ways = [(name, way) for name, way in ways().items() if not chosen or name in chosen]
    scored = iter(probabilities(program, folder / "model",
                                [{**row, "text": way(row["text"])} for _, way in all_ways for row in spam], folder))
    for name, way in all_ways:
        of = list(itertools.islice(scored, len(spam)))
        changed = 100 * sum(way(row["text"]) != row["text"] for row in spam) / len(spam)
        print(f"  {name:42} {percent(of, 0.5):7.1f}% {100 * sum(p > strict for p in of) / len(of):17.1f}% {changed:7.0f}%")
    print(f"  {'clean text of ours':42} {'at 0.5':>8} {'at 0.9':>8}")
    for language, texts in clean_texts():
        of = probabilities(program, folder / "model", [{"text": text, "label": "ham"} for text in texts], folder)
        print(f"  {language:42} {percent(of, 0.5):7.1f}% {percent(of, 0.9):7.1f}%", flush=True)


RATES = (0.1, 0.3, 1.0)


def random_ways():
    """Name -> the disguises at RATES; of the whole text at 1 only."""
    ways_of = {name: [random_disguises.disguise_of(way, rate, name) for rate in RATES] for name, way in random_disguises.WAYS.items()}
    whole = {name: [lambda text, way=way, name=name: way(text, random.Random(f"{name} {text}"))] for name, way in random_disguises.WHOLE.items()}
    return ways_of | whole


def report_random(program, stream, chosen, folder):
    _, spam = train(program, stream, folder)
    chosen_ways = {name: at for name, at in random_ways().items() if not chosen or name in chosen}
    texts = [spam] + [[{**row, "text": way(row["text"])} for row in spam] for at in chosen_ways.values() for way in at]
    scored = iter(probabilities(program, folder / "model", list(itertools.chain.from_iterable(texts)), folder))
    none, *caught = [percent(list(itertools.islice(scored, len(spam))), 0.5) for _ in texts]
    print(f"{pathlib.Path(stream).stem}: {len(spam)} spam, undisguised caught {none:.1f} %\n"
          f"  {'disguise':42}" + "".join(f"{rate:7.0%}" for rate in RATES))
    caught = iter(caught)
    weak = []
    sums = [0.0] * len(RATES)
    for name, at in chosen_ways.items():
        of = list(itertools.islice(caught, len(at)))
        print(f"  {name:42}" + " " * 7 * (len(RATES) - len(of)) + "".join(f"{p:6.1f}%" for p in of))
        if of[-1] < 0.8 * none:
            weak.append(name)
        if len(of) == len(RATES):
            sums = [a + b for a, b in zip(sums, of)]
    words = sum(len(at) == len(RATES) for at in chosen_ways.values())
    print(f"  {'mean of those':42}" + "".join(f"{p / max(words, 1):6.1f}%" for p in sums))
    print(f"  below 80 % of none: {len(weak)}: " + "; ".join(weak), flush=True)


def main():
    arguments = sys.argv[1:]
    chosen = set()
    of_stream = report
    if "--random" in arguments:
        arguments.remove("--random")
        of_stream = report_random
    if "--ways" in arguments:
        at = arguments.index("--ways")
        chosen = set(arguments[at + 1].split(","))
        del arguments[at:at + 2]
    if len(arguments) < 2:
        sys.exit(__doc__)
    program, *streams = arguments
    with tempfile.TemporaryDirectory() as name:
        for stream in streams:
            of_stream(program, stream, chosen, pathlib.Path(name))


if __name__ == "__main__":
    main()
