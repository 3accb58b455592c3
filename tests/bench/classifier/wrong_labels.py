#!/usr/bin/env python3
"""Does the label doctor find wrong labels: wrong_labels.py REPLYGUARD FOLDER|FILE.jsonl... [--share 0.05] [--seeds 3]

Of each stream (JSON lines: text, label) a share of the labels is turned round at random, once for each seed. Printed is how
many of the first k that `replyguard labels doctor` lists were turned round, k being as many as were (precision at k, which is
also the recall there); the same of a naive list: what a model that has learnt the very same labels says against them; and
precision and recall of the labels that the doctor calls contradicted with confidence, however many these are. A list by
chance finds the share itself. Labels that were wrong from the start count as false alarms.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def turned(lines, share, seed):
    """The stream with wrong labels, and which lines (from 1) these are."""
    labelled = [n for n, row in enumerate(lines, 1) if row.get("label") in ("spam", "ham")]
    wrong = set(random.Random(seed).sample(labelled, round(share * len(labelled))))
    rows = [dict(row, id=str(n), label={"spam": "ham", "ham": "spam"}[row["label"]] if n in wrong else row["label"])
            for n, row in enumerate(lines, 1)]
    return rows, wrong


def doctor(replyguard, path, count):
    found = json.loads(run(replyguard, "labels", "doctor", "--input", path, "--problems", count, "--format", "json"))
    return [(row["line"], row["confident"]) for row in found["contradictions"]]


def naive(replyguard, path, folder):
    model, scores = folder / "model", folder / "scores.tsv"
    run(replyguard, "train", "--input", path, "--output", model)
    run(replyguard, "evaluate", "--input", path, "--protocol", "static", "--model", model, "--scores", scores)
    against = []
    for line in scores.read_text().splitlines():
        number, label, probability = line.split("\t")
        against.append((float(probability) if label == "ham" else 1 - float(probability), int(number)))
    return [number for _, number in sorted(against, key=lambda one: (-one[0], one[1]))]


def share_of(part, whole):
    return 100 * part / whole if whole else 0.0


def measure(replyguard, path, share, seeds):
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    sums = [0.0] * 4
    for seed in range(seeds):
        rows, wrong = turned(lines, share, seed)
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            stream = folder / "stream.jsonl"
            stream.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            listed = doctor(replyguard, stream, len(rows))
            plain = naive(replyguard, stream, folder)
        k = len(wrong)
        confident = {line for line, sure in listed if sure}
        for i, value in enumerate([share_of(len({line for line, _ in listed[:k]} & wrong), k),
                                   share_of(len(set(plain[:k]) & wrong), k),
                                   share_of(len(confident & wrong), len(confident)),
                                   share_of(len(confident & wrong), k)]):
            sums[i] += value / seeds
    return len(lines), sums


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("replyguard")
    parser.add_argument("streams", nargs="+", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--seeds", type=int, default=3)
    flags = parser.parse_args()
    files = [file for path in flags.streams for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]
    print("| stream | labels | of the first k: doctor % | naive % | confident: right % | found % |")
    print("|---|---|---|---|---|---|")
    for file in files:
        count, (at_k, plain, precision, recall) = measure(flags.replyguard, file, flags.share, flags.seeds)
        print(f"| {file.stem} | {count} | {at_k:.1f} | {plain:.1f} | {precision:.1f} | {recall:.1f} |", flush=True)


if __name__ == "__main__":
    main()
