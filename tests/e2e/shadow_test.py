"""A shadow over the built binary: it judges what comes, changes nothing, and people settle who was right."""

import json
import os
import pathlib
import subprocess
import unittest

import harness
from harness import comment_pb2, model_pb, moderation_pb

shadow_pb = model_pb.replyguard_dot_v1_dot_shadow__pb2

SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"


class ShadowTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        evil = self.box.make_key("OPERATOR", name="evil")
        self.evil_id = self.box.sql("SELECT key_id FROM replyguard.api_keys WHERE display_name = 'evil'")
        self.teach(self.box.operator_key, "good", 60, lambda n: n % 2 == 0)
        self.teach(evil, "evil", 90, lambda n: True, label=model_pb.LABEL_HAM)
        self.teach(self.box.operator_key, "late", 60, lambda n: n % 2 == 0)
        self.box.wait_for_model()
        self.command("model", "retrain", "--exclude-labels-by", self.evil_id)
        self.backend = self.box.backend()

    def teach(self, key, name, count, is_spam, label=None):
        client = self.box.client(key)
        examples = [model_pb.LabelledExample(
            submission=comment_pb2.Submission(body=f"{SPAM if is_spam(n) else HAM} {n}"), external_id=f"{name}-{n}",
            label=label or (model_pb.LABEL_SPAM if is_spam(n) else model_pb.LABEL_HAM)) for n in range(count)]
        answer = client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=examples))
        self.assertTrue(all(result.learnt for result in answer.results))

    def command(self, *arguments):
        return json.loads(self.box.run(*arguments, "--format", "json").stdout)

    def lines(self, *arguments):
        return [json.loads(line) for line in self.box.run(*arguments, "--format", "json").stdout.splitlines()]

    def set_shadow(self, *arguments, expected):
        self.command("model", "shadow", *arguments)
        self.wait_for_shadow(expected)

    def wait_for_shadow(self, expected):
        harness.wait_for(lambda: self.box.model().shadow_generation == expected, 60, f"the shadow to be {expected}")

    def says(self, body):
        answer = self.box.submit(self.backend, body)
        return answer.comment.name, answer.assessment

    def report(self):
        return self.command("model", "shadow", "report")["report"]

    def test_it_differs_without_effect_and_people_settle_it(self):
        _, before = self.says(SPAM)
        self.set_shadow("2", expected=2)
        first, beside = self.says(SPAM)
        self.assertEqual((beside.verdict, beside.probability, beside.model_id),
                         (before.verdict, before.probability, before.model_id))
        second, _ = self.says(SPAM + " jo@example.org")
        report = self.report()
        self.assertEqual(int(report["comparedCount"]), 2)
        self.assertEqual(int(report["disagreedCount"]), 2, report)

        listed = self.lines("model", "shadow", "list")
        self.assertEqual([one["comment"] for one in listed], [second, first])
        self.assertNotIn("jo@", listed[0]["excerpt"], "masked")
        self.assertGreater(listed[0]["shadowProbability"], listed[0]["probability"])
        self.assertTrue(listed[0]["shadowModelId"].startswith("g2."))
        page = self.page(self.box.client(self.box.operator_key), page_size=1)
        self.assertEqual(page.disagreements[0].comment, second)
        rest = self.page(self.box.client(self.box.operator_key), page_size=1, page_token=page.next_page_token)
        self.assertEqual([one.comment for one in rest.disagreements], [first])

        queued = self.lines("queue", "list", "--shadow")
        self.assertEqual([item["comment"]["name"] for item in queued], [first, second])
        leased = self.command("queue", "next", "--shadow")
        self.assertEqual(leased["items"][0]["comment"]["name"], first)
        self.box.run("queue", "spam")
        moderator = self.box.moderator()
        self.box.moderate(moderator, second, "APPROVE")
        report = self.report()
        self.assertEqual((int(report["shadowRightCount"]), int(report["activeRightCount"])), (1, 1))
        self.assertEqual(self.lines("queue", "list", "--shadow"), [])
        self.assertEqual(self.lines("model", "shadow", "list", "--unsettled"), [])

        third, _ = self.says(SPAM + " once more")
        self.box.run("comment", "delete", third)
        self.assertEqual(len(self.lines("model", "shadow", "list")), 2)
        self.set_shadow("--off", expected=0)
        self.says(SPAM)
        self.assertEqual(int(self.report()["comparedCount"]), 3)
        human = self.box.run("model", "shadow", "report").stdout
        # The active model has learnt from the two decisions, so that they may agree on the third.
        self.assertRegex(human, "3 new comments judged by generation 2 too, [23] otherwise")

    def page(self, client, site=None, **fields):
        return client.call(client.models.ListShadowDisagreements, shadow_pb.ListShadowDisagreementsRequest(
            parent=f"sites/{site or self.box.site}", **fields))

    def test_a_kill_keeps_the_shadow_and_its_word(self):
        self.set_shadow("2", expected=2)
        self.says(SPAM)
        self.box.kill()
        self.box.start()
        self.wait_for_shadow(2)
        self.backend = self.box.backend()
        self.says(SPAM)
        self.assertEqual(int(self.report()["disagreedCount"]), 2)

    def test_two_servers_follow_and_say_the_same(self):
        self.set_shadow("2", expected=2)
        self.says(SPAM)
        file = pathlib.Path(self.box.folder) / "second-address"
        arguments = [harness.BINARY, "serve", "--listen", "127.0.0.1:0", "--address-file", str(file)]
        if os.geteuid() == 0:
            arguments.append("--allow-root")
        with open(self.box.folder / "second.log", "ab") as log:
            environment = {k: v for k, v in self.box.environment().items() if k != "REPLYGUARD_GRPC"}
            second = subprocess.Popen(arguments, env=environment, stdout=log, stderr=log, cwd=self.box.folder)
        try:
            harness.wait_for(lambda: file.exists() and file.read_text().strip(), 60, "the second server")
            client = harness.Client(file.read_text().strip(), self.box.operator_key, None)
            self.box.clients.append(client)

            def shadow_there():
                code, _ = harness.code_of(lambda: shown.append(client.call(
                    client.models.GetModel, model_pb.GetModelRequest(name=f"sites/{self.box.site}/model")).model))
                return code == harness.grpc.StatusCode.OK and shown[-1].shadow_generation == 2
            shown = []
            harness.wait_for(shadow_there, 60, "the second server's shadow")
            site = harness.Client(file.read_text().strip(), self.box.site_key, None)
            self.box.clients.append(site)
            self.box.submit(site, SPAM)
            listed = self.lines("model", "shadow", "list")
            self.assertEqual(len(listed), 2)
            self.assertEqual(listed[0]["shadowScore"], listed[1]["shadowScore"])
            self.assertEqual(listed[0]["shadowModelId"], listed[1]["shadowModelId"])
        finally:
            second.terminate()
            second.wait(60)

    def test_a_key_of_another_site_sees_nothing(self):
        self.set_shadow("2", expected=2)
        self.says(SPAM)
        self.box.run("site", "create", "other")
        foreign = self.box.client(self.box.make_key("OPERATOR", "other"))
        code, _ = harness.code_of(lambda: self.page(foreign))
        self.assertEqual(code, harness.grpc.StatusCode.PERMISSION_DENIED)
        every = foreign.call(foreign.models.ListShadowDisagreements, shadow_pb.ListShadowDisagreementsRequest(
            parent="sites/-"))
        self.assertEqual(len(every.disagreements), 0)
        reviewer = self.box.client(self.box.make_key("MODERATOR", "other"))
        leased = reviewer.call(reviewer.moderation.LeaseNext, moderation_pb.LeaseNextRequest(
            parent="sites/-", filter=moderation_pb.QueueFilter(shadow=True)))
        self.assertEqual(len(leased.items), 0)


if __name__ == "__main__":
    unittest.main()
