"""Those who send what no client of ours would: bombs, oversized metadata, forged lines for the log, wrong keys by the thousand. And what
the process itself may do if somebody gets in."""

import contextlib
import gzip
import http.client
import os
import pathlib
import re
import unittest

import grpc

import harness
import process_memory
from harness import code_of, comment_pb

BOMB_BYTES = 64 * 1024 * 1024
GROWTH_MIB_MAX = 32 * process_memory.BOUNDS
FORGED = "\n2026-01-01T00:00:00.000000Z info forged event=1\r\n\x1b[31m"
CAP_NET_BIND_SERVICE, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 10, 1, 2


class AttackTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def test_compression_bombs_are_not_inflated(self):
        """gRPC would inflate a message before anybody looks at its size, or at the key."""
        before = process_memory.peak_mib(self.box.server.pid)
        for algorithm in (grpc.Compression.Gzip, grpc.Compression.Deflate):
            for key in (None, self.box.site_key):
                with self.subTest(algorithm=algorithm, key=bool(key)), \
                        grpc.insecure_channel(self.box.address, compression=algorithm) as channel:
                    stub = harness.comment_grpc.CommentServiceStub(channel)
                    request = comment_pb.SubmitCommentRequest(submission=self.box.submission("a" * BOMB_BYTES))
                    code, error = code_of(lambda: stub.SubmitComment(
                        request, metadata=[("authorization", f"Bearer {key}")] if key else [], timeout=20))
                    self.assertIn(code, (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.RESOURCE_EXHAUSTED,
                                         grpc.StatusCode.INTERNAL), error)
        self.assertLess(process_memory.peak_mib(self.box.server.pid) - before, GROWTH_MIB_MAX)
        self.box.submit(self.box.backend(), "Others see nothing of it.")

    def test_json_that_grows_is_not_let_grow(self):
        """What Protobuf would make a square, or thirty times as much, of; small on the wire."""
        before = process_memory.peak_mib(self.box.server.pid)
        bombs = {"update_mask": [("CommentService/UpdateComment", '{"updateMask":"' + "a(" * 40_000 + '"}'),
                                 ("CommentService/UpdateThread", '{"update_mask":"' + "a" * 20_000 + "(" + "b," * 20_000 + '"}')],
                 "too many": [("ModerationService/ModerateComments", '{"actions":[' + "{}," * 2_700_000 + "{}]}"),
                              ("CommentService/SubmitComment", '{"x":' + "[" * 5_000_000 + "]" * 1_000_000 + "}")]}
        for why, bodies in bombs.items():
            for method, body in bodies:
                for encoding, data in ("identity", body.encode()), ("gzip", gzip.compress(body.encode())):
                    with self.subTest(method=method, encoding=encoding), contextlib.closing(
                            http.client.HTTPConnection(self.box.http, timeout=60)) as connection:
                        connection.request("POST", f"/replyguard.v1.{method}", data, {
                            "content-type": "application/json", "content-encoding": encoding,
                            "authorization": f"Bearer {self.box.site_key}"})
                        answer = connection.getresponse()
                        text = answer.read().decode()
                        self.assertEqual(answer.status, 400, text)
                        self.assertIn(why, text)
        self.assertLess(process_memory.peak_mib(self.box.server.pid) - before, GROWTH_MIB_MAX)

    def test_no_line_of_the_log_is_forged(self):
        key = self.box.site_key
        client = self.box.client(key)
        client.metadata = [*client.metadata, ("x-forwarded-for", "1.2.3.4 forged"), ("x-request-id", "forged")]
        code_of(lambda: self.box.submit(client, FORGED, request_id="forged"))
        for fields in ({"author": FORGED}, {"thread": "a b" + FORGED}, {"email": f"x{FORGED}@example.org"}):
            code, _ = code_of(lambda: self.box.submit(client, "Fine.", **fields))
            self.assertEqual(code, grpc.StatusCode.INVALID_ARGUMENT, fields)
        with grpc.insecure_channel(self.box.address) as channel:
            code, _ = code_of(lambda: channel.unary_unary("/replyguard.v1.CommentService/No\nSuch forged=1")(b"", timeout=5))
            self.assertNotEqual(code, grpc.StatusCode.OK)
        self.box.run("site", "update", "--display-name", FORGED, check=False)
        # A database's own words are the only foreign ones that are logged.
        self.box.sql("ALTER TABLE replyguard.comments RENAME TO moved")
        code_of(lambda: self.box.submit(client, "select 'forged';\n" + "x" * 100))
        self.box.sql("ALTER TABLE replyguard.moved RENAME TO comments")
        self.box.assert_log_is_whole()
        self.assertNotIn("forged", self.box.log_path.read_text())

    def test_too_much_metadata_by_somebody_without_a_key(self):
        for size in (9_000, 60_000):
            with grpc.insecure_channel(self.box.address) as channel:
                stub = harness.comment_grpc.CommentServiceStub(channel)
                code, _ = code_of(lambda: stub.GetComment(comment_pb.GetCommentRequest(name="x"), timeout=10,
                                                          metadata=[("x-large", "y" * size)]))
                self.assertIn(code, (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE), size)
        self.box.submit(self.box.backend(), "Others see nothing of it.")

    def test_guessing_keys_is_slow_and_stops_nobody_who_is_known(self):
        self.box.submit(self.box.backend(), "By a good key.")
        guesser = harness.Client(self.box.address, None)
        self.addCleanup(guesser.close)
        codes = []
        for number in range(300):
            guesser.metadata = [("authorization", f"Bearer {number:016x}{'0' * 32}")]
            codes.append(code_of(lambda: guesser.call(guesser.comments.GetComment, comment_pb.GetCommentRequest(name="x")))[0])
        self.assertEqual(set(codes), {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED}, set(codes))
        self.box.submit(self.box.backend(), "The same address, with a good key.")

    def test_a_key_expires_and_its_use_is_told(self):
        for name in ("old", "new"):  # both are good for a while: a rotation
            self.box.run("key", "create", "--role", "backend", "--display-name", name, "--expires-in", "3s" if name == "old" else "1h")
        old, new = [answer.strip() for answer in self.box.answers if re.fullmatch(r"[0-9a-f]{40,}\s*", answer)][-2:]
        clients = [self.box.client(key) for key in (old, new)]
        self.box.submit(clients[0], "By the old key.")
        self.box.submit(clients[1], "By the new key.")
        harness.wait_for(lambda: code_of(lambda: self.box.submit(clients[0], "Late."))[0] == grpc.StatusCode.UNAUTHENTICATED,
                         20, "the old key to expire")
        self.box.submit(clients[1], "By the new key, still.")

        def used():
            listed = self.box.run("key", "list", "--format", "json").stdout
            return len(re.findall(r'"last_?[uU]se_?[tT]ime"', listed)) >= 3
        harness.wait_for(used, 20, "the use of three keys to be told")

    def test_what_the_process_may_do(self):
        status = process_memory.status_of(self.box.server.pid)
        kept = 1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH if os.geteuid() == 0 else 0
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(int(status["CapEff"], 16) & ~kept, 0)
        self.assertEqual(int(status["CapPrm"], 16) & ~kept, 0)
        self.assertEqual(int(status["CapInh"], 16) | int(status["CapAmb"], 16), 0)
        limits = pathlib.Path(f"/proc/{self.box.server.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")

    def test_root_is_refused_unless_told(self):
        if os.geteuid() == 0:
            refused = self.box.run("serve", "--listen", "127.0.0.1:0", check=False)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn("root", refused.stderr)
            return
        self.assertNotEqual(process_memory.status_of(self.box.server.pid)["Uid"].split()[0], "0")


if __name__ == "__main__":
    unittest.main()
