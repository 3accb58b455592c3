"""Bad inputs, each with the code it must get, and every violation at once in the published google.rpc messages."""

import unittest

import grpc

import harness
from harness import code_of, comment_pb, comment_pb2, moderation_pb

try:
    from google.rpc import error_details_pb2, status_pb2
except ImportError:  # npm's google-proto-files is not installed: tests/run installs it
    error_details_pb2 = status_pb2 = None

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def violations_of(error):
    """The google.rpc.BadRequest in grpc-status-details-bin, as {field: reason and text}."""
    trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
    status = status_pb2.Status.FromString(trailer)
    assert status.code == INVALID.value[0]
    for detail in status.details:
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(bad):
            return {v.field: v.description for v in bad.field_violations}
    raise AssertionError("no BadRequest in the details")


class BadInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = harness.Installation()
        cls.box.__enter__()
        cls.backend = cls.box.backend()

    @classmethod
    def tearDownClass(cls):
        cls.box.__exit__(None, None, None)

    def reject(self, **fields):
        good = dict(thread=f"sites/{self.box.site}/threads/t", author_name="Ada", author_email="ada@example.org",
                    body="A fine comment.")
        request = comment_pb.SubmitCommentRequest(submission=comment_pb2.Submission(**{**good, **fields}))
        return code_of(lambda: self.backend.call(self.backend.comments.SubmitComment, request))

    def test_every_violation_at_once_decoded_with_the_published_messages(self):
        self.assertIsNotNone(status_pb2, "npm ci in tests/ brings google-proto-files")
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
            "long user agent": dict(user_agent="u" * 255),
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
        code, _ = code_of(lambda: send(raw, metadata=self.backend.metadata, timeout=20))
        self.assertIn(code, (INVALID, grpc.StatusCode.INTERNAL))  # gRPC itself may refuse to parse it
        code, _ = code_of(lambda: send(b"\x0a\xff", metadata=self.backend.metadata, timeout=20))
        self.assertIn(code, (INVALID, grpc.StatusCode.INTERNAL))
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments WHERE body LIKE '%A%' AND length(body) < 5"),
                         "0")

    def test_limits_are_inclusive(self):
        code, _ = self.reject(body="y" * 65_525, author_name="n" * 245, user_agent="u" * 254)
        self.assertEqual(code, grpc.StatusCode.OK)

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
