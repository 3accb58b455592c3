"""PostgreSQL cancels a ROLLBACK, whose time was over: the transaction is still open, and nobody else may find it on the connection."""

import unittest

import grpc

import cluster
import harness
import postgres_proxy
from harness import code_of, comment_pb

NOBODYS = "sites/demo/comments/" + "0" * 32


class RollbackTest(unittest.TestCase):
    def setUp(self):
        pg = self.enterContext(cluster.Cluster())
        self.proxy = self.enterContext(postgres_proxy.Proxy(pg))
        self.box = self.enterContext(cluster.Installation(pg, host=self.proxy.host))
        self.client = self.box.client(self.box.site_key)
        self.box.submit(self.client, "One.", request_id="one")

    def look_for_nothing(self):
        code, error = code_of(lambda: self.client.call(self.client.comments.GetComment, comment_pb.GetCommentRequest(name=NOBODYS)))
        self.assertEqual(code, grpc.StatusCode.NOT_FOUND, error)

    def check(self, act, cancels):
        """Acts, with so many ROLLBACKs cancelled, and then as often as it takes to use the same connection again."""
        goal = self.proxy.cancels + cancels
        self.proxy.cancel_rollbacks(cancels)
        for _ in range(10):
            act()
        harness.wait_for(lambda: self.proxy.cancels == goal, 20, "ROLLBACKs to be cancelled")
        for number in range(10):
            act()
            self.box.submit(self.client, "Another.", request_id=f"{act.__name__}-{cancels}-{number}")
        self.assertNotIn("25P02", self.box.log_path.read_text(), "somebody met an aborted transaction")
        self.box.assert_log_is_whole()

    def test_of_a_call(self):
        """The pool hands out the connection that came back last."""
        for cancels in (1, 2):
            with self.subTest(cancels=cancels):
                self.check(self.look_for_nothing, cancels)

    def test_of_a_batch(self):
        def say_it_again():
            self.box.submit(self.client, "One.", request_id="one")
        for cancels in (1, 2):
            with self.subTest(cancels=cancels):
                self.check(say_it_again, cancels)


if __name__ == "__main__":
    unittest.main()
