"""The blind sample and the order of what would teach most, through the command line and a stock client."""

import json
import unittest

import harness
from harness import comment_pb, model_pb

SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"


class BlindSampleTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        client = self.box.client(self.box.operator_key)
        examples = [model_pb.LabelledExample(
            submission=harness.comment_pb2.Submission(body=f"{(HAM, SPAM)[n % 2]} {n}"), external_id=f"e-{n}",
            label=(model_pb.LABEL_HAM, model_pb.LABEL_SPAM)[n % 2]) for n in range(80)]
        client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=examples))
        self.box.wait_for_model()
        self.backend = self.box.backend()

    def rate(self, rate, *more):
        self.box.run("site", "update", self.box.site, "--blind-sample-rate", str(rate), *more)

    def command(self, *arguments):
        return [json.loads(line) for line in self.box.run(*arguments, "--format", "json").stdout.splitlines()]

    def blind(self):
        return self.command("queue", "list", "--cause", "blind-sample")

    def test_drawn_judged_blind_and_counted(self):
        self.rate(1)
        shown = self.command("site", "show", self.box.site)[0]
        self.assertEqual(shown["policy"]["blindSampleRate"], 1)
        spam = self.box.submit(self.backend, SPAM, request_id="one").comment
        ham = self.box.submit(self.backend, HAM, request_id="two").comment
        again = self.box.submit(self.backend, SPAM, request_id="one")
        self.assertTrue(again.replayed)
        self.assertEqual(again.comment.name, spam.name)
        self.assertEqual((spam.status, ham.status), (harness.comment_pb2.COMMENT_STATUS_SPAM,
                                                     harness.comment_pb2.COMMENT_STATUS_APPROVED))

        items = self.blind()
        self.assertEqual([item["comment"]["name"] for item in items], [spam.name, ham.name])
        for item in items:
            self.assertEqual(item["cause"], "CAUSE_BLIND_SAMPLE")
            for field in ("assessment", "statusTime", "reportCount"):
                self.assertFalse(item["comment"].get(field), field)
            self.assertIn("UNSPECIFIED", item["comment"]["status"])
            self.assertIn("UNSPECIFIED", item["comment"]["statusSource"])
            self.assertFalse(item.get("usefulness"))
        table = self.box.run("queue", "list", "--cause", "blind-sample").stdout
        self.assertNotRegex(table, r"\b0\.\d{3}\b", "no probability")
        self.assertIn("Nothing waits", self.box.run("queue", "list").stdout)
        self.assertIn("2 decided by the machine wait to be judged blind", self.box.run("queue", "stats").stdout)

        card = self.box.run("queue", "next").stdout
        self.assertIn(spam.name, card)
        for word in ("verdict", "probability", "spam\n", "model"):
            self.assertNotIn(word, card.replace(SPAM, ""))
        self.box.run("queue", "spam")
        self.assertEqual([item["comment"]["name"] for item in self.blind()], [ham.name])
        self.box.run("queue", "undo")
        self.assertEqual([item["comment"]["name"] for item in self.blind()], [ham.name])
        [back] = self.command("queue", "list")
        self.assertEqual((back["comment"]["name"], back["cause"]), (spam.name, "CAUSE_RETURNED"))
        self.assertIn("probability", back["comment"]["assessment"])
        taken = self.command("queue", "next", "--count", "2")[0]["items"]
        self.assertEqual(len(taken), 2)
        self.box.run("queue", "spam", *(item["comment"]["name"] for item in taken))
        now = self.backend.call(self.backend.comments.GetComment, comment_pb.GetCommentRequest(name=ham.name))
        self.assertEqual(now.comment.status, harness.comment_pb2.COMMENT_STATUS_SPAM, "a person knows better")

    def test_what_the_data_cannot_support_is_refused_with_numbers(self):
        self.rate(0)
        for n in range(3):
            self.box.submit(self.backend, f"{HAM} {n}")
        refused = self.box.run("model", "calibration", self.box.site, check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("0 have been judged", refused.stderr)
        refused = self.box.run("model", "threshold", self.box.site, "--ham-loss-max", "0.01", check=False)
        self.assertIn("drawn blind", refused.stderr)

        self.rate(1)
        names = [self.box.submit(self.backend, f"{(HAM, SPAM)[n % 2]} and {n}").comment.name for n in range(60)]
        few = self.box.run("model", "calibration", self.box.site, check=False)
        self.assertIn("0 have been judged", few.stderr)
        self.box.run("queue", "approve", *names[0::2])
        self.box.run("queue", "spam", *names[1::2])
        found = self.command("model", "calibration", self.box.site)[0]
        self.assertEqual((found["judgedCount"], found["blindSampleCount"]), ("60", "60"))
        self.assertEqual(found["hamLost"].get("share", 0), 0)
        self.assertAlmostEqual(found["hamLost"]["upperBound"], 1 - 0.05 ** (1 / 30), places=6)
        self.assertEqual(sum(int(one["spam"]["count"]) for one in found["bins"]), 60)
        said = self.box.run("model", "calibration", self.box.site).stdout
        self.assertIn("60 judged comments, 60 of them drawn blind", said)
        threshold = self.command("model", "threshold", self.box.site, "--ham-loss-max", "0.1")[0]
        self.assertEqual((threshold["hamCount"], threshold["blindSampleCount"]), ("30", "60"))

    def test_the_most_useful_first(self):
        self.rate(0, "--mode", "moderate-all")
        sure = self.box.submit(self.backend, f"{SPAM} {SPAM}").comment.name
        unsure = self.box.submit(self.backend, "an offer for your garden: bees and a bonus").comment.name
        copies = [self.box.submit(self.backend, "an offer for your garden: pills for bees").comment.name for _ in range(3)]
        items = self.command("queue", "list", "--order", "useful")
        useful = [int(item.get("usefulness", 0)) for item in items]
        self.assertEqual(useful, sorted(useful, reverse=True))
        order = [item["comment"]["name"] for item in items]
        self.assertEqual(order[0], copies[-1], "a label for all copies")
        self.assertEqual(order[-1], sure)
        self.assertIn(unsure, order)
        self.assertEqual(self.command("queue", "next", "--order", "useful")[0]["items"][0]["comment"]["name"], copies[-1])
        self.assertEqual([item["comment"]["name"] for item in self.command("queue", "list", "--order", "oldest")][0], sure)


if __name__ == "__main__":
    unittest.main()
