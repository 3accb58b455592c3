"""A stream of labelled comments submitted, moderated and learnt, as a site would live through it.

As a test it makes 600 comments by rule. To run it over real streams:
    /usr/bin/python3 tests/e2e/stream_test.py FOLDER_OR_FILE.jsonl
(each line {"id", "author", "text", "label"}), which prints how many errors each tenth of the stream had.
"""

import json
import pathlib
import sys
import unittest

import examples
import harness

COMMENTS = 600


def play(box, comments):
    """Submits each comment, then moderates it by its label, as it comes. Returns a list of (verdict, label)."""
    backend, moderator = box.backend(), box.moderator()
    outcomes = []
    for number, (author, body, label) in enumerate(comments):
        answer = box.submit(backend, body, f"s-{number}", author=author or "Reader")
        outcomes.append((answer.assessment.verdict, label))
        result = box.moderate(moderator, answer.comment.name, "SPAM" if label == "spam" else "APPROVE")
        assert not result.HasField("error"), result
    return outcomes


def summary(outcomes):
    held = sum(v == 2 for v, _ in outcomes)
    lost = sum(v == 3 and label == "ham" for v, label in outcomes)
    passed = sum(v == 1 and label == "spam" for v, label in outcomes)
    return {"comments": len(outcomes), "held": held, "ham_called_spam": lost, "spam_approved": passed}


class StreamTest(unittest.TestCase):
    def test_a_site_learns_from_its_moderators(self):
        with harness.Installation() as box:
            outcomes = play(box, [("Ada", body, label) for body, label in examples.labelled(COMMENTS, seed=3)])
            early, late = summary(outcomes[:40]), summary(outcomes[-200:])
            self.assertGreater(early["held"], 20, "an untrained site holds")
            self.assertLess(late["held"], 60, late)
            self.assertLess(late["ham_called_spam"] + late["spam_approved"], 6, late)
            model = box.wait_for_model()
            self.assertEqual(model.spam_count + model.ham_count, COMMENTS)
            self.assertEqual(model.position, COMMENTS)
            events = int(box.sql("SELECT count(*) FROM replyguard.events"))
            self.assertGreaterEqual(events, COMMENTS)
            gaps = box.sql("SELECT max(sequence) - count(*) FROM replyguard.events")
            self.assertEqual(gaps, "0")


def main(path):
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    for file in files:
        rows = [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
        rows = [(r["author"][:245], r["text"], r["label"]) for r in rows if r["text"].strip()]
        with harness.Installation() as box:
            outcomes = play(box, rows)
            print(file.name, json.dumps(summary(outcomes)))
            tenth = max(1, len(outcomes) // 10)
            for start in range(0, len(outcomes), tenth):
                print(f"  {start:6}", json.dumps(summary(outcomes[start:start + tenth])))


if __name__ == "__main__":
    if len(sys.argv) > 1 and pathlib.Path(sys.argv[1]).exists():
        main(pathlib.Path(sys.argv[1]))
    else:
        unittest.main()
