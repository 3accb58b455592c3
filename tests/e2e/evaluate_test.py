"""Scores of `replyguard evaluate` where there is no file to rename into place: a pipe, and a file that is standard output."""

import json
import pathlib
import subprocess
import tempfile
import unittest

import harness

ROWS = [{"id": f"row {n}", "text": f"win a free prize, number {n}" if n % 2 else f"a walk by the river, day {n}",
         "label": "spam" if n % 2 else "ham"} for n in range(12)]


class EvaluateTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))

    def evaluate(self, scores, stdout=subprocess.PIPE):
        ran = subprocess.run([harness.BINARY, "evaluate", "--input", str(self.folder / "rows.jsonl"), "--format", "json",
                              "--scores", str(scores)], stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, env={})
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran

    def to_file(self):
        self.evaluate(self.folder / "scores.tsv")
        return (self.folder / "scores.tsv").read_text()

    def assert_scores_apart_from_summary(self, text, told):
        self.assertEqual(text, self.to_file())
        summary = json.loads(told)
        self.assertEqual((summary["n"], summary["spam"]), (12, 6))

    def test_a_file_holds_a_line_for_each_row(self):
        lines = [line.split("\t") for line in self.to_file().splitlines()]
        self.assertEqual([line[:2] for line in lines], [[row["id"], row["label"]] for row in ROWS])
        for line in lines:
            self.assertTrue(0 < float(line[2]) < 1, line)

    def test_standard_output_as_a_pipe_gets_the_same_and_nothing_else(self):
        for name in ("-", "/dev/stdout"):
            ran = self.evaluate(name)
            self.assert_scores_apart_from_summary(ran.stdout, ran.stderr)

    def test_standard_output_as_a_file_is_added_to_and_not_replaced(self):
        with open(self.folder / "out", "a", encoding="utf-8") as out:
            out.write("what was there\n")
            out.flush()
            told = self.evaluate("/dev/stdout", stdout=out).stderr
        kept, _, rest = (self.folder / "out").read_text().partition("\n")
        self.assertEqual(kept, "what was there")
        self.assert_scores_apart_from_summary(rest, told)


if __name__ == "__main__":
    unittest.main()
