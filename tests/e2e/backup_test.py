"""deploy/backup under load, and deploy/restore into an empty database: all that was acknowledged before the backup is there, as it was
answered, and what came later is stored once when it is sent again."""

import json
import os
import pathlib
import shutil
import subprocess
import unittest
import urllib.parse

import grpc

import harness
import ledger
import webhook_test

BACKUP, RESTORE = (str(harness.SOURCE_DIR / "deploy" / name) for name in ("backup", "restore"))


class BackupTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        ledger.train(self.box)
        self.file = str(self.box.folder / "backup")

    def deploy(self, command, *arguments, check=True, password="", database=None, user=None, **environment):
        url = harness.database_url(self.box.admin_url, database or self.box.database, user)
        if password:
            url += ("&" if "?" in url else "?") + "password=" + urllib.parse.quote(password)
        result = subprocess.run([command, *arguments], capture_output=True, text=True, check=False, timeout=120,
                                env={**os.environ, "REPLYGUARD_OWNER_DATABASE_URL": url, **environment})
        if check and result.returncode != 0:
            raise AssertionError(f"{command}: {result.stdout}{result.stderr}")
        return result

    def restore_again(self):
        self.box.sql(f'DROP DATABASE "{self.box.database}" WITH (FORCE)', database="postgres")
        self.box.sql(f'CREATE DATABASE "{self.box.database}"', database="postgres")
        self.deploy(RESTORE, self.file)

    def restore(self):
        """The stopped installation's database, from the backup."""
        self.box.sql(f'ALTER DATABASE "{self.box.database}" RENAME TO "{self.box.database}_lost"', database="postgres")
        self.addCleanup(self.box.sql, f'DROP DATABASE "{self.box.database}_lost" WITH (FORCE)', database="postgres")
        self.box.sql(f'CREATE DATABASE "{self.box.database}"', database="postgres")
        self.assertIn("Restored", self.deploy(RESTORE, self.file).stdout)

    def test_what_was_told_or_ended_after_the_backup_stays_so(self):
        self.box.stop()
        self.box.extra_environment["REPLYGUARD_OUTGOING_ALLOW_PRIVATE"] = "true"
        self.box.start()
        receiver = self.enterContext(webhook_test.Backend())

        def told(*bodies):
            """The identities of the messages about what is decided now, and the cursor after them."""
            before, backend, moderator = len(receiver.calls), self.box.backend(), self.box.moderator()
            for body in bodies:
                self.box.moderate(moderator, self.box.submit(backend, body).comment.name, "SPAM")
            head = int(self.box.sql("SELECT max(event_seq) FROM replyguard.site_heads"))
            harness.wait_for(lambda: head in receiver.sequences()[before:], 30, "the messages")
            return {headers["webhook-id"] for headers, _ in receiver.calls[before:]}, head

        self.box.run("webhook", "add", receiver.url)
        self.box.run("user", "invite", "anna", "--role", "moderator", "--site", self.box.site)
        first, _ = told("One.", "Two.", "Three.")
        self.box.sql("INSERT INTO replyguard.callback_cursors SELECT site_id, event_seq FROM replyguard.site_heads")
        self.deploy(BACKUP, self.file)
        lost, cursor = told("Four.", "Five.", "Six.")
        self.assertEqual(self.box.stop(), 0)
        self.restore()
        self.assertEqual(self.box.sql("SELECT bool_and(h.event_seq = k.sequence) FROM replyguard.callback_cursors k "
                                      "JOIN replyguard.site_heads h USING (site_id)"), "t")
        # A link that was used since, or a session that was ended, is not good again.
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.account_links"), "0")
        self.box.start()

        backend = self.box.backend()
        ask = lambda cursor: backend.call(backend.comments.ListEvents, harness.comment_pb.ListEventsRequest(
            parent=f"sites/{self.box.site}", cursor=cursor, page_size=500))
        self.assertEqual(harness.code_of(lambda: ask(cursor))[0], grpc.StatusCode.OUT_OF_RANGE)
        kept = ask(0)
        self.assertEqual(len(kept.events), len(first))
        again, newest = told("Seven.")
        self.assertEqual(again & (first | lost), set())
        self.assertEqual(newest, kept.head_cursor + len(again))
        self.assertEqual(receiver.sequences()[-len(again):], [event.sequence for event in ask(kept.events[-1].sequence).events])
        self.assertEqual(len(receiver.calls), len(first | lost | again))

    def test_no_event_has_a_number_that_one_had_before_however_often_it_is_restored(self):
        sites = (self.box.site, "late")
        keys = {}

        def make_late():
            self.box.run("site", "create", "late")
            keys["late"] = self.box.make_key("BACKEND", "late")

        def ask(site, cursor):
            client = self.box.client(keys.get(site, self.box.site_key))
            return client.call(client.comments.ListEvents, harness.comment_pb.ListEventsRequest(
                parent=f"sites/{site}", cursor=cursor, page_size=500))

        def tell(site, count):
            """What each number says after so many more comments."""
            client = self.box.client(keys.get(site, self.box.site_key))
            for number in range(count):
                client.call(client.comments.SubmitComment, harness.comment_pb.SubmitCommentRequest(
                    submission=harness.comment_pb2.Submission(thread=f"sites/{site}/threads/t", author_name="Ada",
                        author_email="ada@example.org", body=f"Number {number}.")))
            answer = ask(site, 0)
            return {event.sequence: event.comment for event in answer.events}, answer.cursor

        tell(self.box.site, 3)
        self.deploy(BACKUP, self.file)
        self.box.stop()
        self.restore_again()
        self.box.start()
        tell(self.box.site, 3)
        pathlib.Path(self.file).unlink()
        self.deploy(BACKUP, self.file)
        told, cursors = {site: {} for site in sites}, {}
        for count in (2, 6, 9):
            self.box.stop()
            self.restore_again()
            self.box.start()
            make_late()
            for site in sites:
                now, cursors_now = tell(site, count)
                if site in cursors:
                    refused = harness.code_of(lambda site=site: ask(site, cursors[site]))
                    self.assertEqual(refused[0], grpc.StatusCode.OUT_OF_RANGE, site)
                cursors[site] = cursors_now
                self.assertEqual(set(told[site]) & set(now), set(), site)
                told[site].update(now)
                self.assertLess(max(now), 2**53)

    def test_what_a_running_server_knew_of_later_ends_with_a_restore(self):
        self.deploy(BACKUP, self.file)
        late = self.box.client(self.box.make_key("BACKEND", self.box.site, name="late"))
        self.box.submit(late, "One.")

        def drop():
            try:
                self.box.sql("SET lock_timeout = '1s'; DROP SCHEMA replyguard CASCADE")
            except AssertionError:  # the server was in the way
                return False
            return True
        harness.wait_for(drop, 60, "the schema to go")
        self.deploy(RESTORE, self.file)
        harness.wait_for(lambda: harness.code_of(lambda: self.box.submit(self.box.backend(), "Two."))[0] == grpc.StatusCode.OK, 60,
                         "the server to serve again")
        harness.wait_for(lambda: harness.code_of(lambda: self.box.submit(late, "Three."))[0] == grpc.StatusCode.UNAUTHENTICATED, 60,
                         "the key to be gone")

    def test_restored_by_the_ledger(self):
        with ledger.Ledger(self.box, decides=True) as book:
            book.wait_for_more(60)
            before, decided = dict(book.acknowledged), dict(book.decided)
            said = self.deploy(BACKUP, self.file).stdout
            book.wait_for_more(60)
        self.assertRegex(said, r"\d+ tables, \d+ bytes")
        self.assertEqual(os.stat(self.file).st_mode & 0o077, 0)
        with open(self.file, "rb") as file:
            self.assertNotRegex(file.read(), ledger.PLAIN_ADDRESS)
        book.settle()
        book.check(self)
        model = self.box.wait_for_model()
        self.assertEqual(self.box.stop(), 0)

        self.restore()
        self.box.start()
        stored, _ = ledger.Ledger(self.box).stored()
        self.assertEqual({key: stored.get(key) for key in before}, before)
        for key, told in stored.items():
            self.assertEqual(book.acknowledged.get(key), told)
        rows = set(self.box.sql("SELECT replace(decision_id::text, '-', '') FROM replyguard.decisions").splitlines())
        self.assertEqual({name.rpartition("/")[2] for name in decided.values() if name} - rows, set())
        self.assertLessEqual(self.box.wait_for_model().position, model.position)

        # What came after the backup is sent again, and what is there is sent again too.
        again = ledger.Ledger(self.box)
        again.unknown = dict(book.sent)
        again.settle()
        again.check(self)
        self.assertEqual(set(again.acknowledged), set(book.acknowledged))
        self.assertEqual({key: told for key, told in again.acknowledged.items() if key in stored}, stored)

    def test_an_owner_who_may_not_make_roles_restores(self):
        self.deploy(BACKUP, self.file)
        owner, empty = self.box.database + "_owner", self.box.database + "_empty"
        self.box.sql(f'CREATE ROLE "{owner}" LOGIN', database="postgres")
        self.addCleanup(self.box.sql, f'DROP ROLE "{owner}"', database="postgres")
        self.box.sql(f'CREATE DATABASE "{empty}" OWNER "{owner}"', database="postgres")
        self.addCleanup(self.box.sql, f'DROP DATABASE "{empty}" WITH (FORCE)', database="postgres")
        # A role of the cluster, which databases of other tests may need: another name stands for one that is missing.
        lacking = self.box.folder / "lacking"
        shutil.copytree(pathlib.Path(RESTORE).parent / "lib", lacking / "lib")
        script = lacking / "restore"
        script.write_text(pathlib.Path(RESTORE).read_text().replace("replyguard_app", owner + "_app"))
        script.chmod(0o755)
        refused = self.deploy(str(script), self.file, check=False, database=empty, user=owner)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(f"have a superuser run CREATE ROLE {owner}_app LOGIN", refused.stderr)
        self.assertIn("Restored", self.deploy(RESTORE, self.file, database=empty, user=owner).stdout)
        self.assertEqual(self.box.sql("SELECT has_table_privilege('replyguard_app', 'replyguard.comments', 'INSERT'), "
                                      "(SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'replyguard')", database=empty),
                         f"t|{owner}")

    def test_the_password_is_on_no_command_line(self):
        # Each program first notes how it was called.
        notes, programs = self.box.folder / "calls", pathlib.Path(self.box.folder / "programs")
        programs.mkdir()
        for name in ("pg_dump", "pg_restore", "psql"):
            program = programs / name
            program.write_text(f'#!/bin/sh\necho "{name} $PGPASSWORD $*" >>{notes}\nexec {shutil.which(name)} "$@"\n')
            program.chmod(0o755)
        path = {"PATH": f"{programs}:{os.environ['PATH']}"}
        self.deploy(BACKUP, self.file, password="a lilac", **path)
        self.deploy(RESTORE, self.file, check=False, password="a lilac", **path)
        calls = notes.read_text().splitlines()
        self.assertEqual({line.split()[0] for line in calls}, {"pg_dump", "pg_restore", "psql"})
        for line in calls:
            given = line.partition(" ")[2]
            self.assertNotIn("lilac", given.removeprefix("a lilac "))
            if "--list" not in line:
                self.assertTrue(given.startswith("a lilac "), line)

    def test_the_password_is_found_as_libpq_reads_it(self):
        split = pathlib.Path(BACKUP).parent / "lib/database_url.sh"
        for url, password in (("postgres://u:p%40w%25x@h/db", "p@w%x"), ("postgres://u:p?w@h/db", "p?w"),
                              ("postgresql://u@h/db?x=y&password=a%20b&z=1", "a b"), ("host=h password='a b\\'c' dbname=db", "a b'c"),
                              ("host=h password=a\\ b dbname=db", "a b"), ("postgres://u@h/db", ""), ("dbname=db", "")):
            with self.subTest(url):
                said = subprocess.run(["bash", "-c", 'source "$0"; split_database_url "$1"; echo "$PGPASSWORD|$database_url"', str(split), url],
                                      capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}).stdout
                found, _, left = said.strip().partition("|")
                self.assertEqual(found, password)
                self.assertIn(left, ("postgres://u@h/db", "postgresql://u@h/db?x=y&z=1", "host=h  dbname=db", "dbname=db"))

    def test_what_was_damaged_is_refused(self):
        self.deploy(BACKUP, self.file)
        file, digest = pathlib.Path(self.file), pathlib.Path(self.file + ".sha256")
        self.assertEqual(digest.stat().st_mode & 0o077, 0)
        subprocess.run(["sha256sum", "--check", "--strict", "--status", digest.name], cwd=self.box.folder, check=True)
        empty = self.box.database + "_empty"
        self.box.sql(f'CREATE DATABASE "{empty}"', database="postgres")
        self.addCleanup(self.box.sql, f'DROP DATABASE "{empty}" WITH (FORCE)', database="postgres")
        whole, noted = file.read_bytes(), digest.read_text()
        for at in (len(whole) // 2, len(whole) - 1):
            damaged = bytearray(whole)
            damaged[at] ^= 1
            file.write_bytes(damaged)
            refused = self.deploy(RESTORE, self.file, check=False, database=empty)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("not what deploy/backup wrote", refused.stderr)
        file.write_bytes(whole)
        for nonsense in ("", "nonsense\n", noted[:40]):
            digest.write_text(nonsense)
            self.assertIn("no SHA-256", self.deploy(RESTORE, self.file, check=False, database=empty).stderr)
        self.assertEqual(self.box.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'replyguard'", database=empty), "0")

        # Older ones have none, and what was given another name keeps its own.
        digest.unlink()
        unchecked = self.deploy(RESTORE, self.file, database=empty)
        self.assertIn("Restored", unchecked.stdout)
        self.assertIn("damage would not be noticed", unchecked.stderr)
        self.box.sql("DROP SCHEMA replyguard CASCADE", database=empty)
        moved = self.box.folder / "a \\ name"
        file.rename(moved)
        pathlib.Path(f"{moved}.sha256").write_text(noted)
        checked = self.deploy(RESTORE, str(moved), database=empty)
        self.assertIn("Restored", checked.stdout)
        self.assertEqual(checked.stderr, "")
        # And one is made of a name that sha256sum writes in its own way.
        again = self.box.folder / "another \\ name"
        self.deploy(BACKUP, str(again), database=empty)
        self.box.sql("DROP SCHEMA replyguard CASCADE", database=empty)
        self.assertEqual(self.deploy(RESTORE, str(again), database=empty).stderr, "")

    def test_of_two_backups_at_once_one_is_there(self):
        # The second has looked for the first's file, and dumps once that is there.
        programs, begun, go = (pathlib.Path(self.box.folder / name) for name in ("programs", "begun", "go"))
        programs.mkdir()
        program = programs / "pg_dump"
        program.write_text(f'#!/bin/sh\ntouch {begun}\nwhile [ ! -e {go} ]; do sleep .1; done\nexec {shutil.which("pg_dump")} "$@"\n')
        program.chmod(0o755)
        url = harness.database_url(self.box.admin_url, self.box.database)
        second = subprocess.Popen([BACKUP, self.file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={
            **os.environ, "REPLYGUARD_OWNER_DATABASE_URL": url, "PATH": f"{programs}:{os.environ['PATH']}"})
        harness.wait_for(begun.exists, 60, "the second to dump")
        self.deploy(BACKUP, self.file)
        first = pathlib.Path(self.file).read_bytes()
        go.touch()
        said, _ = second.communicate(timeout=120)
        self.assertEqual(second.returncode, 2, said)
        self.assertIn("is there already", said)
        self.assertEqual(pathlib.Path(self.file).read_bytes(), first)
        subprocess.run(["sha256sum", "--check", "--strict", "--status", self.file + ".sha256"], cwd=self.box.folder, check=True)
        self.assertEqual(sorted(path.name for path in self.box.folder.glob("backup*")), ["backup", "backup.sha256"])

    def test_a_database_that_cannot_be_asked_is_no_full_one(self):
        self.deploy(BACKUP, self.file)
        refused = self.deploy(RESTORE, self.file, check=False, user="nobody_here")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("nobody_here", refused.stderr)
        self.assertNotIn("already", refused.stderr)

    def test_nothing_is_overwritten(self):
        self.deploy(BACKUP, self.file)
        self.assertNotEqual(self.deploy(BACKUP, self.file, check=False).returncode, 0)
        refused = self.deploy(RESTORE, self.file, check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("already", refused.stderr)
        self.assertEqual(self.box.health(), harness.SERVING)


if __name__ == "__main__":
    unittest.main()
