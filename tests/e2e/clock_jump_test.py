"""A server's clock jumps, by days and by seconds, forwards and back: nothing is lost, and time that is measured does not jump."""

import glob
import unittest

import harness
import ledger
import replicas

DAY_SECONDS = 86_400
JUMPS = (DAY_SECONDS, -DAY_SECONDS, 5, -5, 0)


class ClockJumpTest(unittest.TestCase):
    def test_the_clock_of_one_of_two_servers(self):
        library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        self.assertTrue(library, "the package faketime is not installed")
        box = self.enterContext(harness.Installation())
        offset = box.folder / "offset"
        offset.write_text("+0\n")
        self.assertEqual(box.stop(), 0)
        box.extra_environment = {"LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1",
                                 "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        box.start()
        other = self.enterContext(replicas.Replica(box))
        with ledger.Ledger(box, other, decides=True) as book:
            for jump in JUMPS:
                offset.write_text(f"{jump:+}\n")
                book.wait_for_more(60)
                self.assertEqual(box.health(), harness.SERVING)
        self.assertEqual(book.unknown, {}, book.last_unknown)
        book.check(self)
        times = box.sql("SELECT count(*) FROM replyguard.comments WHERE received_at > now() + interval '12 hours'")
        self.assertNotEqual(times, "0", "the clock did not jump")


if __name__ == "__main__":
    unittest.main()
