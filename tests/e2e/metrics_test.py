"""Metrics and drift of a real server: what was done is counted, nothing that was written is shown."""

import contextlib
import json
import re
import socket
import unittest

import harness
import replicas
from exposed_metrics import scrape
from harness import comment_pb2, model_pb, moderation_pb

METRICS = harness.SOURCE_DIR / "deploy/prometheus/METRICS.md"
RULES = harness.SOURCE_DIR / "deploy/prometheus/replyguard.rules.yml"
EXPOSERS_OWN = re.compile(r"^exposer_")  # of the library that shows them
SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"


class MetricsTest(unittest.TestCase):
    def setUp(self):
        self.box = harness.Installation()
        self.box.extra_environment["REPLYGUARD_METRICS_LISTEN"] = "127.0.0.1:0"
        self.enterContext(self.box)
        self.backend, self.moderator = self.box.backend(), self.box.moderator()

    def teach(self):
        operator = self.box.client(self.box.operator_key)
        operator.call(operator.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=[model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=f"{text} {n}"), external_id=f"{label}-{n}", label=label)
                for n in range(30) for text, label in ((SPAM, model_pb.LABEL_SPAM), (HAM, model_pb.LABEL_HAM))]))
        self.box.wait_for_model()

    def test_what_was_done_is_counted(self):
        _, before = scrape(self.box)
        self.assertEqual(before['replyguard_submissions_total{verdict="hold"}'], 0)
        held = self.box.submit(self.backend, "the first of all").comment
        self.assertEqual(self.box.submit(self.backend, "the second", "twice").comment.name,
                         self.box.submit(self.backend, "the second", "twice").comment.name)
        self.teach()
        spam = self.box.submit(self.backend, SPAM)
        self.assertEqual(spam.assessment.verdict, comment_pb2.replyguard_dot_v1_dot_assessment__pb2.VERDICT_SPAM)
        rescued = self.box.moderate(self.moderator, spam.comment.name, "APPROVE")
        self.box.moderate(self.moderator, held.name, "SPAM")
        self.moderator.call(self.moderator.moderation.UndoDecision, moderation_pb.UndoDecisionRequest(name=rescued.decision.name))
        self.box.wait_for_model()
        code, _ = harness.code_of(lambda: self.box.submit(self.backend, ""))
        self.assertEqual(code.name, "INVALID_ARGUMENT")

        def counted():
            text, now = scrape(self.box)
            return (text, now) if now["replyguard_queue_pending"] == 1 else None
        text, now = harness.wait_for(counted, 60, "the queue to be looked at")
        expected = {
            'replyguard_submissions_total{verdict="hold"}': 2,  # a retry is no comment
            'replyguard_submissions_total{verdict="spam"}': 1,
            "replyguard_submit_duration_seconds_count": 3,
            "replyguard_spam_probability_count": 3,
            "replyguard_feature_novelty_ratio_count": 3,
            'replyguard_rpc_total{code="OK",method="CommentService/SubmitComment"}': 4,
            'replyguard_rpc_total{code="INVALID_ARGUMENT",method="CommentService/SubmitComment"}': 1,
            'replyguard_rpc_duration_seconds_count{method="CommentService/SubmitComment"}': 5,
            'replyguard_decisions_total{action="approve"}': 1,
            'replyguard_decisions_total{action="spam"}': 1,
            'replyguard_decisions_total{action="undo"}': 1,
            'replyguard_overrides_total{kind="spam_then_approved"}': 1,
            'replyguard_overrides_total{kind="approved_then_spam"}': 0,
            'replyguard_labels_total{class="spam",source="import"}': 30,
            'replyguard_labels_total{class="ham",source="import"}': 30,
            'replyguard_labels_total{class="spam",source="human"}': 1,
            'replyguard_labels_total{class="ham",source="human"}': 1,
            'replyguard_labels_total{class="none",source="human"}': 1,
            "replyguard_label_lag_seconds_count": 63,
            "replyguard_model_position": 63,
            "replyguard_model_lag_labels": 0,
            "replyguard_model_generation": 1,
            "replyguard_labels_skipped_total": 0,
        }
        self.assertEqual({name: now.get(name) for name in expected}, expected)
        self.assertGreater(now["replyguard_model_features"], 50)
        self.assertGreater(now["replyguard_model_memory_bytes"], 1000)
        # The first two were entirely new to a model that had seen nothing; the third is what it was taught.
        self.assertEqual(now['replyguard_feature_novelty_ratio_bucket{le="0.9"}'], 1)
        for word in (self.box.site, "Ada", "ada", "example.org", "casino", "first of all", "twice", self.box.site_key[:16]):
            self.assertNotIn(word, text)

    def test_what_is_no_call_is_counted_too(self):
        host, port = self.box.http.rsplit(":", 1)
        for request in (b"nonsense\r\n\r\n", b"GET /healthz HTTP/1.0\r\nx: " + b"y" * (1 << 20) + b"\r\n\r\n"):
            with socket.create_connection((host, int(port)), timeout=20) as connection:
                with contextlib.suppress(ConnectionError):
                    connection.sendall(request)
                    connection.recv(1 << 16)
        refused = lambda status: scrape(self.box)[1][f'replyguard_http_refused_total{{status="{status}"}}']
        harness.wait_for(lambda: refused(400) == 1 and refused(431) == 1, 20, "two refusals to be counted")

    def test_the_list_is_complete_and_alerts_name_what_is_there(self):
        text, _ = scrape(self.box)
        shown = {name for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE) if not EXPOSERS_OWN.match(name)}
        listed = set(re.findall(r"^\| `(replyguard_\w+)`", METRICS.read_text(), re.MULTILINE))
        self.assertEqual(listed, shown | {"replyguard_rpc_total"})
        named = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"replyguard_\w+", RULES.read_text())}
        self.assertLessEqual(named, listed)
        for name in shown:
            self.assertRegex(name, r"^replyguard_[a-z_]+$")

    def test_who_connects_and_says_nothing_keeps_no_scrape_out(self):
        listen = re.findall(r' metrics listen="([^"]+)"', self.box.log_path.read_text())[-1]
        host, _, port = listen.rpartition(":")
        with contextlib.ExitStack() as idle:
            for said in (b"", b"GET /metrics HTTP/1.1\r\n") * 4:
                idle.enter_context(socket.create_connection((host, int(port)), timeout=10)).sendall(said)
            for _ in range(3):
                scrape(self.box)  # gives up after 20 s

    def test_nothing_listens_unless_asked(self):
        with replicas.Replica(self.box) as plain:
            self.assertNotIn(" metrics ", plain.log_path.read_text())
        listen = re.findall(r' metrics listen="([^"]+)"', self.box.log_path.read_text())[-1]
        taken = replicas.Replica(self.box, {"REPLYGUARD_METRICS_LISTEN": listen})
        with self.assertRaisesRegex(AssertionError, f"cannot listen on {listen} for metrics"), taken:
            pass

    def test_drift_by_day_and_in_words(self):
        self.teach()
        rescued = self.box.submit(self.backend, SPAM).comment
        self.box.submit(self.backend, HAM)
        missed = self.box.submit(self.backend, HAM + " again").comment
        self.box.moderate(self.moderator, rescued.name, "APPROVE")
        self.box.moderate(self.moderator, missed.name, "SPAM")
        drift = json.loads(self.box.run("model", "drift", "--days", "3", "--format", "json").stdout)
        self.assertEqual(len(drift["days"]), 3)
        today = drift["days"][0]
        self.assertRegex(today["date"], r"^\d{4}-\d\d-\d\d$")
        self.assertEqual([int(today[key]) for key in ("approvedCount", "spamCount", "decidedCount", "spamThenApprovedCount",
                                                      "approvedThenSpamCount")], [2, 1, 2, 1, 1])
        self.assertEqual(sum(int(count) for count in today["probabilityCounts"]), 3)
        self.assertLess(today["novelty"], 0.5)
        self.assertEqual(drift["comparison"]["level"], "LEVEL_TOO_FEW")
        words = self.box.run("model", "drift").stdout
        self.assertIn("Too few comments to tell: 3 in the last 7 days and 0 in the 28 days before", words)
        self.assertIn("contradicted the machine in 2 of 2 decisions", words)
        table = words.split("\n\n")[1].splitlines()
        self.assertTrue(table[1].startswith(today["date"]), table)
        self.assertEqual(table[2], "nothing came in the 34 days before")
        self.assertEqual(self.box.run("model", "drift", "--days", "91", check=False).returncode, 2)


if __name__ == "__main__":
    unittest.main()
