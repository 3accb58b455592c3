"""A person's labels are named after the person wherever labels are shown, and can be left out as a whole."""

import json
import unittest

import harness
from accounts_test import Browser, add, good

HANDLE = "anna"
PERSON = f"people/{HANDLE}"
POISON = 40
SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"


class PersonLabelsTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        backend, moderator = self.box.backend(), self.box.moderator()
        for n in range(120):
            spam = n % 2 == 0
            name = self.box.submit(backend, f"{SPAM if spam else HAM} {n * 7919}").comment.name
            self.box.moderate(moderator, name, "SPAM" if spam else "APPROVE")
        add(self.box, HANDLE, "--role", "moderator", "--site", self.box.site)
        self.anna = Browser(self.box.http)
        good(self.anna.sign_in(HANDLE))
        for n in range(POISON):  # she calls spam good
            name = self.box.submit(backend, f"{SPAM} annas {n * 7919}").comment.name
            answer = good(self.anna.call("ModerateComments", {"actions": [{"comment": name, "action": "DECISION_ACTION_APPROVE"}]},
                                         service="ModerationService"))
            self.assertEqual(answer["results"][0]["decision"]["actorKeyId"], PERSON)
        self.box.wait_for_model()

    def command(self, *arguments):
        return json.loads(self.box.run(*arguments, "--format", "json").stdout)

    def test_she_is_named_and_left_out_as_a_key_is(self):
        exported = [json.loads(line) for line in self.box.run("export", "labels", "--format", "json").stdout.splitlines()]
        self.assertEqual(sum(row["labelled_by"] == PERSON for row in exported), POISON)

        review = self.command("model", "doctor")
        self.assertEqual([s["source"] for s in review["sources"] if s["suspicious"]], [PERSON])
        advice = f"replyguard model retrain --exclude-labels-by {PERSON}"
        self.assertIn(advice, self.box.run("model", "doctor").stdout)
        without = self.command("model", "doctor", "--exclude-labels-by", PERSON)
        self.assertEqual(int(without["labelCount"]), int(review["labelCount"]) - POISON)

        made = self.command(*advice.split()[1:])
        self.assertEqual(made["generation"]["excludedPeople"], [PERSON])
        self.assertEqual(int(made["comparison"]["excludedCount"]), POISON)
        self.assertIn(PERSON, self.box.run("model", "list").stdout)
        self.assertIn(PERSON, self.box.run("model", "show", "2").stdout)

        # Her handle alone will do, and who is not there is refused.
        self.assertEqual(self.command("model", "retrain", "--exclude-labels-by", HANDLE)["generation"]["excludedPeople"], [PERSON])
        refused = self.box.run("model", "retrain", "--exclude-labels-by", "people/nobody", check=False)
        self.assertEqual(refused.returncode, 5)
        self.assertIn("PERSON_UNKNOWN", refused.stderr)


if __name__ == "__main__":
    unittest.main()
