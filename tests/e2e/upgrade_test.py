"""From every earlier schema, with data in every table of it, to the present one: no column that the earlier one had is lost or changed
on the way, and the server goes on with it."""

import pathlib
import unittest

import every_table
import harness
import ledger
from harness import comment_pb

# What every schema since the first holds, in a form that does not depend on how a later one stores it.
CORE = {
    "comments": "SELECT comment_id, thread_id, author_name, author_email_masked, encode(author_hash, 'hex'), body, "
                "encode(body_hash, 'hex'), status, status_source, extract(epoch FROM received_at), revision, request_id, "
                "encode(request_fingerprint, 'hex'), verdict, probability, score, model_id FROM replyguard.comments",
    "decisions": "SELECT decision_id, comment_id, action, note, actor, extract(epoch FROM decided_at) FROM replyguard.decisions",
    "labels": "SELECT position, sample_id, label, source, sample FROM replyguard.labels",
    "events": "SELECT sequence, type, comment_id, status FROM replyguard.events",
    "threads": "SELECT thread_id, thread_key, state FROM replyguard.threads",
    # Drawn blind or by a shadow: later schemas know these.
    "queue_items": "SELECT comment_id, cause FROM replyguard.queue_items WHERE cause <= 3",
    "api_keys": "SELECT key_id, encode(secret_hash, 'hex'), display_name, role, site_id FROM replyguard.api_keys",
    "sites": "SELECT site_id, slug FROM replyguard.sites",
    "hmac_keys": "SELECT key_id, fingerprint FROM replyguard.hmac_keys",
}
# What an earlier schema cannot hold as the present one does, and the log of labels gives again.
LEARNT_ANEW = {"checkpoints"}
# What the step from a schema takes away of authors and comments that were erased, where they had it: (table, column).
FORGOTTEN = {28: {("decisions", "queue_before")}}


class UpgradeTest(unittest.TestCase):
    def core(self):
        return {table: self.box.sql(f"SELECT count(*), md5(string_agg(r::text, '|' ORDER BY r::text)) FROM ({query}) AS r")
                for table, query in CORE.items()}

    def comments(self):
        """Their request_ids and names."""
        return set(self.box.sql(f"SELECT coalesce(request_id, '') || chr(10) || 'sites/{self.box.site}/comments/' || "
                                "replace(comment_id::text, '-', '') FROM replyguard.comments").split())

    def test_from_every_earlier_schema(self):
        self.box = self.enterContext(harness.Installation())
        ledger.train(self.box)
        with ledger.Ledger(self.box, decides=True) as book:
            book.wait_for_more(150)
            harness.wait_for(lambda: len(book.decided) > 20 or book.failures, 60, "decisions")
        book.settle()
        # The machine may have decided all that nobody else has: one waits for sure.
        backend = self.box.backend()
        reported = self.box.submit(backend, "One that a reader reports.").comment.name
        backend.call(backend.comments.ReportComment, comment_pb.ReportCommentRequest(name=reported, reporter="reader-1"))
        book.check(self)
        mine = self.comments()
        every_table.fill(self.box)
        said = self.box.wait_for_model()
        self.assertEqual(self.box.stop(), 0)
        every_table.fill_the_rest(self.box)
        self.assertEqual(every_table.empty(every_table.prints(self.box, every_table.columns(self.box))), set())
        filled = self.comments() - mine
        before = self.core()
        self.assertTrue(all(not rows.startswith("0|") for rows in before.values()), before)
        newest = len(list((harness.SOURCE_DIR / "storage/migrations").glob("*.up.sql")))
        for version in range(newest - 1, 0, -1):
            with self.subTest(version=version):
                self.box.run("migrate", "down", "--to", str(version), "--lose-data")
                self.assertEqual(self.core(), before, "on the way down")
                held = every_table.columns(self.box)
                values = every_table.prints(self.box, held)
                self.assertLessEqual(every_table.empty(values), LEARNT_ANEW)
                self.box.run("migrate", "up")
                self.assertEqual(self.core(), before, "on the way up")
                now = every_table.prints(self.box, held)
                self.assertLessEqual({column for column in values if now[column] != values[column]}, FORGOTTEN.get(version, set()))
        self.box.start()
        book.check(self, filled)
        self.assertEqual(self.box.wait_for_model().position, said.position)
        with ledger.Ledger(self.box, timeout=30, decides=True, seed=2) as after:
            after.wait_for_more(40)
        self.assertEqual((after.unknown, after.failures), ({}, []))  # in half a minute each, however busy the machine is


if __name__ == "__main__":
    unittest.main()
