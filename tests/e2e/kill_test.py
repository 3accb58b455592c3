"""SIGKILL in mid-load: every acknowledged comment and decision is there once, and a retry of what was in doubt settles it."""

import unittest

import harness
import ledger

KILLS = 3
ACKNOWLEDGED_BEFORE_KILL = 100


class KillTest(unittest.TestCase):
    def test_nothing_acknowledged_is_lost_or_doubled(self):
        with harness.Installation() as box:
            ledger.train(box)
            with ledger.Ledger(box, writers=8, decides=True) as book:
                for _ in range(KILLS):
                    book.wait_for_more(ACKNOWLEDGED_BEFORE_KILL, 60)
                    box.kill()
                    box.start()
                book.wait_for_more(ACKNOWLEDGED_BEFORE_KILL, 60)
            self.assertTrue(book.settle(), "nobody noticed")
            book.check(self)


if __name__ == "__main__":
    unittest.main()
