"""A poisoned key found and removed with an operator's commands; and a file looked at before it teaches."""

import json
import pathlib
import subprocess
import tempfile
import unittest

import harness
from harness import comment_pb, comment_pb2, model_pb

SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"
PROBES = [SPAM, HAM, "an offer for your garden, click here"]


def number(name, n):
    """Five digits of no meaning, so that nothing but the label tells the texts of two keys apart."""
    return 10_000 + (n * 7919 + len(name) * 31 + ord(name[0])) % 90_000


class Site:
    """A site with keys that label."""

    def __init__(self, box):
        self.box = box
        self.backend = box.backend()

    def key(self, name):
        secret = self.box.make_key("OPERATOR", name=name)
        return secret, self.box.sql(f"SELECT key_id FROM replyguard.api_keys WHERE display_name = '{name}'")

    def teach(self, key, name, count, poison=False):
        client = self.box.client(key)
        rows = [(n, poison or n % 2 == 0) for n in range(count)]
        answer = client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=[model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=f"{SPAM if spam else HAM} {number(name, n)}"), external_id=f"{name}-{n}",
                label=model_pb.LABEL_SPAM if spam and not poison else model_pb.LABEL_HAM) for n, spam in rows]))
        assert all(result.learnt for result in answer.results)

    def says(self):
        return [self.backend.call(self.backend.comments.CheckComment, comment_pb.CheckCommentRequest(
            submission=self.box.submission(body))).assessment.probability for body in PROBES]

    def command(self, *arguments):
        return json.loads(self.box.run(*arguments, "--format", "json").stdout)


class LabelDoctorTest(unittest.TestCase):
    def test_a_poisoned_key_is_named_left_out_and_gone(self):
        with harness.Installation() as untouched:
            site = Site(untouched)
            site.teach(untouched.operator_key, "early", 80)
            site.teach(site.key("friend")[0], "late", 80)
            untouched.wait_for_model()
            as_if_never = site.says()

        box = self.enterContext(harness.Installation())
        site = Site(box)
        evil, evil_id = site.key("evil")
        site.teach(box.operator_key, "early", 80)
        site.teach(evil, "evil", 200, poison=True)
        site.teach(site.key("friend")[0], "late", 80)
        box.wait_for_model()
        self.assertNotEqual(site.says(), as_if_never, "poisoned")

        review = site.command("model", "doctor")
        self.assertEqual(int(review["labelCount"]), 360)
        self.assertEqual([s["source"] for s in review["sources"] if s["suspicious"]], [f"apiKeys/{evil_id}"])
        text = box.run("model", "doctor").stdout
        advice = f"replyguard model retrain --exclude-labels-by {evil_id}"
        self.assertIn(advice, text)
        self.assertNotIn("@", text)

        made = site.command(*advice.split()[1:])
        number = made["generation"]["name"].split("/")[1]
        self.assertEqual(int(made["comparison"]["excludedCount"]), 200)
        compared = site.command("model", "compare", "1", number)
        self.assertLess(int(compared["candidate"]["spamMissed"]["count"]), int(compared["base"]["spamMissed"]["count"]))
        site.command("model", "activate", number)
        harness.wait_for(lambda: box.model().generation == int(number), 60, "the new generation to answer")
        self.assertEqual(site.says(), as_if_never, "bit for bit")
        self.assertEqual([s["source"] for s in site.command("model", "doctor")["sources"] if s["suspicious"]], [])

    def test_each_listed_label_comes_with_the_command_that_mends_it(self):
        box = self.enterContext(harness.Installation())
        site = Site(box)
        site.teach(box.operator_key, "early", 80)
        moderator = box.moderator()
        comment = box.submit(site.backend, f"{SPAM} of a hasty moderator").comment
        box.moderate(moderator, comment.name, "APPROVE")
        client = box.client(box.operator_key)
        client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{box.site}", examples=[model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=f"{HAM} {number('early', 1)}"), external_id="wrong", label=model_pb.LABEL_SPAM)]))
        box.wait_for_model()
        review = site.command("model", "doctor")
        listed = {c["label"]["comment"] or c["label"]["externalId"] for c in review["contradictions"] if c["confident"]}
        self.assertEqual(listed, {comment.name, "wrong"})
        self.assertTrue(all(c["reasons"] for c in review["contradictions"]))
        conflict = review["conflicts"][0]
        self.assertTrue(conflict["sameText"])
        self.assertEqual(conflict["spamCount"], "1")
        self.assertEqual(conflict["labels"][0]["externalId"], "wrong", "the rarer label first")

        text = box.run("model", "doctor").stdout
        self.assertIn(f"replyguard queue spam {comment.name}", text)
        self.assertIn("""replyguard learn --from - <<< '{"id":"wrong","label":"none"}'""", text)
        box.run("queue", "spam", comment.name)
        box.run("learn", "--from", "-", stdin='{"id": "wrong", "label": "none"}\n')
        box.wait_for_model()
        after = site.command("model", "doctor")
        self.assertFalse([c for c in after["contradictions"] if c["confident"]])
        self.assertEqual(int(after["labelCount"]), 81)

    def test_a_label_beyond_the_limit_holds_and_teaches_nothing(self):
        box = self.enterContext(harness.Installation())
        site = Site(box)
        limits = site.command("site", "update", box.site, "--labels-by-key-max", "2")["teachingLimits"]
        self.assertEqual(limits, {"labelsByKeyMax": 2, "labelsOfAuthorMax": 1000, "labelsOfNetworkMax": 5000})
        names = [box.submit(site.backend, f"{SPAM} {n}").comment.name for n in range(3)]
        printed = [box.run("queue", "spam", name).stdout for name in names]
        self.assertIn("  taught", printed[1])
        self.assertIn("not taught: this key has taught enough for a day", printed[2])
        self.assertEqual(box.wait_for_model().spam_count, 2)
        self.assertEqual(int(site.command("model", "doctor")["cappedCount"]), 1)
        refused = box.run("site", "update", box.site, "--labels-by-key-max", "-1", check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("labels_by_key_max", refused.stdout + refused.stderr)

    def test_a_file_is_looked_at_before_it_teaches(self):
        rows = [{"text": f"{SPAM if n % 2 == 0 else HAM} {n * 7919}", "label": "spam" if n % 2 == 0 else "ham",
                 "labelled_by": "ada" if n % 3 else "bob"} for n in range(120)]
        rows[30]["label"] = "ham"
        rows.append({"text": rows[1]["text"], "label": "spam", "labelled_by": "bob"})
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "import.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            doctor = lambda *more: subprocess.run([harness.BINARY, "labels", "doctor", "--input", path, *more], check=True, env={},
                                                  capture_output=True, text=True, timeout=300).stdout
            found = json.loads(doctor("--format", "json"))
            text = doctor()
        self.assertEqual({c["line"] for c in found["contradictions"] if c["confident"]}, {31, 121})
        self.assertTrue(found["conflicts"][0]["same_text"])
        self.assertEqual(found["conflicts"][0]["labels"][0]["line"], 121, "the rarer label first")
        self.assertEqual({s["source"] for s in found["sources"]}, {"ada", "bob"})
        self.assertFalse(any(s["suspicious"] for s in found["sources"]))
        self.assertIn('set "label" of line 31 to "spam" or "none"', text)


if __name__ == "__main__":
    unittest.main()
