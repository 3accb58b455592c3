"""A server's clock jumps, by days and by seconds, forwards and back: nothing is lost, and time that is measured does not jump."""

import glob
import unittest

import harness
import ledger
import replicas
from exposed_metrics import scrape

DAY_SECONDS = 86_400
JUMPS = (DAY_SECONDS, -DAY_SECONDS, 5, -5, 0)
KEPT_DAYS = 30
BEHIND_SECONDS = 40 * DAY_SECONDS


class ClockJumpTest(unittest.TestCase):
    def servers(self, offset_seconds):
        """Two on one database; sets self.box, whose clock is so far off, and self.other, whose clock is right."""
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        self.assertTrue(library, "the package faketime is not installed")
        self.box = self.enterContext(harness.Installation())
        self.offset = self.box.folder / "offset"
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment = {
            "LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": str(self.offset), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "REPLYGUARD_METRICS_LISTEN": "127.0.0.1:0"}
        self.jump(offset_seconds)
        self.box.start()
        self.other = self.enterContext(replicas.Replica(self.box))

    def jump(self, seconds):
        self.offset.write_text(f"{seconds:+}\n")

    def check(self, book):
        self.assertEqual(book.unknown, {}, book.last_unknown)
        book.check(self)

    def test_the_clock_of_one_of_two_servers(self):
        self.servers(0)
        with ledger.Ledger(self.box, self.other, decides=True) as book:
            for jump in JUMPS:
                self.jump(jump)
                book.wait_for_more(60)
                self.assertEqual(self.box.health(), harness.SERVING)
        self.check(book)
        times = self.box.sql("SELECT count(*) FROM replyguard.comments WHERE received_at > now() + interval '12 hours'")
        self.assertNotEqual(times, "0", "the clock did not jump")

    def test_what_a_server_stores_whose_clock_is_behind_is_not_old(self):
        self.servers(-BEHIND_SECONDS)
        classes = ("approved", "spam", "decisions", "events", "networks", "authors")
        self.other.run("retention", *(word for name in classes for word in ("--set", f"{name}={KEPT_DAYS}d")))
        with ledger.Ledger(self.box, self.other, decides=True) as book:
            for told, jump in enumerate((-BEHIND_SECONDS, 0, -BEHIND_SECONDS), 1):
                self.jump(jump)
                book.wait_for_more(60)
                self.assertEqual(self.box.health(), harness.SERVING)
                self.other.run("retention", "--apply")
                harness.wait_for(lambda: len(self.told()) == told, 30, f"line {told} of the log about the clock")
            ahead = scrape(self.box)[1]["replyguard_clock_ahead_seconds"]
            self.assertLess(abs(ahead + BEHIND_SECONDS), DAY_SECONDS, "the clock is not behind")
        self.check(book)
        for table, column in (("comments", "received_at"), ("decisions", "decided_at"), ("events", "created_at")):
            old = self.box.sql(f"SELECT count(*) FROM replyguard.{table} WHERE {column} < now() - interval '1 day'")
            self.assertEqual(old, "0", table)
        self.assertIn(" s behind the database's", self.told()[0])
        self.assertIn("agree again", self.told()[1])
        self.assertEqual(len(self.told()), 3, self.told())

    def told(self):
        return [line for line in self.box.log_path.read_text().splitlines() if " clock " in line]


if __name__ == "__main__":
    unittest.main()
