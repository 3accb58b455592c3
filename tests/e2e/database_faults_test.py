"""PostgreSQL dies, hangs, is full, takes no writes or no connections, under load: nothing acknowledged is lost or doubled, the server
says what is true of itself throughout, and it recovers by itself."""

import contextlib
import time
import unittest

import grpc

import cluster
import harness
import ledger
import postgres_proxy
from harness import code_of, comment_pb

VERDICT_APPROVE = 1
BEFORE, AFTER = 60, 40  # acknowledgements around each fault
# Four, and what was on its way to commit when these had not waited for long yet.
WAITING_MAX, WAITING_SECONDS = 10, 25


class DatabaseFaultsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(cluster.Cluster())

    def setUp(self):
        self.box = self.enterContext(cluster.Installation(self.cluster))
        ledger.train(self.box)

    def during(self, fault, heal, ready=False, degraded=True, seconds=20, **load):
        """Load; the fault; readiness says so, and checks are degraded; healed; load again; the ledger."""
        with ledger.Ledger(self.box, decides=True, **load) as book:
            book.wait_for_more(BEFORE)
            fault()
            try:
                if not ready:
                    self.box.wait_for_readiness(False)
                self.look_meanwhile(degraded and not ready)
            finally:
                heal()
            self.box.wait_for_readiness(True, seconds)
            book.wait_for_more(AFTER)
        settled = book.settle()
        book.check(self)
        self.assertEqual(self.cluster.holds(ledger.PLAIN_ADDRESS), set())
        self.assertNotEqual(self.cluster.holds(rb"Writer [0-9]+-[0-9]+"), set(), "the search finds nothing at all")
        self.assertNotRegex(self.box.log_path.read_bytes(), ledger.PLAIN_ADDRESS)
        self.box.assert_log_is_whole()
        return settled

    def look_meanwhile(self, degraded):
        """What a client sees while the database does not work."""
        client = self.box.client(self.box.site_key)
        code, error = code_of(lambda: self.box.submit(client, "Meanwhile."))
        self.assertEqual(code, grpc.StatusCode.UNAVAILABLE, error)
        harness.check_details(error)
        if not degraded:
            return
        for with_history in (False, True):
            said = client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(
                submission=self.box.submission("The chart explains how bread rises at altitude."),
                with_history=with_history)).assessment
            self.assertTrue(said.degraded, said)
            self.assertNotEqual(said.verdict, VERDICT_APPROVE, said)

    def test_killed_and_started_again(self):
        settled = self.during(self.cluster.kill, self.cluster.start)
        self.assertTrue(settled, "nobody noticed")

    def test_frozen(self):
        self.during(self.cluster.freeze, self.cluster.thaw)

    def test_a_server_ends_while_it_is_frozen(self):
        self.cluster.freeze()
        try:
            code = self.box.stop()  # in time
        finally:
            self.cluster.thaw()
        self.assertEqual(code, 0)

    def test_no_connection_to_be_had(self):
        def limit(count):
            self.cluster.sql(f"ALTER DATABASE {self.box.database} CONNECTION LIMIT {count}")

        def fault():
            limit(0)
            self.cluster.cut_sessions(self.box.database)
        self.during(fault, lambda: limit(-1))

    def test_slow(self):
        """Every answer of it takes a while: it is slower, and works."""
        with postgres_proxy.Proxy(self.cluster) as proxy, cluster.Installation(self.cluster, host=proxy.host) as box:
            with ledger.Ledger(box, decides=True, timeout=10) as book:
                book.wait_for_more(BEFORE)
                proxy.delay_seconds = 0.1
                book.wait_for_more(AFTER)
                self.assertEqual(box.health(), harness.SERVING)
            self.assertEqual(book.unknown, {}, book.last_unknown)
            book.check(self)

    def test_comments_are_locked(self):
        """By VACUUM FULL, an index that is made, a transaction that somebody forgot: PostgreSQL answers, and nothing is stored."""
        with contextlib.ExitStack() as lock:
            self.during(lambda: lock.enter_context(self.box.locked("comments", "SHARE")), lock.close, degraded=False)

    def test_comments_are_locked_and_everybody_is_in_a_hurry(self):
        with contextlib.ExitStack() as lock:
            self.during(lambda: lock.enter_context(self.box.locked("comments", "SHARE")), lock.close, degraded=False, timeout=1.5)

    def test_a_standby_is_away(self):
        """What is committed waits for a synchronous standby, and its session with it, whoever has gone: a few do, and nobody else."""
        def standby(name):
            self.cluster.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'", "SELECT pg_reload_conf()")

        def waiting():
            return int(self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))

        def heal():
            try:
                self.assertNotEqual(waiting(), 0)
                time.sleep(WAITING_SECONDS)
                self.assertLessEqual(waiting(), WAITING_MAX)
            finally:
                standby("")
        self.during(lambda: standby("nobody"), heal, degraded=False)

    def test_read_only(self):
        def default(value):
            self.cluster.sql(f"ALTER DATABASE {self.box.database} SET default_transaction_read_only = {value}")

        def fault():
            default("on")
            self.cluster.cut_sessions(self.box.database)
        # Sessions that began read-only stay so: the server must leave them by itself.
        self.during(fault, lambda: default("off"))


if __name__ == "__main__":
    unittest.main()
