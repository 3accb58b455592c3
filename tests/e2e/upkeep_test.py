"""What operators do with an installation that grows: retention by class, the end of an old HMAC key, and partitions, each by the
command line, beside a server that goes on."""

import json
import pathlib
import unittest

import grpc

import harness
import ledger
from harness import comment_pb

# Of a time years ago: a comment's age is in its id.
OLD = "('0185' || substr(replace(comment_id::text, '-', ''), 5))::uuid"
OF_COMMENTS = ("comments", "spam_folder", "queue_items", "decisions", "comments_to_index", "comment_terms")


class UpkeepTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def lines(self, *arguments):
        return [json.loads(line) for line in self.box.run(*arguments, "--format", "json").stdout.splitlines()]

    def make_old(self):
        """Once the search knows them, as that is told apart by the id."""
        harness.wait_for(lambda: self.box.sql("SELECT count(*) FROM replyguard.comments_to_index") == "0", 60, "the indexer")
        self.box.sql("; ".join(f"UPDATE replyguard.{table} SET comment_id = {OLD}" for table in OF_COMMENTS))

    def rows(self, lines):
        return {line["class"]: line["rowCount"] for line in lines}

    def test_retention_says_what_would_go_and_then_removes_it(self):
        backend, moderator = self.box.backend(), self.box.moderator()
        names = [self.box.submit(backend, f"Some words about it, {n}").comment.name for n in range(4)]
        for name in names[:2]:
            self.box.moderate(moderator, name, "SPAM")
        self.box.moderate(moderator, names[2], "APPROVE")
        self.make_old()
        self.assertEqual(set(self.rows(self.lines("retention")).values()), {0}, "everything is kept for good unless it is said")
        told = self.lines("retention", "--set", "spam=30d", "--set", "networks=7d")
        self.assertEqual({line["class"] for line in told if line["keptDays"]}, {"spam", "networks"})
        self.assertTrue(all(line["dryRun"] for line in told))
        self.assertEqual(self.rows(told)["spam"], 2)
        self.assertEqual(self.rows(self.lines("retention", "--dry-run")), self.rows(told))
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments"), "4")
        self.lines("retention", "--set", "spam=forever", "--of-site", self.box.site)
        self.assertEqual(self.rows(self.lines("retention", "--apply"))["spam"], 0, "the site's own word")
        self.lines("retention", "--set", "spam=default", "--of-site", self.box.site)
        for _ in range(2):
            self.assertEqual(self.rows(self.lines("retention"))["spam"], 2, "to look removes nothing")
        self.assertIn("Nothing was removed.", self.box.run("retention").stderr)
        told = self.rows(self.lines("retention", "--set", "authors=7d"))
        self.assertEqual((told["spam"], told["authors"]), (2, 2), "spam goes with its authors")
        self.assertEqual(self.rows(self.lines("retention", "--apply")), told)
        self.assertEqual(self.rows(self.lines("retention"))["spam"], 0)
        self.assertEqual(self.box.run("retention", "--apply", "--set", "spam=1d", check=False).returncode, 2)
        self.assertEqual(self.box.sql("SELECT string_agg(status::text, ',' ORDER BY status) FROM replyguard.comments"), "1,2")
        old = names[0].rpartition("/")
        gone = f"{old[0]}/0185{old[2][4:]}"
        code, _ = harness.code_of(lambda: backend.call(backend.comments.GetComment, comment_pb.GetCommentRequest(name=gone)))
        self.assertEqual(code, grpc.StatusCode.NOT_FOUND)
        for wrong in ("spam=5x", "spam=0d", "spam", "nothing=3d"):
            self.assertEqual(self.box.run("retention", "--set", wrong, check=False).returncode, 2, wrong)
        self.assertEqual(self.box.run("retention", "--set", "spam=3d", "--of-site", "nowhere", check=False).returncode, 5)

    def test_what_readers_reported_stays_until_somebody_has_judged_it(self):
        backend, moderator = self.box.backend(), self.box.moderator()
        names = [self.box.submit(backend, f"Some words about it, {n}").comment.name for n in range(2)]
        for name in names:
            self.box.moderate(moderator, name, "APPROVE")
        backend.call(backend.comments.ReportComment, comment_pb.ReportCommentRequest(name=names[0], reporter="a reader"))
        self.make_old()
        self.assertEqual(self.rows(self.lines("retention", "--set", "approved=30d"))["approved"], 1)
        self.assertEqual(self.rows(self.lines("retention", "--apply"))["approved"], 1)
        self.assertEqual(self.box.sql("SELECT (SELECT count(*) FROM replyguard.comments), (SELECT count(*) FROM replyguard.queue_items)"), "1|1")
        old = names[0].rpartition("/")
        self.box.moderate(moderator, f"{old[0]}/0185{old[2][4:]}", "APPROVE")
        self.assertEqual(self.rows(self.lines("retention", "--apply"))["approved"], 1)
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments"), "0")

    def test_operations_are_of_all_sites_together(self):
        self.box.sql("INSERT INTO replyguard.operations SELECT n, 1, n::text, '', '', '2001-01-01', NULL, '2001-01-01', 3, 1, '', 0, 0, "
                     "false, 0, '', NULL, 0, '', '', '' FROM generate_series(1, 3) AS n")
        for age in ("30d", "forever", "default"):
            refused = self.box.run("retention", "--set", f"operations={age}", "--of-site", self.box.site, check=False)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("of all sites", refused.stderr)
        self.assertEqual(self.rows(self.lines("retention", "--apply"))["operations"], 0)
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.operations"), "3")
        self.assertEqual(self.rows(self.lines("retention", "--set", "operations=30d"))["operations"], 2, "the next number is above one")
        self.assertEqual(self.rows(self.lines("retention", "--apply"))["operations"], 2)

    def test_an_old_hmac_key_is_retired(self):
        secrets = str(self.box.folder / "secrets")
        backend = self.box.backend()
        self.box.submit(backend, "Under the first key", request_id="first")
        for step in ((), ("--activate",)):
            self.box.run("secrets", "rotate", secrets, *step)
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        backend = self.box.backend()
        self.box.submit(backend, "Under the second key", request_id="second")
        retire = ("secrets", "retire", secrets, "--key")
        self.assertEqual(self.box.run(*retire, "2", check=False).returncode, 5, "it writes")
        use, = self.lines(*retire, "1", "--dry-run")
        self.assertEqual((use["commentCount"], use["requestCount"], use["retired"]), (1, 1, False))
        keys = pathlib.Path(secrets, "hmac.keys")
        before = keys.read_text()
        for more in ((), ("--blank",)):
            refused = self.box.run(*retire, "1", *more, check=False)
            self.assertEqual(refused.returncode, 5, "a retry of the request would be another comment")
            self.assertIn("request_id", refused.stderr)
        self.assertEqual(keys.read_text(), before)
        # 30 days later.
        self.box.sql("UPDATE replyguard.comments SET request_id = NULL, request_fingerprint = NULL WHERE request_id = 'first'")
        self.assertEqual(self.box.run(*retire, "1", check=False).returncode, 5)
        done, = self.lines(*retire, "1", "--blank")
        self.assertEqual((done["retired"], done["blankedCount"]), (True, 1))
        self.assertEqual([line.split()[:2] for line in keys.read_text().splitlines() if not line.startswith("#")], [["write", "2"]])
        self.assertEqual(self.box.stop(), 0)
        self.box.start()
        self.assertTrue(self.box.submit(self.box.backend(), "Under the second key", request_id="second").replayed)
        erased, = self.lines_of_author("erase")
        self.assertEqual((erased["erasedCount"], erased["missingHmacKeyIds"]), ("1", []), "only what is of the second key")

    def lines_of_author(self, verb):
        answer = self.box.run("author", verb, "--format", "json", stdin="ada@example.org\n").stdout
        return [json.loads(line) for line in answer.splitlines()]

    def test_partitions_come_and_go_while_websites_write(self):
        ledger.train(self.box)
        with ledger.Ledger(self.box, decides=True) as book:
            for count in (4, 0, 3):
                book.wait_for_more(30)
                self.assertGreater(self.lines("migrate", "partition", "--count", str(count))[0]["rowCount"], 0)
                self.assertEqual(self.box.sql(
                    "SELECT count(*) FROM pg_inherits WHERE inhparent = 'replyguard.comments'::regclass"), str(count))
            book.wait_for_more(30)
        book.settle()
        book.check(self)
        self.assertNotEqual(self.box.run("migrate", "partition", "--count", "257", check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
