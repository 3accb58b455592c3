"""A poisoned key: retrain without it, compare, activate, roll back, while comments are coming in."""

import json
import subprocess
import threading
import unittest

import harness
from harness import comment_pb, comment_pb2, model_pb

GOOD = 120
POISON = 60
SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"
PROBES = [SPAM, HAM, "an offer for your garden, click here"]


class GenerationsTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        evil = self.box.make_key("OPERATOR", name="evil")
        self.evil_id = self.box.sql("SELECT key_id FROM replyguard.api_keys WHERE display_name = 'evil'")
        self.backend = self.box.backend()
        # The evil one calls spam good; the operator's labels come later too, so that some are held out.
        self.teach(self.box.operator_key, "good", GOOD // 2, lambda n: n % 2 == 0)
        self.teach(evil, "evil", POISON, lambda n: True, label=model_pb.LABEL_HAM)
        self.teach(self.box.operator_key, "late", GOOD // 2, lambda n: n % 2 == 0)
        self.box.wait_for_model()

    def teach(self, key, name, count, is_spam, label=None):
        client = self.box.client(key)
        examples = [model_pb.LabelledExample(
            submission=comment_pb2.Submission(body=f"{SPAM if is_spam(n) else HAM} {n}"), external_id=f"{name}-{n}",
            label=label or (model_pb.LABEL_SPAM if is_spam(n) else model_pb.LABEL_HAM)) for n in range(count)]
        answer = client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=examples))
        self.assertTrue(all(result.learnt for result in answer.results))

    def check(self, client, body):
        return client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(
            submission=self.box.submission(body))).assessment

    def says(self):
        """What the server says of the probes: the model's id and the scores."""
        answers = [self.check(self.backend, body) for body in PROBES]
        return answers[0].model_id, [answer.probability for answer in answers]

    def command(self, *arguments):
        return json.loads(self.box.run("model", *arguments, "--format", "json").stdout)

    def wait_for_generation(self, number):
        harness.wait_for(lambda: self.box.model().generation == number, 60, f"generation {number} to answer")

    def test_retrain_compare_activate_and_roll_back_under_load(self):
        stop, failures, seen = threading.Event(), [], {}

        def load():
            client = self.box.backend()
            while not stop.is_set():
                for body in PROBES:
                    try:
                        answer = self.check(client, body)
                    except Exception as error:  # any failed call fails the test
                        failures.append(error)
                        return
                    seen.setdefault((answer.model_id, body), set()).add(answer.probability)

        thread = threading.Thread(target=load)
        thread.start()
        try:
            before = self.says()
            made = self.command("retrain", "--exclude-labels-by", self.evil_id, "--note", "Evil, evil@example.org")
            self.assertEqual(made["generation"]["name"], "modelGenerations/2")
            self.assertNotIn("evil@", made["generation"]["note"], "masked")
            comparison = made["comparison"]
            self.assertEqual(int(comparison["excludedCount"]), POISON)
            self.assertEqual(int(comparison["labelCount"]), GOOD)
            self.assertGreaterEqual(int(comparison["heldOutCount"]), 50)
            self.assertLess(int(comparison["candidate"]["spamMissed"].get("count", 0)),
                            int(comparison["base"]["spamMissed"]["count"]), "the poison is gone")
            self.assertEqual(self.says(), before, "retraining activates nothing")
            again = self.command("compare", "1", "2")
            self.assertEqual(again, comparison, "the same labels, the same figures")

            activated = self.command("activate", "2")
            self.assertEqual(activated["comparison"]["candidate"]["generation"], "modelGenerations/2", "what the gate saw")
            self.wait_for_generation(2)
            now = self.says()
            self.assertRegex(now[0], r"^g2\.x\d")
            self.assertGreater(now[1][0], before[1][0], "spam is spam again")
            self.command("rollback")
            self.wait_for_generation(1)
            self.assertEqual(self.says(), before, "bit for bit")
            self.assertEqual(self.command("rollback", "2")["activation"]["generation"], "modelGenerations/1", "done already")
            other = self.box.run("model", "rollback", "7", check=False)
            self.assertNotEqual(other.returncode, 0)
            self.assertIn("generation 7 is not active", other.stderr)
        finally:
            stop.set()
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual({model_id for model_id, _ in seen}, {before[0], now[0]})
        self.assertTrue(all(len(scores) == 1 for scores in seen.values()), "equal ids, equal scores")
        history = self.command("list")["activations"]
        self.assertEqual([one["kind"] for one in history], ["KIND_ROLLED_BACK", "KIND_ACTIVATED", "KIND_FIRST"])
        self.assertTrue(history[0]["activatedBy"].startswith("apiKeys/"))
        self.assertEqual(self.box.run("model", "rollback", check=False).returncode, 5, "nothing was active before")

    def test_what_loses_more_good_comments_needs_force(self):
        # Calls spam what the operator calls good, three times as often.
        self.box.run("site", "update", self.box.site, "--spam-threshold", "0.6")
        saboteur = self.box.make_key("OPERATOR", name="saboteur")
        self.teach(saboteur, "sabotage", 200, lambda n: False, label=model_pb.LABEL_SPAM)
        saboteur_id = self.box.sql("SELECT key_id FROM replyguard.api_keys WHERE display_name = 'saboteur'")
        self.box.wait_for_model()
        self.command("retrain", "--exclude-labels-by", saboteur_id)
        self.command("activate", "2", "--force")
        self.wait_for_generation(2)
        refused = self.box.run("model", "activate", "1", check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertRegex(refused.stdout + refused.stderr, r"generation 1 loses [0-9.]+ %.* active 2 .*at most [0-9.]+ %")
        self.command("activate", "1", "--force")
        self.wait_for_generation(1)
        listed = self.command("list")
        self.assertTrue(listed["activations"][0]["forced"])
        refusal, = listed["refusals"]
        self.assertEqual((refusal["base"]["generation"], refusal["candidate"]["generation"]),
                         ("modelGenerations/2", "modelGenerations/1"))
        self.assertEqual(refusal["attemptedBy"], listed["activations"][0]["activatedBy"])
        self.assertIn("refused", self.box.run("model", "list").stdout)

    def test_a_routine_retrain_leaves_out_what_the_active_generation_does(self):
        self.command("retrain", "--exclude-labels-by", self.evil_id)
        shown = self.box.run("model", "activate", "2").stdout
        self.assertIn("spam missed", shown, "the figures that the gate compared")
        self.assertIn("generation 2 is active", shown)
        again = self.box.run("model", "retrain", "--note", "June").stdout
        self.assertRegex(again, rf"leaves out the labels of \S*{self.evil_id}\n  as generation 2 does: \S*{self.evil_id}")
        self.assertRegex(self.box.run("model", "show", "3").stdout, "as generation 2 does")
        anew = self.box.run("model", "retrain", "--exclude-nothing-else").stdout
        self.assertIn("leaves out the labels of nobody\n", anew)
        self.assertNotIn("as generation", anew)
        refused = self.box.run("model", "activate", "4", check=False)
        self.assertEqual(refused.returncode, 5, refused.stderr)
        self.assertRegex(refused.stderr, r"generation 4 misses [0-9.]+ %.* active 2 .*at most [0-9.]+ %")
        self.assertRegex(self.box.run("model", "list").stdout, "spam missed")
        self.command("activate", "4", "--force")

    def test_a_rollback_without_an_answer_is_repeated_without_going_back_twice(self):
        self.command("retrain", "--exclude-labels-by", self.evil_id)
        self.command("activate", "2", "--force")
        self.command("retrain", "--exclude-nothing-else")
        self.command("activate", "3", "--force")
        # The commit takes its time, as on a slow disk.
        self.box.sql("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$; "
                     "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON replyguard.activations DEFERRABLE INITIALLY DEFERRED "
                     "FOR EACH ROW EXECUTE FUNCTION slow()")
        call = subprocess.Popen([harness.BINARY, "model", "rollback"], env=self.box.environment(), stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, cwd=self.box.folder)
        harness.wait_for(lambda: self.box.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                                              "AND datname = current_database()") == "1", 60, "the commit")
        self.box.kill()
        said, _ = call.communicate(timeout=60)
        self.assertNotEqual(call.returncode, 0)
        self.assertIn("see `replyguard model list`. `replyguard model rollback 3` goes back", said)
        harness.wait_for(lambda: self.box.sql("SELECT count(*) FROM replyguard.activations") == "4", 60, "the commit's end")
        self.box.sql("DROP TRIGGER slow ON replyguard.activations")
        self.box.start()
        self.assertEqual(self.command("rollback", "3")["activation"]["generation"], "modelGenerations/2")
        self.wait_for_generation(2)
        self.assertEqual(len(self.command("list")["activations"]), 4)

    def test_a_kill_right_after_the_activation_loses_nothing(self):
        self.command("retrain", "--exclude-labels-by", self.evil_id)
        self.command("activate", "2")
        self.box.kill()
        self.box.start()
        self.assertEqual(self.box.model().generation, 2, "in force from the first answer on")
        self.assertTrue(self.says()[0].startswith("g2."))


if __name__ == "__main__":
    unittest.main()
