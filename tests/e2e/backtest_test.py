"""What a policy, a rule and a generation would have done to past comments: figures counted by hand."""

import json
import unittest

import harness
from harness import comment_pb2, model_pb

SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"


class BacktestTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        operator = self.box.client(self.box.operator_key)
        operator.call(operator.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=[model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=f"{SPAM if n % 2 else HAM} {n}"), external_id=f"x-{n}",
                label=model_pb.LABEL_SPAM if n % 2 else model_pb.LABEL_HAM) for n in range(80)]))
        self.box.wait_for_model()
        backend, moderator = self.box.backend(), self.box.moderator()
        for body, action in [(HAM, None), (SPAM, None), (HAM, "APPROVE"), (HAM, "APPROVE"), (SPAM, "SPAM"),
                             (HAM + " jo@example.org", "SPAM"), (SPAM, "APPROVE")]:
            name = self.box.submit(backend, body).comment.name
            if action:
                self.box.moderate(moderator, name, action)

    def backtest(self, *arguments):
        return json.loads(self.box.run("backtest", *arguments, "--format", "json").stdout)

    @staticmethod
    def row(tally):
        return [int(tally.get(field, 0)) for field in ("approveCount", "holdCount", "spamCount")]

    def test_the_figures(self):
        now = self.backtest()
        self.assertEqual(int(now["commentCount"]), 7)
        self.assertEqual(int(now.get("changedCount", 0)), 0)
        self.assertEqual(now["tested"], now["recorded"])
        self.assertEqual(now["tested"], now["present"])
        self.assertEqual(self.row(now["tested"]["good"]), [2, 0, 1])
        self.assertEqual(self.row(now["tested"]["spam"]), [1, 0, 1])
        self.assertEqual(self.row(now["tested"]["undecided"]), [1, 0, 1])
        self.assertNotIn("jo@", json.dumps(now), "masked")

        held = self.backtest("--mode", "moderate-all")
        for label, count in [("good", 3), ("spam", 2), ("undecided", 2)]:
            self.assertEqual(self.row(held["tested"][label]), [0, count, 0])
        self.assertEqual(int(held["changedCount"]), 7)
        self.assertEqual(int(held["effectCount"]), 7)
        self.assertEqual(held["present"], now["tested"])

        rule = self.backtest("--rule", "word", "bees", "--rule-action", "spam")
        self.assertEqual(int(rule["ruleHits"]["hitCount"]), 4)
        self.assertEqual(int(rule["ruleHits"]["goodCount"]), 2)
        self.assertEqual(self.row(rule["tested"]["good"]), [0, 0, 3])
        self.assertEqual(self.box.run("rule", "list").stdout.strip().splitlines()[0][:8], "No rules")

        replayed = self.backtest("--generation", "1")
        self.assertEqual(int(replayed["commentCount"]), 7)
        self.assertRegex(replayed["modelId"], r"^x\d+\.e\d+\.p\d+$")
        human = self.box.run("backtest", "--days", "1").stdout
        self.assertIn("0 otherwise than by the policy of now, 0 than when they came", human)
        self.assertIn("1 caught, 1 good ones lost, 1 missed", human)


if __name__ == "__main__":
    unittest.main()
