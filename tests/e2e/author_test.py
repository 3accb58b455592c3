"""`replyguard author erase` and `export`, and the change of the HMAC key while servers run: an author is found under every key."""

import json
import unittest

import grpc

import harness
import ledger
import replicas
from replyguard.v1 import comment_pb2, comment_service_pb2, learning_pb2, review_pb2

EMAIL = "Grace.Sentinel@example.org"
WORDS = "A sentence that is to be forgotten"


class AuthorTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.backend, self.moderator = self.box.backend(), self.box.moderator()

    def author(self, *arguments, email=EMAIL):
        return self.box.run("author", *arguments, "--format", "json", stdin=email + "\n").stdout

    def write(self, number, email=EMAIL):
        return self.box.submit(self.backend, f"{WORDS}, {number}.", author="Grace S.", email=email, author_url="https://grace.example/",
                               user_agent="Grace's browser", request_id=f"g{number}").comment

    def test_nothing_of_an_author_is_left(self):
        ledger.train(self.box)
        for number in range(30):
            self.box.submit(self.backend, f"Somebody else writes, {number}.", email="other@example.org")
        before = self.box.wait_for_model()
        mine = [self.write(number) for number in range(12)]
        for comment in mine[:6]:
            self.box.moderate(self.moderator, comment.name, "SPAM", note=f"about: {WORDS}")
        self.moderator.call(self.moderator.moderation.AddNote, review_pb2.AddNoteRequest(
            parent=mine[0].name, text=f"quotes: {WORDS}"))
        self.backend.call(self.backend.comments.ReportComment, comment_service_pb2.ReportCommentRequest(
            name=mine[7].name, reporter="a reader", note="reported words"))
        blocked = self.moderator.call(self.moderator.moderation.BlockAuthor, review_pb2.BlockAuthorRequest(
            name=mine[0].name, target=review_pb2.BlockAuthorRequest.TARGET_AUTHOR, reason="a test")).rule
        operator = self.box.client(self.box.operator_key)
        operator.call(operator.models.LearnComments, learning_pb2.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=[learning_pb2.LabelledExample(
                submission=comment_pb2.Submission(body=f"{WORDS}, an example.", author_email=EMAIL), label="LABEL_SPAM",
                external_id="an-example")]))
        self.box.wait_for_model()

        exported = [json.loads(line) for line in self.author("export").splitlines()]
        # What is held of no comment comes last.
        self.assertEqual(exported.pop()["sampleId"], "an-example")
        first, second = (next(one for one in exported if one["comment"]["name"] == comment.name)["beside"] for comment in (mine[0], mine[7]))
        self.assertEqual([one["text"] for one in first["notes"]], [f"quotes: {WORDS}"])
        self.assertEqual([one["note"] for one in first["decisions"]], [f"about: {WORDS}"])
        self.assertEqual([one["body"] for one in first["labels"]], [f"{WORDS}, 0."])
        self.assertEqual([one["note"] for one in second["reports"]], ["reported words"])
        # By id: those of one millisecond are in any order.
        self.assertEqual([one["comment"]["name"] for one in exported], sorted(comment.name for comment in mine))
        self.assertNotIn(EMAIL.lower(), json.dumps(exported).lower())
        dry = json.loads(self.author("erase", "--dry-run"))
        self.assertEqual(int(dry["found"]["commentCount"]), 12)
        self.assertEqual(int(dry.get("erasedCount", 0)), 0)
        self.assertEqual(len(self.author("export").splitlines()), 13)

        done = json.loads(self.author("erase"))
        found = {key: int(value) for key, value in done["found"].items()}
        self.assertEqual((int(done["erasedCount"]), done["complete"]), (12, True))
        self.assertEqual((found["decisionCount"], found["noteCount"], found["labelCount"]), (6, 7, 7))
        self.assertEqual((found["reportCount"], found["ruleCount"]), (1, 1))
        # It stays, and says so.
        self.assertIn(blocked.name, self.box.run("rule", "list", "--format", "json").stdout)
        self.assertEqual(self.author("export"), "")
        self.assertEqual(int(json.loads(self.author("erase"))["found"].get("commentCount", 0)), 0)
        self.assertIn("three days", self.box.run("author", "erase", stdin=EMAIL + "\n").stdout)
        # The model has unlearnt it.
        after = self.box.wait_for_model()
        self.assertGreaterEqual(after.position, int(done["labelPosition"]))
        self.assertEqual((after.spam_count, after.ham_count), (before.spam_count, before.ham_count))
        # Events tell the website of every one.
        erased = self.box.sql("SELECT count(*) FROM replyguard.events WHERE type = 4")
        self.assertEqual(erased, "12")
        self.assertEqual(self.tables_that_hold("%forgotten%"), {"labels"})
        self.assertEqual(self.tables_that_hold("%Grace%"), {"labels"})
        self.assertIn("AUTHOR_ERASED", self.box.run("audit", "--format", "json").stdout)
        # Labels keep their text for those who still have to unlearn it; then maintenance blanks it.
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.label_erasures"), "7")
        self.assertNotIn(EMAIL.lower(), self.box.log_path.read_text().lower())
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments WHERE status <> 5"), "30")

    def test_an_author_who_goes_on_writing_is_erased_up_to_then(self):
        mine = [self.write(number) for number in range(3)]
        # For each comment that goes another one comes: whoever waits for the end of them waits for ever.
        self.box.sql("""
            CREATE FUNCTION public.write_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
              INSERT INTO replyguard.comments SELECT (jsonb_populate_record(NULL::replyguard.comments, to_jsonb(OLD)
                || jsonb_build_object('comment_id', 'ffffffff' || right(gen_random_uuid()::text, 28), 'request_id', gen_random_uuid()::text))).*;
              RETURN NULL;
            END $$;
            CREATE TRIGGER write_on AFTER UPDATE ON replyguard.comments FOR EACH ROW
              WHEN (NEW.status = 5 AND OLD.status <> 5) EXECUTE FUNCTION public.write_on()""")
        done = json.loads(self.author("erase"))
        self.assertEqual((int(done["found"]["commentCount"]), int(done["erasedCount"]), done["complete"]), (3, 3, True))
        left = [json.loads(line)["comment"]["name"] for line in self.author("export").splitlines()]
        self.assertEqual(len(left), 3)
        self.assertFalse(set(left) & {comment.name for comment in mine})
        self.assertIn("AUTHOR_ERASED", self.box.run("audit", "--format", "json").stdout)
        self.box.sql("DROP TRIGGER write_on ON replyguard.comments")
        self.assertEqual(int(json.loads(self.author("erase"))["erasedCount"]), 3)

    def test_calling_again_ends_too_however_fast_the_author_writes(self):
        mine = [self.write(number) for number in range(16)]
        # More than one call has time for; and one more comes for each that goes, up to a bound for the test's sake.
        self.box.sql("""
            CREATE FUNCTION public.write_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
              PERFORM pg_sleep(0.5);
              INSERT INTO replyguard.comments SELECT (jsonb_populate_record(NULL::replyguard.comments, to_jsonb(OLD)
                || jsonb_build_object('comment_id', 'ffffffff' || right(gen_random_uuid()::text, 28), 'request_id', gen_random_uuid()::text))).*
              WHERE (SELECT count(*) FROM replyguard.comments) < 50;
              RETURN NULL;
            END $$;
            CREATE TRIGGER write_on AFTER UPDATE ON replyguard.comments FOR EACH ROW
              WHEN (NEW.status = 5 AND OLD.status <> 5) EXECUTE FUNCTION public.write_on()""")
        done = json.loads(self.author("erase", "--timeout", "8s"))
        self.assertEqual((int(done["found"]["commentCount"]), int(done["erasedCount"]), done["complete"]), (16, 16, True))
        self.assertGreater(int(self.box.sql("SELECT count(*) FROM replyguard.audit_events WHERE act = 'AUTHOR_ERASED'")), 1)
        self.assertFalse({json.loads(line)["comment"]["name"] for line in self.author("export").splitlines()} & {one.name for one in mine})
        operator = self.box.client(self.box.operator_key)
        asked = harness.admin_pb.replyguard_dot_v1_dot_author__data__pb2.EraseAuthorRequest(
            parent=f"sites/{self.box.site}", email=EMAIL, page_token="another's")
        self.assertEqual(harness.code_of(lambda: operator.call(operator.admin.EraseAuthor, asked))[0], grpc.StatusCode.INVALID_ARGUMENT)

    def tables_that_hold(self, pattern):
        tables = self.box.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'replyguard'").splitlines()
        return {table for table in tables if self.box.sql(
            f"SELECT count(*) FROM replyguard.{table} AS t WHERE t::text ILIKE '{pattern}'") != "0"}

    def test_an_example_that_came_back_from_an_export_goes_with_its_author(self):
        def labels():
            return self.box.run("export", "labels").stdout

        lesson = json.dumps({"text": f"{WORDS}, a lesson", "author_name": "Grace S.", "author_email": EMAIL, "author_ip": "192.0.2.9",
                             "label": "spam", "id": "lesson-1"}) + "\n"
        self.box.run("import", "-", "--from", "jsonl", "--name", "first", stdin=lesson)
        again = json.loads(self.box.run("import", "-", "--from", "jsonl", "--name", "second", "--format", "json", stdin=labels()).stdout)
        self.assertEqual((again["learnt"], again["known"]), (0, 1), "an export leaves out only what is known")
        self.assertEqual([json.loads(line)["import"] for line in labels().splitlines()], ["first"])
        # Without a word of its author, and a lesson of another kind.
        bare = json.dumps({"text": f"{WORDS}, a lesson", "label": "ham", "id": "lesson-1"}) + "\n"
        self.assertIn('"learnt":1', self.box.run("learn", "--from", "-", "--format", "json", stdin=bare).stdout.replace(" ", ""))
        self.assertEqual(len(self.author("export").splitlines()), 2)
        self.assertIn("a lesson", labels())
        self.author("erase")
        self.assertEqual((labels(), self.author("export")), ("", ""))
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.labels l WHERE sample IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
                                      "replyguard.label_erasures e WHERE e.sample_id = l.sample_id AND e.position >= l.position)"), "0")

    def test_by_the_public_id_and_what_is_refused(self):
        mine = [self.write(number) for number in range(3)]
        self.assertEqual(len(self.box.run("author", "export", "--author-id", mine[0].author.author_id).stdout.splitlines()), 3)
        for arguments, email in ((("erase",), ""), (("erase",), "no address"), (("erase", "--author-id", "xyz"), EMAIL)):
            result = self.box.run("author", *arguments, check=False, stdin=email + "\n")
            self.assertNotEqual(result.returncode, 0, arguments)
        self.assertEqual(len(self.author("export").splitlines()), 3)

    def test_the_hmac_key_changes_while_servers_run(self):
        secrets = str(self.box.folder / "secrets")
        with replicas.Replica(self.box) as other, ledger.Ledger(self.box, other) as book:
            self.write(1)
            for step in ((), ("--activate",)):
                self.box.run("secrets", "rotate", secrets, *step)
                for server in (self.box, other):
                    self.assertEqual(server.stop(), 0)
                    server.start()
                    book.wait_for_more(20)
            self.backend = self.box.backend()
            self.write(2)
            keys = self.box.sql("SELECT DISTINCT hmac_key_id FROM replyguard.comments ORDER BY 1").splitlines()
            self.assertEqual(keys, ["1", "2"])
        book.settle()
        book.unknown.update({"g1": None, "g2": None})  # ours
        book.check(self)
        self.assertNotEqual(self.box.run("secrets", "rotate", secrets, "--activate", check=False).returncode, 0)
        # A retry of what was written under the first key is the same comment.
        self.assertTrue(self.box.submit(self.backend, f"{WORDS}, 1.", author="Grace S.", email=EMAIL,
                                        author_url="https://grace.example/", user_agent="Grace's browser", request_id="g1").replayed)
        done = json.loads(self.author("erase"))
        self.assertEqual((int(done["erasedCount"]), sorted(done["hmacKeyIds"])), (2, [1, 2]))
        self.assertEqual(done["missingHmacKeyIds"], [])

    def test_an_erasure_names_the_retired_key_under_which_lessons_are(self):
        lesson = json.dumps({"text": f"{WORDS}, a lesson", "label": "spam", "author_email": EMAIL, "id": "lesson-1"}) + "\n"
        self.box.run("import", "-", "--from", "jsonl", "--site", self.box.site, stdin=lesson)
        secrets = str(self.box.folder / "secrets")
        for step in (("rotate", secrets), ("rotate", secrets, "--activate"), ("retire", secrets, "--key", "1")):
            self.box.run("secrets", *step)
            self.assertEqual(self.box.stop(), 0)
            self.box.start()
        done = json.loads(self.author("erase"))
        self.assertEqual((int(done["found"]["labelCount"]), done["hmacKeyIds"], done["missingHmacKeyIds"]), (0, [2], [1]))


if __name__ == "__main__":
    unittest.main()
