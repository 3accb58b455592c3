"""The connection to PostgreSQL breaks around a COMMIT: before it arrives, or once it is done and its answer is on the way. Nobody
then knows whether the comments are stored; the same request_id settles it."""

import unittest

import cluster
import harness
import ledger
import postgres_proxy

ROUNDS, CUTS = 6, 3


class InDoubtTest(unittest.TestCase):
    def test_the_same_request_id_settles_it(self):
        pg = self.enterContext(cluster.Cluster())
        proxy = self.enterContext(postgres_proxy.Proxy(pg))
        box = self.enterContext(cluster.Installation(pg, host=proxy.host))
        ledger.train(box)
        with ledger.Ledger(box, writers=8, decides=True) as book:
            for number in range(ROUNDS):
                book.wait_for_more(20)
                moment = ("after", "before")[number % 2]
                goal = proxy.cuts[moment] + CUTS
                proxy.cut(moment, CUTS)
                harness.wait_for(lambda: proxy.cuts[moment] >= goal or book.failures, 20, f"cuts {moment} a COMMIT")
            book.wait_for_more(20)
        box.wait_for_readiness(True)
        sent = dict(book.unknown)
        stored = {line for line in box.sql("SELECT request_id FROM replyguard.comments WHERE request_id IS NOT NULL").splitlines()}
        self.assertTrue(set(sent) & stored, "no answer was lost after its commit")
        self.assertTrue(set(sent) - stored, "no commit was lost")
        book.settle()
        book.check(self)


if __name__ == "__main__":
    unittest.main()
