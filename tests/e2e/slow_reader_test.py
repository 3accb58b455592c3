"""Readers of a stream who do not read: they are cut, what the server keeps for them is bounded, and others see nothing of it."""

import json
import pathlib
import socket
import struct
import unittest

import grpc

import harness
import http2_wire
import process_memory
from exposed_metrics import scrape
from harness import admin_pb, comment_pb, comment_pb2

STALLED = 40
EVENTS = 100_000
GROWTH_MIB_MAX = 64 * process_memory.BOUNDS
WATCH = "/replyguard.v1.CommentService/WatchEvents"
LIST = "/replyguard.v1.CommentService/ListComments"
GREEDY_SITES = 6
CALLS = 60  # on each connection, of 3 MB each
ANSWERS_MIB_MAX = 300 * process_memory.BOUNDS


class SlowReaderTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment = {"REPLYGUARD_STREAM_STALL_MAX": "4s",  # longer than a machine stands still
                                      "REPLYGUARD_METRICS_LISTEN": "127.0.0.1:0"}
        self.box.start()
        self.box.submit(self.box.backend(), "So that there is a thread.")
        # More than any buffer between the server and a client holds.
        self.box.sql(f"""
            INSERT INTO replyguard.events (site_id, sequence, type, thread_id, created_at)
              SELECT t.site_id, h.event_seq + n, 5, t.thread_id, now() FROM replyguard.threads t
              JOIN replyguard.site_heads h USING (site_id), generate_series(1, {EVENTS}) AS n;
            UPDATE replyguard.site_heads SET event_seq = event_seq + {EVENTS}""")
        self.request = comment_pb.WatchEventsRequest(parent=f"sites/{self.box.site}")

    @staticmethod
    def is_refused(client, request):
        try:
            client.call(client.comments.ListComments, request, timeout=60)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise
            return True
        return False

    @staticmethod
    def list_request(site):
        return comment_pb.ListCommentsRequest(parent=f"sites/{site}/threads/article-1", page_size=250, statuses=[1, 2, 3])

    def multiply_long_comments(self, site):
        self.box.sql(f"""
            INSERT INTO replyguard.comments SELECT (jsonb_populate_record(c, jsonb_build_object('comment_id', gen_random_uuid(),
              'request_id', NULL, 'request_fingerprint', NULL))).* FROM replyguard.comments c JOIN replyguard.sites s USING (site_id),
              generate_series(1, 250) WHERE length(c.body) > 10000 AND s.slug = '{site}'""")

    def call_unread(self, connection, key, request):
        waiting = {connection.call(LIST, key, request) for _ in range(CALLS)}
        while waiting:  # an answer begins with its headers, which need no window
            frame = connection.read_until(lambda kind, flags, stream, _: kind == http2_wire.HEADERS and stream in waiting)
            self.assertIsNotNone(frame, f"the connection ended with {len(waiting)} calls")
            waiting.discard(frame[2])

    def memory(self):
        return process_memory.resident_mib(self.box.server.pid)

    def assert_others_read_on(self):
        client = self.box.backend()
        stream = client.comments.WatchEvents(self.request, metadata=client.metadata, timeout=60 * harness.PATIENCE)
        cursor = 0
        for answer in stream:
            self.assertEqual(answer.events[0].sequence, cursor + 1)
            cursor = answer.events[-1].sequence
            if cursor >= EVENTS:
                break
        stream.cancel()
        self.box.submit(client, "And submissions are taken.")

    def test_grpc(self):
        """A client that opens no window takes nothing at all; the call is reset, not left with a message half written."""
        before = self.memory()
        for _ in range(3):  # each time as many: what was cut is no longer there
            with http2_wire.Connection(self.box.address, [(http2_wire.INITIAL_WINDOW_SIZE, 0)]) as connection:
                streams = {connection.call(WATCH, self.box.site_key, self.request) for _ in range(STALLED)}
                self.assert_others_read_on()
                while streams:
                    frame = connection.read_until(lambda kind, flags, stream, _: stream in streams and (
                        kind == http2_wire.RST_STREAM or kind == http2_wire.HEADERS and flags & http2_wire.END_STREAM))
                    self.assertIsNotNone(frame, f"the connection ended with {len(streams)} streams")
                    streams.discard(frame[2])
        self.assertLess(self.memory() - before, GROWTH_MIB_MAX)
        self.box.assert_log_is_whole()

    def test_answers(self):
        """Answers that nobody reads: their site's calls are refused then, nobody else's are."""
        self.box.submit(self.box.backend(), "x " * 7000)
        self.multiply_long_comments(self.box.site)
        request = self.list_request(self.box.site)
        client = self.box.backend()
        answer = client.call(client.comments.ListComments, request, timeout=60)
        self.assertGreater(answer.ByteSize(), 3_000_000)
        before = self.memory()
        connections = [self.enterContext(http2_wire.Connection(self.box.address, [(http2_wire.INITIAL_WINDOW_SIZE, 0)]))
                       for _ in range(4)]
        for connection in connections:
            self.call_unread(connection, self.box.site_key, request)
        self.assertTrue(self.is_refused(client, request))
        self.assertLess(self.memory() - before, ANSWERS_MIB_MAX)
        other = self.box.client(self.box.operator_key)
        self.assertGreater(other.call(other.comments.ListComments, request, timeout=60).ByteSize(), 3_000_000)
        for connection in connections:
            connection.socket.close()
        harness.wait_for(lambda: not self.is_refused(client, request), 60, "what nobody reads any more to be given up")
        self.box.assert_log_is_whole()

    def test_answers_of_many_sites(self):
        """More than all answers may be together, each site within its own bound: whoever reads is served."""
        operator = self.box.client(self.box.operator_key)
        connection = self.enterContext(http2_wire.Connection(self.box.address, [(http2_wire.INITIAL_WINDOW_SIZE, 0)]))
        victim = self.box.backend()
        before = self.memory()
        greedy, refused = [], 0
        for number in range(GREEDY_SITES):
            site = f"greedy{number}"
            operator.call(operator.admin.CreateSite, admin_pb.CreateSiteRequest(
                site_id=site, site=admin_pb.replyguard_dot_v1_dot_site__pb2.Site(display_name=site)))
            key = self.box.make_key("BACKEND", site)
            client = self.box.client(key)
            client.call(client.comments.SubmitComment, comment_pb.SubmitCommentRequest(submission=comment_pb2.Submission(
                thread=f"sites/{site}/threads/article-1", author_name="Ada", author_email="ada@example.org", body="x " * 7000)))
            self.multiply_long_comments(site)
            greedy.append((client, self.list_request(site)))
            self.call_unread(connection, key, greedy[-1][1])
            if number == 0:
                self.assertGreater(scrape(self.box)[1]["replyguard_held_answer_bytes"], 1 << 20)
            refused += self.is_refused(*greedy[-1])
            self.box.submit(victim, f"Beside {number + 1} who do not read.")
        self.assertGreater(refused, 0)
        self.assertLess(self.memory() - before, 1.5 * ANSWERS_MIB_MAX)
        # Their calls are ended, not the connection, which may be a proxy's and carry those of others.
        self.assertIsNotNone(connection.read_until(lambda kind, *_: kind == http2_wire.RST_STREAM))
        self.assertGreater(scrape(self.box)[1]["replyguard_overdue_answers_ended_total"], 0)
        harness.wait_for(lambda: not self.is_refused(*greedy[0]), 60, "what nobody reads to be given up")
        later = connection.call(LIST, self.box.site_key, self.list_request(self.box.site))
        self.assertIsNotNone(connection.read_until(lambda kind, flags, stream, _: kind == http2_wire.HEADERS and stream == later))
        self.box.assert_log_is_whole()

    def test_connect(self):
        before = self.memory()
        host, _, port = self.box.http.rpartition(":")
        message = json.dumps({"parent": self.request.parent}).encode()
        body = b"\0" + struct.pack(">I", len(message)) + message
        readers = []
        for _ in range(STALLED):
            reader = self.enterContext(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.settimeout(90)
            reader.connect((host, int(port)))
            reader.sendall(f"POST {WATCH} HTTP/1.1\r\nHost: {self.box.http}\r\nAuthorization: Bearer {self.box.site_key}\r\n"
                           "Content-Type: application/connect+json\r\nConnect-Protocol-Version: 1\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            readers.append(reader)
        self.assert_others_read_on()
        # Only their ends are waited for: to read would be to read on.
        harness.wait_for(lambda: self.connections() == 0, 90, "the readers to be cut")
        self.assertLess(self.memory() - before, GROWTH_MIB_MAX)
        for reader in readers:
            self.assertLess(self.drained(reader), EVENTS * 100, "it was read to the end")
        self.box.assert_log_is_whole()

    def connections(self):
        """Those of the HTTP listener that the server still holds (proc(5): /proc/net/tcp)."""
        port = f":{int(self.box.http.rpartition(':')[2]):04X}"
        established = "01"
        rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(1 for row in rows if row[1].endswith(port) and row[3] == established)

    @staticmethod
    def drained(reader):
        total = 0
        try:
            while part := reader.recv(65536):
                total += len(part)
        except ConnectionError:
            pass
        return total


if __name__ == "__main__":
    unittest.main()
