"""The shipped starter model and shared learning, from the command line."""

import json
import pathlib
import tempfile
import unittest

import harness

SPAM = "Please subscribe to my channel http://videos.example/join"
HAM = "I love this song, it makes me happy every morning"


class StarterTest(unittest.TestCase):
    def check(self, box, body):
        return json.loads(box.run("check", "--thread", "song", "--author-name", "Sam", "--author-email",
                                  "sam@example.org", "--body", body, "--format", "json").stdout)["assessment"]

    def test_a_fresh_server_decides_and_doctor_sees_another_starter_model(self):
        box = self.enterContext(harness.Installation(starter="shipped"))
        spam, ham = self.check(box, SPAM), self.check(box, HAM)
        self.assertIn(spam["verdict"], ("VERDICT_SPAM", "VERDICT_HOLD"))
        self.assertGreater(spam["probability"], ham["probability"] + 0.4)
        self.assertRegex(spam["modelId"], r"^x\d+s\d+\.e0\.p0$")
        self.assertIn("by the starter model", json.dumps(spam))
        self.assertRegex(box.run("model", "show").stdout, r"starter model s\d+, of \d+ spam and \d+ good messages")
        self.assertRegex(box.run("doctor").stdout, r"ok +starter model: shipped, s\d+")

        box.run("learn", "--from", "-", stdin=json.dumps({"id": "one", "text": HAM, "label": "ham"}) + "\n")
        box.wait_for_model()
        box.stop()  # stores a model
        box.starter = "none"
        report = box.run("doctor", check=False).stdout
        self.assertRegex(report, r"warn +starter model: the newest stored model began with s\d+, and none is none")
        box.start()
        model = box.wait_for_model()
        self.assertEqual((model.position, model.ham_count, model.starter_id, model.trained), (1, 1, 0, False))
        self.assertEqual(self.check(box, SPAM)["verdict"], "VERDICT_HOLD")
        self.assertNotIn("damaged", box.log_path.read_text())

    def test_a_starter_model_that_cannot_be_read_is_said_at_once(self):
        box = self.enterContext(harness.Installation())
        box.stop()
        box.starter = str(box.folder / "nowhere")
        result = box.run("serve", "--allow-root", check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("nowhere", result.stderr)

    def test_shared_learning_is_a_setting_of_the_site(self):
        box = self.enterContext(harness.Installation())
        self.assertIn("shared learning on", box.run("site", "show", box.site).stdout)
        self.assertIn("shared learning off", box.run("site", "update", box.site, "--shared-learning=false").stdout)
        self.assertIn("shared learning off", box.run("site", "update", box.site, "--links-max", "3").stdout)
        self.assertIn("shared learning off", box.run("site", "create", "other", "--shared-learning=false").stdout)
        self.assertEqual(box.wait_for_model().position, 2)  # each a row of the label log
        self.assertEqual(box.sql("SELECT count(*) FROM replyguard.labels WHERE source = 4 AND NOT shares"), "2")

    def test_train_makes_a_starter_model_that_evaluate_and_serve_take(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        rows = [{"text": (SPAM if spam else HAM) + f" {n}", "label": "spam" if spam else "ham"}
                for n in range(30) for spam in (True, False)]
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        box = self.enterContext(harness.Installation())

        def train(*arguments, check=True):
            return box.run("train", "--output", str(folder / arguments[0]), *arguments[1:], check=check)

        made = train("own.starter", "--chapter", f"0.5={folder}/rows.jsonl")
        self.assertRegex(made.stdout, r"starter model s\d+: 1 chapters, 30 spam and 30 ham")
        first = (folder / "own.starter").read_bytes()
        train("own.starter", "--chapter", f"0.5={folder}/rows.jsonl")
        self.assertEqual((folder / "own.starter").read_bytes(), first)  # byte for byte
        for wrong in ("rows.jsonl", "0=rows.jsonl", "1.5=rows.jsonl", "1=", "nan=rows.jsonl"):
            self.assertEqual(train("x", "--chapter", wrong, check=False).returncode, 2, wrong)

        train("with.model", "--starter", str(folder / "own.starter"), "--input", str(folder / "rows.jsonl"))
        evaluate = ["evaluate", "--protocol", "static", "--model", str(folder / "with.model"), "--input",
                    str(folder / "rows.jsonl")]
        refused = box.run(*evaluate, check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("give --starter as when the file was made", refused.stderr)
        box.run(*evaluate, "--starter", str(folder / "own.starter"))
        box.run("evaluate", "--protocol", "cv", "--starter", "shipped", "--input", str(folder / "rows.jsonl"))

        box.stop()
        box.starter = str(folder / "own.starter")
        box.start()
        self.assertGreater(self.check(box, SPAM)["probability"], self.check(box, HAM)["probability"])


if __name__ == "__main__":
    unittest.main()
