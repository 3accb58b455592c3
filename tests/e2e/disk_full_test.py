"""The disk that PostgreSQL writes to is full, under load: nothing acknowledged is lost or doubled, the server says that it does not
serve, and it serves again once there is room.

As root the disk is a small tmpfs; for others, who may not mount one, a trigger answers as PostgreSQL does then.
"""

import os
import unittest

import cluster
import ledger
from harness import comment_pb

BEFORE, AFTER = 60, 40  # acknowledgements around the fault
FILE_BYTES = 1 << 16
TABLE_SPACE_MEGABYTES, CLUSTER_MEGABYTES = 64, 160


def fill(path):
    """Takes all that is left of the file system."""
    with open(path, "wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(FILE_BYTES))
        except OSError:
            pass


class DiskFullTest(unittest.TestCase):
    def survive(self, box, full, heal):
        with ledger.Ledger(box, decides=True) as book:
            book.wait_for_more(BEFORE)
            full()
            try:
                # What has room in the pages that are there is still stored, until something has not.
                box.wait_for_readiness(False, 60)
            finally:
                heal()
            box.wait_for_readiness(True)
            book.wait_for_more(AFTER)
        self.assertTrue(book.settle(), "nobody noticed")
        book.check(self)

    def small_tables(self):
        """A server whose database is on a small disk, and the file that fills it."""
        pg = self.enterContext(cluster.Cluster())
        disk = self.enterContext(cluster.small_disk(pg.folder / "small", TABLE_SPACE_MEGABYTES))
        box = self.enterContext(cluster.Installation(pg))
        ledger.train(box)
        box.stop()
        pg.sql(f"CREATE TABLESPACE small LOCATION '{disk}'")
        self.addCleanup(lambda: (box.end(), pg.sql(f"DROP DATABASE {box.database}", "DROP TABLESPACE small")))
        pg.sql(f"ALTER DATABASE {box.database} SET TABLESPACE small")
        box.start()
        return box, disk / "ballast"

    def no_room_for_the_tables(self):
        box, ballast = self.small_tables()
        self.survive(box, lambda: fill(ballast), ballast.unlink)

    def nobody_writes(self):
        """No comment comes by which the server would notice."""
        box, ballast = self.small_tables()
        client = box.client(box.site_key)
        fill(ballast)
        box.wait_for_readiness(False)
        # Checks store nothing, and go on undiminished.
        said = client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(
            submission=box.submission("The chart explains how bread rises at altitude."))).assessment
        self.assertFalse(said.degraded, said)
        ballast.unlink()
        box.wait_for_readiness(True)
        box.submit(client, "There is room again.")

    def a_trigger_says_so(self):
        pg = self.enterContext(cluster.Cluster())
        box = self.enterContext(cluster.Installation(pg))
        ledger.train(box)
        box.sql("CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                "'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$")
        self.survive(box, lambda: box.sql("CREATE TRIGGER full BEFORE INSERT ON replyguard.comments EXECUTE FUNCTION full()"),
                     lambda: box.sql("DROP TRIGGER full ON replyguard.comments"))

    def no_room_for_the_log(self):
        """PostgreSQL itself falls over: it may come back alone once there is room, or must be started."""
        disk = self.enterContext(cluster.small_disk(cluster.new_folder(), CLUSTER_MEGABYTES))
        pg = self.enterContext(cluster.Cluster(disk / "pg"))
        box = self.enterContext(cluster.Installation(pg))
        ledger.train(box)
        ballast = disk / "ballast"

        def heal():
            ballast.unlink()
            if not pg.runs():
                pg.start()
        self.survive(box, lambda: fill(ballast), heal)

    if os.geteuid() == 0:
        test_no_room_for_the_tables = no_room_for_the_tables
        test_nobody_writes = nobody_writes
        test_no_room_for_the_log = no_room_for_the_log
    else:
        test_a_trigger_says_so = a_trigger_says_so


if __name__ == "__main__":
    unittest.main()
