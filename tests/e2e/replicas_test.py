"""Several servers on one database: each model's id says one thing of a text, whoever is asked, whatever happened to it."""

import itertools
import json
import signal
import threading
import time
import unittest

import harness
import replicas
from harness import comment_pb2, model_pb, moderation_pb

TAUGHT = 120
LOCKSTEP_DECISIONS = 25
LABELS_APART = 12  # that others learn while a server is away
CATCH_UP_SECONDS_MAX = 120
SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"
PROBES = [SPAM, HAM, "an offer for your garden, click here", "Casino? No: bees."]


class ReplicasTest(unittest.TestCase):
    def setUp(self):
        self.first = self.enterContext(harness.Installation())
        operator = self.first.client(self.first.operator_key)
        operator.call(operator.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.first.site}", examples=[model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=f"{text} {n}"), external_id=f"{label}-{n}", label=label)
                for n in range(TAUGHT // 2) for text, label in ((SPAM, model_pb.LABEL_SPAM), (HAM, model_pb.LABEL_HAM))]))
        self.backend, self.moderator = self.first.backend(), self.first.moderator()
        self.numbers = itertools.count()
        self.comment = self.submit("an offer for your bees and the casino")
        self.second, self.third = (self.enterContext(replicas.Replica(self.first, self.watched())) for _ in range(2))
        self.servers = [self.first, self.second, self.third]
        self.recorders = []

    def watched(self):
        """The connection that LISTENs has a name, so that a test can cut it."""
        url = harness.database_url(self.first.admin_url, self.first.database, "replyguard_app_login")
        return {"REPLYGUARD_DIRECT_DATABASE_URL": f"{url}&application_name=listener"}

    def submit(self, body):
        return self.first.submit(self.backend, body).comment.name

    def decide(self):
        """One comment comes in, and a person says what it is. Every fifth is taken back: two labels. Returns how many labels."""
        number = next(self.numbers)
        spam = number % 2 == 0
        name = self.submit(f"{SPAM if spam else HAM} word{number % 7} number{number}")
        answer = self.first.moderate(self.moderator, name, "SPAM" if spam else "APPROVE")
        self.assertFalse(answer.error.code, answer.error)
        if number % 5 != 4:
            return 1
        self.moderator.call(self.moderator.moderation.UndoDecision,
                            moderation_pb.UndoDecisionRequest(name=answer.decision.name))
        return 2

    def head(self):
        return int(self.first.sql("SELECT position FROM replyguard.label_head"))

    def record(self, server):
        recorder = replicas.Recorder(server, PROBES, self.comment)
        self.recorders.append(recorder)
        recorder.start()
        self.addCleanup(recorder.stop)
        return recorder

    def wait_for_position(self, server, position):
        client = server.backend()
        return harness.wait_for(
            lambda: (said := replicas.check(server, client, HAM).model_id) and replicas.position_of(said) >= position and said,
            CATCH_UP_SECONDS_MAX, f"position {position} to be learnt")

    def finish(self):
        """All recorders end, none has failed, and no two servers ever disagreed."""
        head = self.head()
        ids = {self.wait_for_position(server, head) for server in self.servers}
        self.assertEqual(len(ids), 1, "at the same position the same id")
        final = {(model_id, replicas.check(server, server.backend(), body).probability, body)
                 for server in self.servers for body in PROBES for model_id in ids}
        self.assertEqual(len(final), len(PROBES), "and the same scores, bit for bit")
        for recorder in self.recorders:
            recorder.stop()
        self.assertEqual([recorder.failures for recorder in self.recorders if recorder.failures], [])
        self.assertTrue(all(recorder.calls > 0 for recorder in self.recorders))
        self.assertEqual(replicas.differing(self.recorders), {})

    def test_all_follow_a_decision_and_say_the_same(self):
        """In lockstep: every server is asked at every position. How long it took is printed, not asserted."""
        for server in self.servers:
            self.record(server)
        position, lags = self.head(), {server: [] for server in self.servers}
        for server in self.servers:
            self.wait_for_position(server, position)

        def follow(server, until, decided_at):
            self.wait_for_position(server, until)
            lags[server].append(time.monotonic() - decided_at)

        for _ in range(LOCKSTEP_DECISIONS):
            position += self.decide()
            decided_at = time.monotonic()
            followers = [threading.Thread(target=follow, args=(server, position, decided_at)) for server in self.servers]
            for follower in followers:
                follower.start()
            for follower in followers:
                follower.join()
            # Nobody waits for the recorders, so each server is asked here too.
            said = {(said.model_id, said.probability) for server in self.servers
                    for said in [replicas.check(server, server.backend(), PROBES[2])]}
            self.assertEqual(len(said), 1, "the same id and the same score")
        self.finish()
        for name, server in zip(("decided here", "second", "third"), self.servers):
            measured = sorted(lags[server])
            self.assertEqual(len(measured), LOCKSTEP_DECISIONS)
            print(f"lag of a decision, {name}: median {measured[len(measured) // 2] * 1000:.0f} ms, "
                  f"90 % {measured[len(measured) * 9 // 10] * 1000:.0f} ms, longest {measured[-1] * 1000:.0f} ms")

    def test_who_was_away_catches_up(self):
        recorders = [self.record(server) for server in self.servers]
        stop, failures = threading.Event(), []

        def decide():
            while not stop.is_set():
                try:
                    self.decide()
                except Exception as error:  # any failed decision fails the test
                    failures.append(error)
                    return

        decider = threading.Thread(target=decide)
        decider.start()
        try:
            self.stopped_for_a_while(recorders[1])
            self.cut_off_from_notifications()
            self.ended_and_killed(recorders[2])
            self.restarted_beside_torn_checkpoints(recorders[2])
            self.started_from_nothing()
        finally:
            stop.set()
            decider.join()
        self.assertEqual(failures, [])
        self.finish()
        common = set.intersection(*(recorder.ids() for recorder in recorders))
        self.assertGreater(len(common), 0, "servers were asked at the same positions")

    def more_labels(self, count=LABELS_APART):
        goal = self.head() + count
        harness.wait_for(lambda: self.head() >= goal, CATCH_UP_SECONDS_MAX, "more labels")
        return goal

    def stopped_for_a_while(self, recorder):
        recorder.tolerant.set()
        self.second.server.send_signal(signal.SIGSTOP)
        try:
            goal = self.more_labels()
        finally:
            self.second.server.send_signal(signal.SIGCONT)
        self.wait_for_position(self.second, goal)
        recorder.settle()

    def cut_off_from_notifications(self):
        cut = int(self.first.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                 f"WHERE datname = '{self.first.database}' AND application_name = 'listener'"))
        self.assertEqual(cut, 2)
        goal = self.more_labels()
        self.wait_for_position(self.second, goal)
        self.wait_for_position(self.third, goal)

    def ended_and_killed(self, recorder):
        recorder.tolerant.set()
        self.assertEqual(self.third.stop(), 0)
        self.assertGreater(int(self.first.sql("SELECT count(*) FROM replyguard.checkpoints")), 0)
        self.more_labels()
        self.third.start()  # from its checkpoint
        self.more_labels()
        self.third.kill()
        goal = self.more_labels()
        self.third.start()
        self.wait_for_position(self.third, goal)
        recorder.settle()

    def restarted_beside_torn_checkpoints(self, recorder):
        recorder.tolerant.set()
        for _ in range(10):  # the others may store a whole one at any moment
            self.third.kill()
            self.first.sql("UPDATE replyguard.checkpoints SET bytes = substring(bytes FROM 1 FOR octet_length(bytes) / 2)")
            self.third.start()
            if "is damaged and skipped" in self.third.log_path.read_text():
                break
        self.assertIn("is damaged and skipped", self.third.log_path.read_text())
        recorder.settle()

    def started_from_nothing(self):
        self.first.sql("DELETE FROM replyguard.checkpoints")
        fourth = self.enterContext(replicas.Replica(self.first))
        self.servers.append(fourth)
        self.record(fourth)
        self.wait_for_position(fourth, self.more_labels())

    def command(self, *arguments):
        return json.loads(self.first.run("model", *arguments, "--format", "json").stdout)

    def test_another_generation_takes_over_everywhere_without_a_failed_call(self):
        evil = self.first.make_key("OPERATOR", name="evil")
        evil_id = self.first.sql("SELECT key_id FROM replyguard.api_keys WHERE display_name = 'evil'")
        client = self.first.client(evil)
        client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.first.site}", examples=[model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=f"{SPAM} {n}"), external_id=f"evil-{n}", label=model_pb.LABEL_HAM)
                for n in range(TAUGHT)]))
        recorders = [self.record(server) for server in self.servers]
        self.command("retrain", "--exclude-labels-by", evil_id)
        for activate, generation in ((("activate", "2", "--force"), "g2."), (("rollback",), "x"), (("activate", "2", "--force"), "g2.")):
            self.command(*activate)
            for server in self.servers:
                asked = server.backend()
                harness.wait_for(lambda: replicas.check(server, asked, HAM).model_id.startswith(generation),
                                 CATCH_UP_SECONDS_MAX, f"generation {generation} to answer")
            self.decide()
        self.finish()
        for recorder in recorders:
            self.assertEqual({model_id.partition(".")[0] == "g2" for model_id in recorder.ids()}, {True, False})


if __name__ == "__main__":
    unittest.main()
