"""A database that takes no writes and says nothing, here behind a lock: the website is told to come again, and the same request_id
then stores the comment once."""

import subprocess
import time
import unittest

import grpc

import harness
from harness import code_of


class HungDatabaseTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.backend = self.box.backend()

    def lock(self):
        """A session that holds the comments until its standard input ends."""
        url = harness.database_url(self.box.admin_url, self.box.database)
        session = subprocess.Popen(["psql", "-X", "-A", "-t", "-q", "-d", url], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        session.stdin.write("BEGIN; LOCK TABLE replyguard.comments; SELECT 'held';\n")
        session.stdin.flush()
        self.assertEqual(session.stdout.readline().strip(), "held")
        return session

    def test_a_submission_is_answered_and_can_be_repeated(self):
        self.box.submit(self.backend, "Before.", request_id="r0")
        session = self.lock()
        try:
            # A client that would wait for very long.
            code, error = code_of(lambda: self.backend.call(
                self.backend.comments.SubmitComment, harness.comment_pb.SubmitCommentRequest(
                    request_id="r1", submission=self.box.submission("Meanwhile.")),
                timeout=60))
            self.assertEqual(code, grpc.StatusCode.UNAVAILABLE)
            self.assertIn("RetryInfo", harness.check_details(error))
        finally:
            session.communicate(timeout=20)
        answers = []
        for _ in range(50):
            code, error = code_of(lambda: answers.append(
                self.box.submit(self.backend, "Meanwhile.", request_id="r1")))
            if code == grpc.StatusCode.OK:
                break
            harness.check_details(error)
            time.sleep(0.2)
        self.assertEqual(code, grpc.StatusCode.OK)
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments WHERE request_id = 'r1'"), "1")


if __name__ == "__main__":
    unittest.main()
