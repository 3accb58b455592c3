"""Bad inputs, each with the code it must get, and every violation at once in the published google.rpc messages."""

import itertools
import unittest

import grpc

import harness
import http2_wire
from harness import admin_pb, code_of, comment_pb, comment_pb2, model_pb, moderation_pb

Site = admin_pb.replyguard_dot_v1_dot_site__pb2.Site
Policy = admin_pb.replyguard_dot_v1_dot_site__pb2.Policy

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def violations_of(error):
    """The google.rpc.BadRequest in grpc-status-details-bin, as {field: reason and text}."""
    return {v.field: v.description for v in harness.check_details(error)["BadRequest"].field_violations}


class BadInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())
        cls.backend = cls.box.backend()

    def reject(self, **fields):
        good = dict(thread=f"sites/{self.box.site}/threads/t", author_name="Ada", author_email="ada@example.org",
                    body="A fine comment.")
        request = comment_pb.SubmitCommentRequest(submission=comment_pb2.Submission(**{**good, **fields}))
        return code_of(lambda: self.backend.call(self.backend.comments.SubmitComment, request))

    def test_every_violation_at_once_decoded_with_the_published_messages(self):
        code, error = self.reject(author_name="", author_email="not an address", author_url="ftp://x.example",
                                  body="", author_ip="300.1.1.1")
        self.assertEqual(code, INVALID)
        found = violations_of(error)
        self.assertEqual(set(found), {"submission.author_name", "submission.author_email", "submission.author_url",
                                      "submission.body", "submission.author_ip"})
        self.assertNotIn("not an address", str(found) + error.details())

    def test_single_violations(self):
        cases = {
            "body with C0 control": dict(body="bell \x07"),
            "body with NUL": dict(body="nul \x00 here"),
            "body too long": dict(body="x" * 65_526),
            "blank body": dict(body=" \t\n "),
            "name too long": dict(author_name="n" * 246),
            "email too long": dict(author_email="a" * 92 + "@x.example"),
            "email without host": dict(author_email="ada@"),
            "email with space": dict(author_email="a da@example.org"),
            "javascript url": dict(author_url="javascript:alert(1)"),
            "url too long": dict(author_url="http://e.example/" + "x" * 200),
            "bad ip": dict(author_ip="10.0.0.0.1"),
            "bad thread": dict(thread=f"sites/{self.box.site}/threads/a b"),
            "no thread": dict(thread=""),
            "bad parent": dict(parent_comment="nonsense"),
            "long user agent": dict(user_agent="u" * 16_385),
            "name with NUL": dict(author_name="a\x00b"),
            "address of no network": dict(author_ip="2001:db8::g"),
            "network, not an address": dict(author_ip="192.0.2.0/24"),
            "url without host": dict(author_url="https://"),
            "url with a password": dict(author_url="https://ada:secret@e.example/"),
            "two ats": dict(author_email="a@b@example.org"),
            "dot at the end of the domain": dict(author_email="ada@example..org"),
            "language": dict(language="not a tag"),
            **{f"control {code:#x}": dict(body=f"a{chr(code)}b") for code in range(32) if chr(code) not in "\t\n\r"},
        }
        for title, fields in cases.items():
            with self.subTest(title):
                code, error = self.reject(**fields)
                self.assertEqual(code, INVALID, title)
                self.assertTrue(violations_of(error))

    def test_raw_bytes_that_are_no_utf8(self):
        raw = comment_pb.SubmitCommentRequest(submission=comment_pb2.Submission(
            thread=f"sites/{self.box.site}/threads/t", author_name="Ada", author_email="ada@example.org",
            body="XXXX")).SerializeToString().replace(b"XXXX", b"\xff\xfe\x80A")
        send = self.backend.channel.unary_unary("/replyguard.v1.CommentService/SubmitComment")
        code, error = code_of(lambda: send(raw, metadata=self.backend.metadata, timeout=20))
        self.assertEqual(code, INVALID)
        self.assertEqual(violations_of(error), {"submission.body": "Must be valid UTF-8 text."})
        code, _ = code_of(lambda: send(b"\x0a\xff", metadata=self.backend.metadata, timeout=20))
        self.assertEqual(code, INVALID)
        # The library has its own word on it, which must reach the log as a line of ours; lines a second are bounded.

        def logged():
            code_of(lambda: send(raw, metadata=self.backend.metadata, timeout=20))
            text = self.box.log_path.read_text()
            return " library " in text and text
        log = harness.wait_for(logged, 20, "a line")
        self.assertRegex(log, r'library library="protobuf" place="[a-z_]+[.](cc|h|inc):[0-9]+"')
        self.assertNotIn("Submission", "".join(line for line in log.splitlines() if " library " in line))
        self.box.assert_log_is_whole()
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments WHERE body LIKE '%A%' AND length(body) < 5"),
                         "0")

    def test_limits_are_inclusive(self):
        url = "http://e.example/"
        bounds = {  # field: a value of the longest length that passes, and what makes it one longer
            "body": ("y" * 65_525, "y"), "author_name": ("n" * 245, "n"), "user_agent": ("u" * 16_384, "u"),
            "author_email": ("a" * 64 + "@" + "b" * 31 + ".com", "m"), "author_url": (url + "x" * (200 - len(url)), "x"),
            "referrer": ("r" * 16_384, "r"), "thread": (f"sites/{self.box.site}/threads/" + "t" * 200, "t"),
        }
        for field, (longest, more) in bounds.items():
            with self.subTest(field):
                code, error = self.reject(**{field: longest})
                self.assertEqual(code, grpc.StatusCode.OK, error and violations_of(error))
                code, error = self.reject(**{field: longest + more})
                self.assertEqual(code, INVALID)
                self.assertEqual(set(violations_of(error)), {f"submission.{field}"})

    def test_what_a_browser_says_at_length_is_cut(self):
        """An app's own browser on a telephone, whose 273 bytes nobody who writes a comment can mend."""
        agent = ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
                 "[FBAN/FBIOS;FBAV/468.0.0.39.108;FBBV/603098765;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBID/phone;").ljust(
                     272, "x") + "]"
        request = comment_pb.SubmitCommentRequest(request_id="in-app", submission=comment_pb2.Submission(
            thread=f"sites/{self.box.site}/threads/in-app", author_name="Ada", author_email="ada@example.org", body="From the app.",
            user_agent=agent, referrer="https://example.org/?from=" + "ö" * 600))
        check = comment_pb.CheckCommentRequest(submission=request.submission)
        mended = [r.text for r in self.backend.call(self.backend.comments.CheckComment, check).assessment.reasons if r.code == "MENDED"]
        self.assertEqual(mended, ["user_agent: CUT, referrer: CUT"])
        answers = [self.backend.call(self.backend.comments.SubmitComment, request) for _ in range(2)]
        self.assertEqual([answer.replayed for answer in answers], [False, True])
        self.assertEqual(answers[0].comment.name, answers[1].comment.name)
        for answer in answers:
            self.assertEqual([r.text for r in answer.assessment.reasons if r.code == "MENDED"], mended)
        kept = self.box.sql("SELECT octet_length(user_agent), octet_length(referrer) FROM replyguard.comments WHERE request_id = 'in-app'")
        self.assertEqual(kept, "254|1024")

    def test_requests_about_what_is_not_there(self):
        other = f"sites/{self.box.site}/comments/{'0' * 32}"
        comments = self.backend.comments
        cases = [
            (comments.GetComment, comment_pb.GetCommentRequest(name=other), grpc.StatusCode.NOT_FOUND),
            (comments.GetComment, comment_pb.GetCommentRequest(name="x"), INVALID),
            (comments.DeleteComment, comment_pb.DeleteCommentRequest(name=other), grpc.StatusCode.NOT_FOUND),
            (comments.DeleteComment, comment_pb.DeleteCommentRequest(name=other, allow_missing=True), grpc.StatusCode.OK),
            (comments.TrashComment, comment_pb.TrashCommentRequest(name=other), grpc.StatusCode.NOT_FOUND),
            (comments.ListComments, comment_pb.ListCommentsRequest(
                parent=f"sites/{self.box.site}/threads/t", page_size=-1), INVALID),
            (comments.ListComments, comment_pb.ListCommentsRequest(
                parent=f"sites/{self.box.site}/threads/t", page_token="forged"), INVALID),
            (comments.ListEvents, comment_pb.ListEventsRequest(parent=f"sites/{self.box.site}", cursor=-5), INVALID),
        ]
        for method, request, expected in cases:
            with self.subTest(str(request)):
                self.assertEqual(code_of(lambda: self.backend.call(method, request))[0], expected)

    def test_the_form_of_the_site_decides_what_is_required(self):
        operator = self.box.client(self.box.operator_key)
        operator.call(operator.admin.CreateSite, admin_pb.CreateSiteRequest(site_id="own-form", site=Site(
            display_name="Own form", policy=Policy(required_fields=[Policy.FIELD_BODY, Policy.FIELD_AUTHOR_URL]))))
        backend = self.box.client(self.box.make_key("BACKEND", "own-form"))

        def submit(**fields):
            return code_of(lambda: backend.call(backend.comments.SubmitComment, comment_pb.SubmitCommentRequest(
                submission=comment_pb2.Submission(thread="sites/own-form/threads/t", body="Nameless.", **fields))))
        code, error = submit()
        self.assertEqual((code, set(violations_of(error))), (INVALID, {"submission.author_url"}))
        self.assertEqual(submit(author_url="https://e.example/")[0], grpc.StatusCode.OK)

    def test_a_retry_answers_the_first_verdict_though_the_form_has_become_stricter(self):
        operator = self.box.client(self.box.operator_key)
        name = "sites/stricter"

        def form(*fields):
            return Site(name=name, display_name="Stricter", policy=Policy(required_fields=[Policy.FIELD_BODY, *fields]))
        operator.call(operator.admin.CreateSite, admin_pb.CreateSiteRequest(site_id="stricter", site=form()))
        backend = self.box.client(self.box.make_key("BACKEND", "stricter"))

        def submit(request_id, body="Nameless."):
            return backend.call(backend.comments.SubmitComment, comment_pb.SubmitCommentRequest(
                submission=comment_pb2.Submission(thread=name + "/threads/t", body=body), request_id=request_id))
        first = submit("first")
        operator.call(operator.admin.UpdateSite, admin_pb.UpdateSiteRequest(site=form(Policy.FIELD_AUTHOR_NAME)))
        numbers = itertools.count()
        harness.wait_for(lambda: code_of(lambda: submit(f"later-{next(numbers)}"))[0] == INVALID, 30, "the form to be stricter")
        again = submit("first")
        self.assertTrue(again.replayed)
        self.assertEqual(again.comment.name, first.comment.name)
        self.assertEqual(code_of(lambda: submit("first", "Another."))[0], grpc.StatusCode.ALREADY_EXISTS)
        code, error = code_of(lambda: submit("new"))
        self.assertEqual((code, set(violations_of(error))), (INVALID, {"submission.author_name"}))
        # What no form takes is refused as before, with all that is wrong.
        code, error = code_of(lambda: submit("first", "y" * 65_526))
        self.assertEqual((code, set(violations_of(error))), (INVALID, {"submission.author_name", "submission.body"}))

    def test_violations_are_bounded(self):
        examples = [model_pb.LabelledExample(label=9, external_id="x " * 99) for _ in range(500)]
        request = admin_pb.UpdateSiteRequest(site=Site(
            name=f"sites/{self.box.site}", etag="e" * 65, languages=["no tag"] * 20, display_name="\x01" * 300,
            policy=Policy(mode=9, required_fields=[9] * 20, spam_threshold=7, blatant_threshold=9, links_max=-1,
                          close_after_days=-1, flood_count_max=-1, trusted_after_count=-1)))
        operator = self.box.client(self.box.operator_key)
        code, error = code_of(lambda: operator.call(operator.admin.UpdateSite, request))
        self.assertEqual(code, INVALID)
        self.assertTrue(violations_of(error))
        answer = operator.call(operator.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{self.box.site}", examples=examples))  # per item, in the body
        self.assertEqual({r.error_code for r in answer.results}, {INVALID.value[0]})

    def test_foreign_sites_and_tokens_of_others_tell_nothing(self):
        operator = self.box.client(self.box.operator_key)
        operator.call(operator.admin.CreateSite, admin_pb.CreateSiteRequest(
            site_id="foreign", site=Site(display_name="Foreign")))
        foreign = self.box.client(self.box.make_key("BACKEND", "foreign"))
        mine = [self.box.submit(self.backend, f"Comment {n}", thread="paged").comment for n in range(3)]

        def page(client, thread, **fields):
            return client.call(client.comments.ListComments,
                               comment_pb.ListCommentsRequest(
                parent=thread, page_size=1, statuses=[comment_pb2.COMMENT_STATUS_PENDING], **fields))
        paged = f"sites/{self.box.site}/threads/paged"
        token = page(self.backend, paged).next_page_token
        self.assertTrue(token)
        answers = set()
        for name in (mine[0].name, f"sites/{self.box.site}/comments/{'0' * 32}", f"sites/nowhere/comments/{'0' * 32}"):
            code, error = code_of(lambda: foreign.call(foreign.comments.GetComment,
                                                       comment_pb.GetCommentRequest(name=name)))
            answers.add((code, error.details(), harness.check_details(error)["ErrorInfo"].reason))
        self.assertEqual(len(answers), 1, answers)
        self.assertEqual(answers.pop()[0], grpc.StatusCode.PERMISSION_DENIED)
        for thread, client in ((f"sites/{self.box.site}/threads/other", self.backend),
                               ("sites/foreign/threads/paged", foreign)):
            self.assertEqual(code_of(lambda: page(client, thread, page_token=token))[0], INVALID)
        forged = token[:-1] + ("A" if token[-1] != "A" else "B")
        self.assertEqual(code_of(lambda: page(self.backend, paged, page_token=forged))[0], INVALID)
        self.assertEqual(code_of(lambda: page(self.backend, paged, page_token=token))[0], grpc.StatusCode.OK)

    def test_a_deadline_of_centuries_is_one_that_is_far(self):
        """The libraries for C++ and Python send no more than three years; others do."""
        path = "/replyguard.v1.CommentService/SubmitComment"
        for timeout in ("5000000H", "99999999H"):
            request = comment_pb.SubmitCommentRequest(submission=self.box.submission(f"In {timeout}."))
            with self.subTest(timeout), http2_wire.Connection(self.box.address) as connection:
                connection.send(http2_wire.HEADERS, http2_wire.END_HEADERS, 1,
                                http2_wire.grpc_fields(path, self.box.site_key, ("grpc-timeout", timeout)))
                connection.send(http2_wire.DATA, http2_wire.END_STREAM, 1, http2_wire.grpc_message(request))
                # An error has no message, only trailers.
                kind, *_ = connection.read_until(lambda kind, flags, *_: kind == http2_wire.DATA or (
                    kind == http2_wire.HEADERS and flags & http2_wire.END_STREAM))
                self.assertEqual(kind, http2_wire.DATA)

    def test_exactly_one_authorization(self):
        once, twice = self.backend.metadata, self.backend.metadata * 2
        for metadata, expected in ((once, grpc.StatusCode.OK), (twice, grpc.StatusCode.UNAUTHENTICATED),
                                   (once + [("authorization", "Bearer x")], grpc.StatusCode.UNAUTHENTICATED),
                                   ([("authorization", "Basic x")] + once, grpc.StatusCode.UNAUTHENTICATED)):
            code, _ = code_of(lambda: self.backend.comments.ListEvents(comment_pb.ListEventsRequest(
                parent=f"sites/{self.box.site}"), metadata=metadata, timeout=20))
            self.assertEqual(code, expected, len(metadata))

    def test_too_much_metadata_fails_its_call_alone(self):
        def ask(client, size):
            extra = [(f"x-{n}", "y" * 1000) for n in range(size // 1000)]
            return code_of(lambda: client.comments.ListEvents(comment_pb.ListEventsRequest(
                parent=f"sites/{self.box.site}"), metadata=client.metadata + extra, timeout=20))[0]
        client = self.box.backend()
        self.assertEqual(ask(client, 4_000), grpc.StatusCode.OK)
        # gRPC answers and may then end that connection, of far too much even before its answer has been read: the
        # client that did it makes another, and no other client notices.
        refused, ended = grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE
        for size, expected in ((12_000, (refused,)), (60_000, (refused,)), (200_000, (refused, ended))):
            self.assertIn(ask(client, size), expected, size)
            self.assertEqual(ask(self.backend, 0), grpc.StatusCode.OK)
            harness.wait_for(lambda: ask(client, 0) == grpc.StatusCode.OK, 20, "the client to be connected again")
        self.assertEqual(ask(self.backend, 0), grpc.StatusCode.OK)

    def test_a_reader_who_reports_too_much_is_told_so(self):
        for number in range(21):
            name = self.box.submit(self.backend, f"Reported {number}", thread="reports").comment.name
            code, error = code_of(lambda: self.backend.call(
                self.backend.comments.ReportComment, comment_pb.ReportCommentRequest(name=name, reporter="busy-reader")))
            self.assertEqual(code, grpc.StatusCode.OK if number < 20 else grpc.StatusCode.RESOURCE_EXHAUSTED)
        found = harness.check_details(error)
        self.assertEqual(found["ErrorInfo"].reason, "REPORTER_LIMIT")
        self.assertEqual(found["RetryInfo"].retry_delay.seconds, 3600)

    def test_keys(self):
        name = f"sites/{self.box.site}/comments/{'0' * 32}"
        get = comment_pb.GetCommentRequest(name=name)
        for key in (None, "", "wrong", "0" * 48, self.box.site_key[:-1] + ("0" if self.box.site_key[-1] != "0" else "1")):
            client = self.box.client(key)
            self.assertEqual(code_of(lambda: client.call(client.comments.GetComment, get))[0],
                             grpc.StatusCode.UNAUTHENTICATED, key)
        moderator = self.box.moderator()
        self.assertEqual(code_of(lambda: moderator.call(moderator.comments.GetComment, get))[0],
                         grpc.StatusCode.PERMISSION_DENIED)
        self.assertEqual(code_of(lambda: self.backend.call(
            self.backend.moderation.ListQueue, moderation_pb.ListQueueRequest(parent=f"sites/{self.box.site}")))[0],
            grpc.StatusCode.PERMISSION_DENIED)
        for site in ("no-such-site", "another"):
            answer = code_of(lambda: self.backend.call(
                self.backend.comments.GetComment, comment_pb.GetCommentRequest(name=f"sites/{site}/comments/{'0' * 32}")))
            self.assertEqual(answer[0], grpc.StatusCode.PERMISSION_DENIED)


if __name__ == "__main__":
    unittest.main()
