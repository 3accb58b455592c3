"""Hostile text in every field of every method: parts of SQL, NULs, paths, formats, the longest and the strangest. It is refused or
kept as it is; nothing of it is run, and no call fails for a reason of the server's own. And JSON that is deep, long or no text."""

import http.client
import math
import unittest

import grpc
from google.protobuf import message_factory

import harness
from harness import code_of, comment_pb

TEXTS = ("'; DROP TABLE replyguard.comments; --", "\\'; SELECT pg_sleep(60)--", "a\0b", "%s%n$1:x/../../etc/passwd", "x" * 70_000,
         "\u202e\ufeff\U0010ffff{{7*7}}", "sites/demo/comments/" + "0" * 32, "*")
# What would be a fault of the server's own.
FAULTS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DATA_LOSS,
          grpc.StatusCode.DEADLINE_EXCEEDED}
DEPTH_MAX = 4
SUBMIT = "/replyguard.v1.CommentService/SubmitComment"


def fill(message, text, depth=0):
    """Every field of a message, and of those inside it."""
    for field in message.DESCRIPTOR.fields:
        repeated = field.label == field.LABEL_REPEATED
        if field.type == field.TYPE_MESSAGE:
            if depth < DEPTH_MAX and not field.message_type.GetOptions().map_entry:
                value = getattr(message, field.name)
                fill(value.add() if repeated else value, text, depth + 1)
        elif value := {field.TYPE_STRING: text, field.TYPE_BYTES: text.encode(), field.TYPE_INT32: 2**31 - 1, field.TYPE_INT64: 2**63 - 1,
                       field.TYPE_DOUBLE: math.nan, field.TYPE_FLOAT: math.inf, field.TYPE_BOOL: True}.get(field.type):
            if repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)


class HostileTextTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())

    def methods(self):
        import replyguard.v1.account_service_pb2 as account_pb
        modules = (comment_pb, harness.moderation_pb, harness.admin_pb, harness.model_service_pb2, harness.operation_pb, account_pb)
        for module in modules:
            for service in module.DESCRIPTOR.services_by_name.values():
                yield from service.methods

    def test_every_field_of_every_method(self):
        self.box.submit(self.box.backend(), "What must stay.")
        tables = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'replyguard'::regnamespace"
        before = self.box.sql(tables)
        channel = self.box.client().channel
        calls = 0
        for method in self.methods():
            request_class, response_class = (message_factory.MessageFactory().GetPrototype(kind)
                                             for kind in (method.input_type, method.output_type))
            path = f"/{method.containing_service.full_name}/{method.name}"
            kind = channel.unary_stream if method.name.startswith("Watch") else channel.unary_unary
            stub = kind(path, request_serializer=request_class.SerializeToString, response_deserializer=response_class.FromString)
            for text in TEXTS:
                request = request_class()
                fill(request, text)
                for key in (self.box.operator_key, self.box.site_key):
                    def call(key=key, request=request, stub=stub):
                        answer = stub(request, metadata=[("authorization", f"Bearer {key}")], timeout=30)
                        if method.name.startswith("Watch"):
                            next(answer)
                            answer.cancel()
                    code, error = code_of(call)
                    self.assertNotIn(code, FAULTS, f"{path} {text[:40]!r}: {error}")
                    calls += 1
        self.assertGreater(calls, 500)
        self.assertEqual(self.box.sql(tables), before)
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments WHERE body = 'What must stay.'"), "1")
        self.box.assert_log_is_whole()

    def test_what_is_stored_is_what_was_sent(self):
        client = self.box.backend()
        for text in TEXTS[:2] + TEXTS[3:4]:
            answer = self.box.submit(client, text, author=text[:40], thread="hostile")
            self.assertEqual(answer.comment.body, text)

    def test_json_that_is_deep_or_long_or_no_text(self):
        connection = http.client.HTTPConnection(self.box.http, timeout=30)
        self.addCleanup(connection.close)
        for body in (b'{"submission":' * 50_000, b"[" * 1_000_000, b'{"a":' + b"1" * 1_000_000 + b"}", b'{"requestId":"\xff\xfe"}',
                     b'{"requestId":"\\ud800"}', b'{"submission":{"body":"\\u0000"}}', b"", b"null", b'"' * 100_000,
                     b'{"requestId":"a","requestId":"b"}', b"\xef\xbb\xbf{}"):
            connection.request("POST", SUBMIT, body, {"Authorization": f"Bearer {self.box.site_key}", "Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            self.assertEqual(response.status, 400, body[:40])
        self.box.submit(self.box.backend(), "Others see nothing of it.")


if __name__ == "__main__":
    unittest.main()
