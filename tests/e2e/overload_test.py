"""More than the server can take: what does not fit is refused at once, with the time to come back; one site's flood leaves room for
others; and once it is over everything works as before."""

import threading
import unittest

import grpc

import harness
from harness import admin_pb, code_of, comment_pb, comment_pb2

IN_FLIGHT_MAX, FLOOD = 64, 256
OTHER = "other"
REFUSED = grpc.StatusCode.RESOURCE_EXHAUSTED


class OverloadTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        operator = self.box.client(self.box.operator_key)
        operator.call(operator.admin.CreateSite, admin_pb.CreateSiteRequest(
            site_id=OTHER, site=admin_pb.replyguard_dot_v1_dot_site__pb2.Site(display_name="Another")))
        self.other = self.box.client(self.box.make_key("BACKEND", OTHER))
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment = {"REPLYGUARD_CALLS_IN_FLIGHT_MAX": str(IN_FLIGHT_MAX),
                                      "REPLYGUARD_WAITING_SUBMISSIONS_MAX": str(IN_FLIGHT_MAX)}
        self.box.start()

    def send(self, client, site, number):
        return client.comments.SubmitComment.future(comment_pb.SubmitCommentRequest(
            request_id=f"r{number}", submission=comment_pb2.Submission(
                thread=f"sites/{site}/threads/a", author_name="Ada", author_email=f"a{number}@example.org", body=f"Comment {number}.")),
            metadata=client.metadata, timeout=30)

    def test_a_flood_is_refused_at_once_and_leaves_room_for_others(self):
        client = self.box.backend()
        self.box.submit(client, "So that both are known.")
        code_of(lambda: self.send(self.other, OTHER, 0).result())
        answered, lock = [], threading.Lock()

        def done(call):
            with lock:
                answered.append(call)
        with self.box.locked("comments", "ACCESS EXCLUSIVE"):
            flood = [self.send(client, self.box.site, number) for number in range(1, FLOOD)]
            for call in flood:
                call.add_done_callback(done)
            # Whoever finds no room is told while nothing moves; the others wait.
            harness.wait_for(lambda: len(answered) >= FLOOD - 1 - IN_FLIGHT_MAX, 20, "the refusals")
            with lock:
                self.assertEqual({call.code() for call in answered}, {REFUSED})
                details = [harness.check_details(call.exception()) for call in answered[:20]]
            self.assertEqual({found["ErrorInfo"].reason for found in details}, {"OVERLOADED"})
            others = self.send(self.other, OTHER, 1)
            others.add_done_callback(done)
            self.box.wait_for_blocked("comments")
            with lock:
                self.assertNotIn(others, answered, "the other site found no room")
        codes = [code_of(call.result)[0] for call in flood]
        taken = {f"r{number}" for number, code in enumerate(codes, 1) if code == grpc.StatusCode.OK}
        refused = {f"r{number}" for number, code in enumerate(codes, 1) if code == REFUSED}
        self.assertGreaterEqual(len(refused), FLOOD - 1 - IN_FLIGHT_MAX)
        # A lock may last longer than a write may wait: that is not known then, and not refused.
        self.assertIn(code_of(others.result)[0], (grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE))
        stored = set(self.box.sql("SELECT request_id FROM replyguard.comments WHERE request_id IS NOT NULL").splitlines())
        self.assertEqual(taken - stored, set(), "acknowledged and lost")
        self.assertEqual(refused & stored, set(), "refused and stored")

        for number in range(1, FLOOD):  # it works as before, one by one
            self.assertEqual(code_of(self.send(client, self.box.site, number).result)[0], grpc.StatusCode.OK)
        self.assertEqual(self.box.sql("SELECT count(DISTINCT request_id), count(request_id) FROM replyguard.comments WHERE "
                                      "site_id = (SELECT site_id FROM replyguard.sites WHERE slug = 'demo')"),
                         f"{FLOOD - 1}|{FLOOD - 1}")

    def test_a_flood_of_reads_leaves_a_thread_to_others(self):
        client = self.box.backend()
        self.box.submit(client, "So that both are known.")
        code_of(lambda: self.send(self.other, OTHER, 0).result())
        with self.box.locked("comments", "ACCESS EXCLUSIVE"):
            request = comment_pb.ListCommentsRequest(parent=f"sites/{self.box.site}/threads/article-1")
            flood = [client.comments.ListComments.future(request, metadata=client.metadata, timeout=60) for _ in range(FLOOD)]
            self.box.wait_for_blocked("comments")
            harness.wait_for(lambda: sum(call.done() for call in flood) > FLOOD / 2, 20, "the refusals")
            self.assertEqual({call.code() for call in flood if call.done()}, {REFUSED})
            # Every thread that the flood may have stands still; what the other site reads is not locked.
            for _ in range(5):
                self.other.call(self.other.comments.GetThread, comment_pb.GetThreadRequest(name=f"sites/{OTHER}/threads/a"))
        codes = {code_of(call.result)[0] for call in flood}
        self.assertIn(grpc.StatusCode.OK, codes)
        self.assertLessEqual(codes, {grpc.StatusCode.OK, REFUSED})


if __name__ == "__main__":
    unittest.main()
