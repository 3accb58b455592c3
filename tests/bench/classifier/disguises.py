#!/usr/bin/env python3
"""How much disguised spam is still caught: disguises.py REPLYGUARD FILE.jsonl...

Of each stream (JSON lines: text, label) the first 70 % are learnt; the spam of the rest is disguised in each of the ways
below and scored by the model, which learns nothing on the way. Printed is the share of it that is caught at probability
0.5, and at the threshold that loses 0.5 % of the rest's ham, which stays as it is.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

UPPER, LOWER = 0x41, 0x61


def mapped(base_upper, base_lower):
    def disguise(text):
        return "".join(
            chr(base_upper + ord(c) - UPPER) if "A" <= c <= "Z" else chr(base_lower + ord(c) - LOWER) if "a" <= c <= "z" else c
            for c in text)
    return disguise


def replaced(table):
    return lambda text: "".join(table.get(c, c) for c in text)


def words(change):
    """Changes every second word of four letters and more."""
    def disguise(text):
        parts = text.split(" ")
        long = [i for i, part in enumerate(parts) if len(part) >= 4 and part.isalpha()]
        for i in long[::2]:
            parts[i] = change(parts[i])
        return " ".join(parts)
    return disguise


CYRILLIC = dict(zip("aeopcxyikABEHKMOPCTX", "аеорсхуікАВЕНКМОРСТХ"))
GREEK = dict(zip("aoivnuAEZHIKMNOPTYX", "αοινηυΑΕΖΗΙΚΜΝΟΡΤΥΧ"))
LEET = dict(zip("aeiostAEIOST", "431057431057"))
DISGUISES = {
    "none": lambda text: text,
    "bold letters": mapped(0x1D5D4, 0x1D5EE),
    "script letters": mapped(0x1D4D0, 0x1D4EA),
    "full width": mapped(0xFF21, 0xFF41),
    "circled": mapped(0x24B6, 0x24D0),
    "Cyrillic look-alikes": replaced(CYRILLIC),
    "Greek look-alikes": replaced(GREEK),
    "leetspeak": replaced(LEET),
    "zero-width inside": words(lambda w: "\u200b".join(w)),
    "soft hyphens": words(lambda w: "\u00ad".join(w)),
    "spaced out": words(lambda w: " ".join(w)),
    "dotted": words(lambda w: ".".join(w)),
    "hyphened": words(lambda w: "-".join(w)),
    "repeated letters": words(lambda w: w[:-1] + w[-1] * 4),
    "accents": words(lambda w: "".join(c + "\u0301" for c in w)),
    "entities": words(lambda w: "".join(f"&#{ord(c)};" for c in w)),
    "tags inside": words(lambda w: w[:2] + "<b></b>" + w[2:]),
    "random capitals": lambda text: "".join(c.upper() if i * 7 % 3 == 0 else c.lower() for i, c in enumerate(text)),
    "emoji between": words(lambda w: w[:2] + "\U0001F525" + w[2:]),
}


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def measure(program, model, rows, folder):
    path = folder / "rest.jsonl"
    write(path, rows)
    out = subprocess.run([program, "evaluate", "--protocol", "static", "--model", model, "--input", path, "--format", "json"],
                         check=True, capture_output=True, text=True).stdout
    figures = json.loads(out)
    return 100 - figures["spam_misclassified_pct"], figures["spam_caught_pct"]["0.5"]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, *streams = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for stream in streams:
            rows = [json.loads(line) for line in open(stream, encoding="utf-8") if line.strip()]
            rows = [row for row in rows if row.get("label") in ("ham", "spam")]
            random.Random(1).shuffle(rows)
            cut = len(rows) * 7 // 10
            write(folder / "first.jsonl", rows[:cut])
            subprocess.run([program, "train", "--input", folder / "first.jsonl", "--output", folder / "model"], check=True,
                           capture_output=True)
            print(f"{pathlib.Path(stream).stem}\n  {'disguise':22} {'at 0.5':>8} {'at 0.5 % ham loss':>18}")
            for way, disguise in DISGUISES.items():
                rest = [{**row, "text": disguise(row["text"])} if row["label"] == "spam" else row for row in rows[cut:]]
                caught, strict = measure(program, folder / "model", rest, folder)
                print(f"  {way:22} {caught:7.1f}% {strict:17.1f}%", flush=True)


if __name__ == "__main__":
    main()
