"""A model leaves one installation and answers in another: the same scores, bit for bit; and what may not come in."""

import json
import random
import unittest

import grpc

import harness
from harness import comment_pb, comment_pb2, model_pb

SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"
PROBES = [SPAM, HAM, "an offer for your garden, click here", "bees in a casino"]


def teach(box, name, count, first=0):
    client = box.client(box.operator_key)
    answer = client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
        parent=f"sites/{box.site}", examples=[model_pb.LabelledExample(
            submission=comment_pb2.Submission(body=f"{SPAM if n % 2 == 0 else HAM} {name} {n}"), external_id=f"{name}-{n}",
            label=model_pb.LABEL_SPAM if n % 2 == 0 else model_pb.LABEL_HAM) for n in range(first, first + count)]))
    assert all(result.learnt for result in answer.results)
    box.wait_for_model()


def says(box):
    client = box.backend()
    return [client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(
        submission=box.submission(body))).assessment.probability for body in PROBES]


def command(box, *arguments):
    return json.loads(box.run("model", *arguments, "--format", "json").stdout)


def wait_for_generation(box, number):
    harness.wait_for(lambda: box.model().generation == number, 60, f"generation {number} to answer")


class ModelImportTest(unittest.TestCase):
    def test_a_model_moves_to_another_installation(self):
        one = self.enterContext(harness.Installation())
        teach(one, "a", 150)
        file = one.folder / "moved.model"
        told = command(one, "export", str(file))
        self.assertEqual(told["position"], 150, "as it is now, not as it was stored last")
        wanted = says(one)

        other = self.enterContext(harness.Installation())
        made = command(other, "import", str(file), "--note", "from the other one")
        self.assertEqual(made["generation"]["name"], "modelGenerations/2")
        base = made["generation"]["base"]
        self.assertEqual((int(base["spamCount"]), int(base["hamCount"]), base["sites"]),
                         (75, 75, [f"sites/{other.site}"]))
        self.assertNotIn("comparison", made, "nothing to compare by")
        before = says(other)
        self.assertNotEqual(before, wanted, "it activates nothing")
        gate = other.run("model", "activate", "2", check=False)
        self.assertEqual(gate.returncode, 5, gate.stderr)
        self.assertIn("100 labels", gate.stdout + gate.stderr)
        command(other, "activate", "2", "--force")
        wait_for_generation(other, 2)
        self.assertEqual(says(other), wanted, "bit for bit")
        other.kill()
        other.start()
        self.assertEqual(says(other), wanted, "also from nothing")

        # It goes on learning, compares, rolls back.
        teach(other, "b", 120)
        compared = command(other, "compare", "1", "2")
        self.assertEqual(int(compared["labelCount"]), 120)
        learnt = says(other)
        other.kill()
        other.sql("DELETE FROM replyguard.checkpoints")
        other.start()
        other.wait_for_model()
        self.assertEqual(says(other), learnt, "the base and the log give it anew")
        command(other, "rollback")
        wait_for_generation(other, 1)

    def test_there_is_a_way_back_from_a_file_that_cannot_be_loaded(self):
        box = self.enterContext(harness.Installation())
        teach(box, "a", 20)
        box.run("model", "export", str(box.folder / "own.model"))
        box.run("model", "import", str(box.folder / "own.model"))
        activate = lambda: command(box, "activate", "2", "--force")
        log = lambda: box.log_path.read_text()
        doctor = lambda: box.run("doctor", check=False).stdout

        def goes_back(cause, advice):
            box.begin()
            told = []

            def says_why():
                told[:] = [line for line in log().splitlines() if " not_serving " in line and cause in line]
                return told
            harness.wait_for(says_why, 60, "the server to say what it lacks")
            self.assertIn("model rollback", told[-1])
            self.assertRegex(doctor(), rf"fail +model: .*{cause}")
            self.assertIn(advice, doctor())
            self.assertNotEqual(box.health(), harness.SERVING)
            code, error = harness.code_of(lambda: box.submit(box.backend(), "One."))
            self.assertEqual(code, grpc.StatusCode.UNAVAILABLE, error)
            # Whoever may not, may not now either.
            moderator = box.client(box.site_key)
            code, _ = harness.code_of(lambda: moderator.call(moderator.models.RollbackModel, model_pb.RollbackModelRequest()))
            self.assertEqual(code, grpc.StatusCode.PERMISSION_DENIED)
            self.assertEqual(command(box, "list")["activations"][0]["generation"], "modelGenerations/2")
            command(box, "rollback")
            harness.wait_for(lambda: box.health() == harness.SERVING, 60, "the server to serve again")
            self.assertEqual(box.wait_for_model().generation, 1)
            self.assertNotRegex(doctor(), "fail +model")

        activate()
        wait_for_generation(box, 2)
        box.kill()
        box.sql("DELETE FROM replyguard.checkpoints")
        box.starter = "shipped"
        goes_back("another starter model", "classifier.starter")
        activate()
        box.kill()
        box.sql("DELETE FROM replyguard.checkpoints")
        tear = "bytes = set_byte(bytes, length(bytes) / 2, get_byte(bytes, length(bytes) / 2) # 255)"
        box.sql(f"UPDATE replyguard.model_bases SET {tear}")
        goes_back("the base of generation 2 is damaged", "model activate N --force")

    def test_an_export_comes_back_where_it_was(self):
        box = self.enterContext(harness.Installation())
        teach(box, "a", 150)
        file = box.folder / "own.model"
        position = command(box, "export", str(file))["position"]
        teach(box, "a", 20, first=150)
        wanted = says(box)
        made = command(box, "import", str(file), "--learnt-to", str(position))
        self.assertEqual(int(made["comparison"]["labelCount"]), 170)
        command(box, "activate", "2", "--force")
        wait_for_generation(box, 2)
        self.assertEqual(says(box), wanted, "no label counts twice")
        # Nor where it is not said: the file holds the labels of this log.
        told = box.run("model", "import", str(file)).stdout
        self.assertIn(f"which stands for the labels up to {position}\n", told)
        self.assertNotIn("counts\n  twice", told)
        box.run("model", "activate", "3", "--force")
        wait_for_generation(box, 3)
        self.assertEqual(says(box), wanted, "no label counts twice")
        self.assertIn("counts\n  twice", box.run("model", "import", str(file), "--learnt-to", "0").stdout)

    def test_what_train_writes_comes_in_for_a_site(self):
        box = self.enterContext(harness.Installation())
        lines = "".join(json.dumps({"id": str(n), "author": "A", "text": f"{SPAM if n % 2 else HAM} {n}",
                                    "label": "spam" if n % 2 else "ham"}) + "\n" for n in range(80))
        (box.folder / "train.jsonl").write_text(lines)
        box.run("train", "--input", "train.jsonl", "--output", "trained.model")
        made = box.run("model", "import", "trained.model", "--as", box.site)
        self.assertIn("begins with an imported model of 40 spam and 40 good labels", made.stdout)
        self.assertIn("--force (too few labels", made.stdout)
        figures = command(box, "list")["generations"][0]
        self.assertEqual(figures["base"]["sites"], [f"sites/{box.site}"])
        again = box.run("model", "import", "trained.model", "--as", "1=nowhere", check=False)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("no such site", again.stderr)

    def test_what_is_no_model_of_this_kind_is_refused(self):
        box = self.enterContext(harness.Installation())
        teach(box, "a", 30)
        file = box.folder / "good.model"
        command(box, "export", str(file))
        good = bytearray(file.read_bytes())
        noise = random.Random(4)
        for name, content, wanted in (
                ("text", b"no model at all", "no model"),
                ("cut", bytes(good[:len(good) // 2]), "no model"),
                ("noise", bytes(noise.randrange(256) for _ in range(3_000_000)), "no model"),
                ("flipped", bytes(good[:1000]) + bytes([good[1000] ^ 1]) + bytes(good[1001:]), "damaged")):
            with self.subTest(name):
                (box.folder / "bad.model").write_bytes(content)
                ran = box.run("model", "import", "bad.model", check=False)
                self.assertNotEqual(ran.returncode, 0)
                self.assertIn(wanted, ran.stderr)
        shipped = self.enterContext(harness.Installation(starter="shipped"))
        teach(shipped, "a", 30)
        command(shipped, "export", str(box.folder / "shipped.model"))
        ran = box.run("model", "import", "shipped.model", check=False)
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn("another starter model", ran.stderr)
        self.assertIn("train --starter none", ran.stderr, "how to make one that is taken")
        (box.folder / "train.jsonl").write_text("".join(json.dumps({"text": f"{SPAM if n % 2 else HAM} {n}", "label": "spam" if n % 2 else "ham"})
                                                        + "\n" for n in range(60)))
        box.run("train", "--input", "train.jsonl", "--output", "plain.model")
        ran = shipped.run("model", "import", str(box.folder / "plain.model"), "--as", shipped.site, check=False)
        self.assertIn("train --starter shipped", ran.stderr)
        box.run("train", "--input", "train.jsonl", "--output", "told.model", "--starter", "shipped")
        shipped.run("model", "import", str(box.folder / "told.model"), "--as", shipped.site)
        self.assertEqual(len(command(box, "list")["generations"]), 1)
        self.assertEqual(box.sql("SELECT count(*) FROM replyguard.model_upload_pieces"), "0")

    def test_an_import_that_is_killed_goes_on(self):
        box = self.enterContext(harness.Installation())
        teach(box, "a", 150)
        file = box.folder / "own.model"
        command(box, "export", str(file))
        with box.locked("generations", "SHARE"):  # the end of the operation stands still
            named = box.run("model", "import", str(file), "--no-wait", "--request-id", "mine").stdout.strip()
            box.wait_for_blocked("generations")
            box.kill()
        box.start()
        done = json.loads(box.run("operation", "wait", named.rpartition("/")[2], "--format", "json").stdout)
        self.assertTrue(done["done"])
        again = command(box, "import", str(file), "--request-id", "mine")
        self.assertEqual(again["generation"]["name"], "modelGenerations/2", "the same one, not another")
        self.assertEqual(len(command(box, "list")["generations"]), 2)

    def test_one_generation_is_measured(self):
        box = self.enterContext(harness.Installation())
        teach(box, "a", 200)
        found = command(box, "evaluate")
        self.assertEqual(found["figures"]["generation"], "modelGenerations/1")
        self.assertEqual(int(found["labelCount"]), 200)
        self.assertEqual(found["figures"]["spamCaughtPctAt05"], 100)
        compared = command(box, "compare", "1", "1")["base"]
        self.assertEqual(found["figures"], compared, "the figures of a comparison")
        shown = box.run("model", "evaluate", "1").stdout
        self.assertIn("1-ROCA %", shown)
        first = box.run("model", "retrain", "--request-id", "r", "--no-wait").stdout
        self.assertEqual(box.run("model", "retrain", "--request-id", "r", "--no-wait").stdout, first)

    def test_rules_teach_when_told_and_are_left_out_as_a_whole(self):
        box = self.enterContext(harness.Installation())
        teach(box, "a", 120)
        rule = json.loads(box.run("rule", "add", "word", "zeppelin", "--action", "spam", "--reason", "a test", "--teach",
                                  "--format", "json").stdout)
        self.assertTrue(rule["teaches"])
        backend = box.backend()
        for n in range(12):
            box.submit(backend, f"the zeppelin over my garden {n}", author=f"A{n}", email=f"a{n}@example.org",
                       thread=f"t{n}")
        harness.wait_for(lambda: box.model().position == 132, 60, "the rule's labels to be learnt")
        made = command(box, "retrain", "--exclude-rule", rule["name"])
        self.assertEqual(made["generation"]["excludedRules"], [rule["name"]])
        self.assertEqual(int(made["comparison"]["excludedCount"]), 12)
        self.assertEqual(int(made["comparison"]["labelCount"]), 120)


if __name__ == "__main__":
    unittest.main()
