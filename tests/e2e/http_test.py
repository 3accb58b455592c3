"""The HTTP listener of the real binary: raw sockets for what no well-behaved client sends, and what a stop does to calls."""

import concurrent.futures
import contextlib
import gzip
import http.client
import itertools
import json
import pathlib
import re
import signal
import socket
import ssl
import tempfile
import threading
import unittest
import urllib.parse
import warnings

import connect
import grpc
import harness
from harness import comment_pb, wait_for
from tls_test import Authority

GET_COMMENT = "/replyguard.v1.CommentService/GetComment"
SUBMIT = "/replyguard.v1.CommentService/SubmitComment"
MIB = 1 << 20


class HttpCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())

    @contextlib.contextmanager
    def raw(self):
        host, port = self.box.http.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            yield connection

    def exchange(self, data):
        """All that the server says until it ends the connection."""
        with self.raw() as connection:
            connection.sendall(data)
            return read_all(connection)

    def ask(self, method, path, body=None, key="", connection=None, **headers):
        """(status, headers, body) of one request with http.client."""
        own = connection or http.client.HTTPConnection(self.box.http, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["authorization"] = f"Bearer {key or self.box.site_key}"
        own.request(method, path, body, sent)
        answer = own.getresponse()
        data = answer.read()
        if connection is None:
            own.close()
        return answer.status, answer.headers, data

    def submission(self, body="A comment."):
        return json.dumps({"submission": {"thread": f"sites/{self.box.site}/threads/t", "authorName": "Ada",
                                          "authorEmail": "ada@example.org", "body": body}})


def read_all(connection):
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            data += piece
    return data


class MessageTest(HttpCase):
    def test_no_request_hides_in_another(self):
        hidden = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
        start = b"POST /replyguard.v1.CommentService/GetComment HTTP/1.1\r\nHost: h\r\n"
        for head, status in (
                (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
                (b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400),
                (b"Content-Length: 0\r\nContent-Length: 30\r\n\r\n", 400), (b"Content-Length: 0, 30\r\n\r\n", 400),
                (b"Content-Length: +0\r\n\r\n", 400), (b"Transfer-Encoding: xchunked\r\n\r\n", 501),
                (b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
                (b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400), (b"X: y\r\n Content-Length: 30\r\n\r\n", 400),
                (b"X: y\nContent-Length: 0\r\n\r\n", 400), (b"X: y\0z\r\n\r\n", 400), (b"Host: other\r\n\r\n", 400)):
            with self.subTest(head):
                answer = self.exchange(start + head + hidden)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer)
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)
        self.assertIn(b"alive", self.exchange(hidden.replace(b"Host: h", b"Host: h\r\nConnection: close")))

    def test_what_is_no_http(self):
        for data, status in ((b"\x16\x03\x01\x02\x00\r\n\r\n", 400), (b"GET /healthz HTTP/2.0\r\n\r\n", 505),
                             (b"GET /healthz\r\n\r\n", 400), (b"GET healthz HTTP/1.0\r\n\r\n", 400)):
            self.assertTrue(self.exchange(data).startswith(b"HTTP/1.1 %d " % status), data)

    def test_bounds(self):
        self.assertIn(b" 431 ", self.exchange(b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"y" * 40_000)[:20])
        many = b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: y\r\n" * 200 + b"\r\n"
        self.assertIn(b" 431 ", self.exchange(many)[:20])
        start = f"POST {SUBMIT} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n".encode()
        self.assertIn(b" 413 ", self.exchange(start + b"Content-Length: 99999999\r\n\r\n")[:20])
        with self.raw() as connection:
            connection.sendall(start + b"Transfer-Encoding: chunked\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                for _ in range(20):
                    connection.sendall(b"100000\r\n" + b"x" * MIB + b"\r\n")
            self.assertIn(b" 413 ", read_all(connection)[:20])

    def test_the_old_version(self):
        data = json.dumps({"name": f"sites/{self.box.site}/comments/{'0' * 32}"}).encode()
        head = (f"POST {GET_COMMENT} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
                f"Authorization: Bearer {self.box.site_key}\r\n\r\n")
        answer, _, body = self.exchange(head.encode() + data).partition(b"\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.0 404 "), answer)
        self.assertEqual(int(re.search(rb"content-length: (\d+)", answer)[1]), len(body))
        self.assertNotIn(b"transfer-encoding", answer)

    def test_slow_senders_stop_nobody(self):
        with contextlib.ExitStack() as stack:
            slow = [stack.enter_context(self.raw()) for _ in range(200)]
            for number, connection in enumerate(slow):
                connection.sendall(b"GET /healthz HTTP/1.1\r\nX: " if number % 2 else
                                   b"POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx")
            for _ in range(20):
                self.assertEqual(self.ask("POST", SUBMIT, self.submission(), content_type="application/json")[0], 200)
            self.assertTrue(read_all(slow[1]).startswith(b"HTTP/1.1 408 "))

    def test_watchers_of_the_process(self):
        self.assertEqual(self.ask("GET", "/healthz", key=None)[::2], (200, b"alive"))
        self.assertEqual(self.ask("GET", "/readyz", key=None)[::2], (200, b"ready"))
        self.assertEqual(self.ask("HEAD", "/readyz", key=None)[::2], (200, b""))
        self.assertEqual(self.ask("POST", "/readyz", "", key=None)[0], 405)
        self.assertEqual(self.ask("GET", "/nothing", key=None)[0], 404)

    def test_browsers_are_told_to_do_nothing(self):
        for path in ("/healthz", "/nothing", GET_COMMENT):
            _, headers, _ = self.ask("GET", path)
            self.assertEqual(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'")
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["cache-control"], "no-store")
            self.assertNotIn("strict-transport-security", headers)


class ConnectTest(HttpCase):
    def test_curl_as_the_readme_has_it(self):
        status, headers, body = self.ask("POST", SUBMIT, self.submission(), content_type="application/json; charset=utf-8")
        self.assertEqual((status, headers["content-type"]), (200, "application/json"))
        self.assertEqual(json.loads(body)["comment"]["author"]["maskedEmail"], "a***@example.org")

    def test_what_is_refused_before_a_call(self):
        status, headers, _ = self.ask("POST", SUBMIT, self.submission(), content_type="text/plain")
        self.assertEqual((status, headers["accept-post"]), (415, "application/json, application/proto"))
        self.assertEqual(self.ask("POST", SUBMIT, self.submission(), content_type="application/grpc")[0], 415)
        status, headers, _ = self.ask("GET", SUBMIT + "?encoding=json&message={}")
        self.assertEqual((status, headers["allow"]), (405, "POST"))
        status, headers, _ = self.ask("PUT", GET_COMMENT, "{}", content_type="application/json")
        self.assertEqual((status, headers["allow"]), (405, "GET, POST"))
        self.assertEqual(self.ask("GET", GET_COMMENT + "?encoding=xml&message={}")[0], 415)
        for path in ("/replyguard.v1.CommentService/Nothing", "/replyguard.v1.Nothing/GetComment"):
            status, _, body = self.ask("POST", path, "{}", content_type="application/json")
            self.assertEqual((status, json.loads(body)["code"]), (404, "unimplemented"))
        for headers in ({"connect_protocol_version": "2"}, {"connect_timeout_ms": "soon"}):
            status, _, body = self.ask("POST", GET_COMMENT, "{}", content_type="application/json", **headers)
            self.assertEqual((status, json.loads(body)["code"]), (400, "invalid_argument"))
        for query in ("connect=v2&encoding=json&message={}", "encoding=json&base64=1&message=***", "encoding=json&message={"):
            status, _, body = self.ask("GET", f"{GET_COMMENT}?{query}")
            self.assertEqual((status, json.loads(body)["code"]), (400, "invalid_argument"), query)

    def test_names_that_an_enum_has_not(self):
        site, operator = f"sites/{self.box.site}", self.box.operator_key

        def call(service, method, request, get=False):
            path, body = f"/replyguard.v1.{service}/{method}", json.dumps(request)
            if get:
                return self.ask("GET", f"{path}?encoding=json&message={urllib.parse.quote(body)}", key=operator)
            return self.ask("POST", path, body, key=operator, content_type="application/json")

        made = {"siteId": "strict", "site": {"displayName": "S", "policy": {"mode": "MODERATE_ALL"}}}
        hook = {"parent": site, "webhook": {"url": "https://hooks.example/x", "eventTypes": ["TYPE_DECIDED", "ERASED"]}}
        listing = {"parent": f"{site}/threads/t", "statuses": ["SPAM"]}
        for call_of, field in (
                (("AdminService", "CreateSite", made), "site.policy.mode"),
                (("AdminService", "CreateSite", made | {"site": {"displayName": "S", "policy": {"requiredFields": ["BODY"]}}}),
                 "site.policy.required_fields[0]"),
                (("AdminService", "CreateWebhook", hook), "webhook.event_types[1]"),
                (("CommentService", "ListComments", listing), "statuses[0]"),
                (("CommentService", "ListComments", listing, True), "statuses[0]"),
                (("CommentService", "UpdateThread",
                  {"thread": {"name": f"{site}/threads/t", "state": "THREAD_STATE_CLOSED"}, "updateMask": "state"}), "thread.state")):
            status, _, body = call(*call_of)
            self.assertEqual((status, json.loads(body).get("code")), (400, "invalid_argument"), call_of)
            self.assertIn(f"{field}: Must be one of ", json.loads(body)["message"])
        # Numbers are the method's to refuse, as by gRPC.
        made["site"]["policy"]["mode"] = 99
        status, _, body = call("AdminService", "CreateSite", made)
        self.assertIn("site.policy.mode:", json.loads(body)["message"])
        made["site"]["policy"]["mode"] = "MODE_MODERATE_ALL"
        status, _, body = call("AdminService", "CreateSite", made)
        self.assertEqual((status, json.loads(body)["site"]["policy"]["mode"]), (200, "MODE_MODERATE_ALL"))

    def test_compression_both_ways(self):
        packed = gzip.compress(self.submission("Zipped. " * 400).encode())
        status, headers, body = self.ask("POST", SUBMIT, packed, content_type="application/json", content_encoding="gzip",
                                         accept_encoding="br, gzip")
        self.assertEqual((status, headers["content-encoding"], headers["vary"]), (200, "gzip", "accept-encoding"))
        self.assertIn("Zipped.", json.loads(gzip.decompress(body))["comment"]["body"])
        status, headers, _ = self.ask("POST", SUBMIT, packed, content_type="application/json", content_encoding="gzip")
        self.assertEqual((status, headers["content-encoding"]), (200, None))
        for coding, data, expected in (("br", packed, (501, "unimplemented")), ("gzip", b"no", (400, "invalid_argument"))):
            status, _, body = self.ask("POST", SUBMIT, data, content_type="application/json", content_encoding=coding)
            self.assertEqual((status, json.loads(body)["code"]), expected)

    def test_a_bomb_is_not_unpacked(self):
        bomb = gzip.compress(b" " * (200 * MIB))
        self.assertLess(len(bomb), MIB)
        for key, expected in ((None, 401), ("", 429)):
            status, _, _ = self.ask("POST", SUBMIT, bomb, key=key, content_type="application/json", content_encoding="gzip")
            self.assertEqual(status, expected)

    def test_strangers_have_little_read(self):
        """Methods for everybody ask for no key: nobody has more parsed or unpacked by them than a sign-in needs."""
        for method in ("SignIn", "AcceptInvitation", "ResetPassword"):
            path = f"/replyguard.v1.AccountService/{method}"
            long = b'{"x":"' + b"x" * (17 << 10) + b'"}'
            self.assertEqual(self.ask("POST", path, long, key=None, content_type="application/json")[0], 413, method)
            status, _, body = self.ask("POST", path, gzip.compress(long), key=None, content_type="application/json", content_encoding="gzip")
            self.assertEqual((status, json.loads(body)["code"]), (429, "resource_exhausted"), method)
            short = b'{"x":"' + b"x" * (15 << 10) + b'"}'
            status = self.ask("POST", path, short, key=None, content_type="application/json")[0]
            self.assertIn(status, (400, 401, 404), "read, and refused for what it says")

    def test_a_body_as_large_as_grpc_takes(self):
        client = connect.ConnectClient(self.box, self.box.site_key, codec="proto")
        # Unknown fields fill the message: 4 MiB of them fit, and not a byte more.
        fill = lambda size: b"\xfa\x7f" + bytes([0x80 | size & 0x7F, 0x80 | size >> 7 & 0x7F, 0x80 | size >> 14 & 0x7F,
                                                 size >> 21]) + b"x" * size
        for size, expected in ((4 * MIB - 6, 400), (4 * MIB - 5, 429)):
            status, _, _ = self.ask("POST", SUBMIT, fill(size), content_type="application/proto")
            self.assertEqual(status, expected)
        self.assertEqual(client.encode(comment_pb.SubmitCommentRequest()), b"")

    def test_a_deadline(self):
        for too_short in ("0", "1"):
            status, _, body = self.ask("POST", SUBMIT, self.submission(), content_type="application/json",
                                       connect_timeout_ms=too_short)
            self.assertEqual((status, json.loads(body)["code"]), (504, "deadline_exceeded"))
        with self.box.locked("comments", "ACCESS EXCLUSIVE"):
            status, headers, body = self.ask("POST", SUBMIT, self.submission(), content_type="application/json",
                                             connect_timeout_ms="3000")  # begun in time also where a machine stands still
        self.assertEqual((status, json.loads(body)["code"]), (503, "unavailable"))
        self.assertGreater(int(headers["retry-after"]), 0)


class TlsTest(HttpCase):
    def test_over_tls(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rg-https-")))
        authority = Authority(folder, "authority")
        certificate, key = authority.issue("server")
        self.box.stop()
        self.box.extra_environment = {"REPLYGUARD_HTTP_TLS_CERTIFICATE": str(certificate),
                                      "REPLYGUARD_HTTP_TLS_PRIVATE_KEY": str(key)}
        self.box.start()
        trust = ssl.create_default_context(cafile=authority.path)
        port = int(self.box.http.rsplit(":", 1)[1])
        connection = http.client.HTTPSConnection("localhost", port, timeout=60, context=trust)
        for _ in range(3):
            status, headers, _ = self.ask("POST", SUBMIT, self.submission(), content_type="application/json",
                                          connection=connection)
            self.assertEqual((status, headers["strict-transport-security"]), (200, "max-age=31536000"))
        connection.close()
        # The end is said, not only done: OpenSSL's client tells them apart.
        with socket.create_connection(("localhost", port), timeout=60) as plain:
            with trust.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as secure:
                secure.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                self.assertTrue(read_all(secure).endswith(b"alive"))
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(authority.path)
        with warnings.catch_warnings(action="ignore"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("localhost", port), timeout=60) as plain, self.assertRaises(OSError):
            old.wrap_socket(plain, server_hostname="localhost")
        self.assertNotIn("alive", self.exchange(b"GET /healthz HTTP/1.0\r\n\r\n").decode(errors="replace"))


class ProxyTest(HttpCase):
    """Wrong keys are counted by who shows them: whose word is taken for that?"""

    keys = itertools.count()

    def wrong_key(self, forwarded):
        return self.ask("POST", GET_COMMENT, "{}", key=f"{next(self.keys):048x}", content_type="application/json",
                        x_forwarded_for=forwarded)[0]

    def wear_out(self, forwarded):
        for _ in range(1000):
            if self.wrong_key(forwarded) == 429:
                return
        self.fail("nobody was stopped")

    def trust(self, networks):
        self.box.stop()
        self.box.extra_environment = {"REPLYGUARD_HTTP_TRUSTED_PROXIES": networks}
        self.box.start()

    def test_a_strangers_word_is_not_taken(self):
        self.trust("10.0.0.0/8")
        self.wear_out("203.0.113.1")
        self.assertEqual(self.wrong_key("203.0.113.2"), 429)

    def test_a_proxys_is(self):
        self.trust("127.0.0.0/8, 10.0.0.0/8")
        self.wear_out("203.0.113.1")
        self.assertEqual(self.wrong_key("203.0.113.2"), 401)
        # What the client itself claims stands left of what the proxies saw.
        self.assertEqual(self.wrong_key("203.0.113.3, 203.0.113.1, 10.1.2.3"), 429)

    def test_the_doctor_reads_the_networks(self):
        self.box.extra_environment = {"REPLYGUARD_HTTP_TRUSTED_PROXIES": "10.0.0.0/99"}
        self.addCleanup(self.box.extra_environment.clear)
        told = self.box.run("doctor", check=False)
        self.assertIn("10.0.0.0/99", told.stdout)
        self.assertNotEqual(told.returncode, 0)


class StopTest(HttpCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    @classmethod
    def setUpClass(cls):
        """Each test stops a server of its own."""

    def test_a_call_in_progress_ends_well_and_streams_say_why_they_end(self):
        client = connect.ConnectClient(self.box, self.box.site_key)
        stream = client.call(client.comments.WatchEvents, comment_pb.WatchEventsRequest(parent=f"sites/{self.box.site}"))
        with concurrent.futures.ThreadPoolExecutor() as pool:
            with self.box.locked("comments", "ACCESS EXCLUSIVE"):
                late = pool.submit(self.ask, "POST", SUBMIT, self.submission(), content_type="application/json")
                self.box.wait_for_blocked("comments")
                self.box.server.send_signal(signal.SIGTERM)
                with self.assertRaises(connect.ConnectError) as ended:
                    while True:
                        next(stream)
                self.assertEqual(ended.exception.code(), grpc.StatusCode.UNAVAILABLE)
                harness.check_details(ended.exception)
                with contextlib.suppress(OSError):
                    self.assertEqual(self.ask("GET", "/readyz", key=None)[0], 503)
            status, headers, _ = late.result(60)
        self.assertEqual((status, headers["connection"]), (200, "close"))
        self.assertEqual(self.box.server.wait(60), 0)
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments"), "1")
        self.box.assert_log_is_whole()

    def test_no_call_is_cut_off_while_it_stops_under_load(self):
        answered, refused, broken = [], [], []
        begun = threading.Event()

        def work():
            connection = http.client.HTTPConnection(self.box.http, timeout=60)
            while True:
                try:
                    connection.connect()
                except OSError:
                    return  # it takes no connections any more
                while connection.sock is not None:
                    try:
                        status, _, body = self.ask("POST", SUBMIT, self.submission(), content_type="application/json",
                                                   connection=connection)
                    except (OSError, http.client.HTTPException) as error:
                        broken.append(repr(error))
                        connection.close()
                        break
                    (answered if status == 200 else refused).append((status, body))
                    begun.set()

        workers = [threading.Thread(target=work) for _ in range(8)]
        for worker in workers:
            worker.start()
        self.assertTrue(begun.wait(60))
        wait_for(lambda: len(answered) > 50, 60, "some calls")
        self.box.server.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.join(60)
        self.assertEqual(self.box.server.wait(60), 0)
        self.assertEqual(broken, [])
        self.assertTrue(all(status == 503 and json.loads(body)["code"] == "unavailable" for status, body in refused),
                        refused[:3])
        self.assertEqual(int(self.box.sql("SELECT count(*) FROM replyguard.comments")), len(answered))


if __name__ == "__main__":
    unittest.main()
