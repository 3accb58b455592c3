"""Floods of frames by somebody without a key: requests that are taken back at once, pings, settings, empty pieces, headers by way of the
table of HPACK. Nobody else notices, and the memory that they took is given back."""

import pathlib
import struct
import time
import unittest

import grpc
import harness
import http2_wire
import process_memory
from exposed_metrics import scrape
from harness import comment_pb

ROUNDS = 100
FRAMES_A_ROUND = 400
GROWTH_MIB_MAX = 128 * process_memory.BOUNDS
PEAK_MIB_MAX = 1024 * process_memory.BOUNDS
PATH = "/replyguard.v1.CommentService/GetComment"


class Http2AttackTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = harness.Installation()
        cls.box.extra_environment["REPLYGUARD_METRICS_LISTEN"] = "127.0.0.1:0"
        cls.enterClassContext(cls.box)

    def cut_count(self):
        return scrape(self.box)[1]["replyguard_connections_cut_total"]

    def memory(self):
        return process_memory.resident_mib(self.box.server.pid)

    def flood(self, frames_of, settings=()):
        """Sends rounds of frames until the server ends the connection or all are sent; others are served meanwhile and after."""
        client = self.box.backend()
        self.box.submit(client, "Before.")
        before = self.memory()
        with http2_wire.Connection(self.box.address, settings) as connection:
            connection.socket.settimeout(5)
            try:
                for number in range(ROUNDS):
                    connection.socket.sendall(frames_of(connection))
                    if number == ROUNDS // 2:
                        self.box.submit(client, f"Meanwhile {number}.")
            except OSError:
                pass  # it was sent away, or is no longer read
            self.box.submit(client, "In the end.")
        harness.wait_for(lambda: self.memory() - before < GROWTH_MIB_MAX, 60, "the memory to be given back")
        self.assertIsNone(self.box.server.poll())
        self.box.assert_log_is_whole()

    def test_requests_taken_back_at_once(self):
        """Rapid reset (CVE-2023-44487), with a key and without."""
        reset = struct.pack(">I", http2_wire.CANCEL)
        message = http2_wire.grpc_message(comment_pb.GetCommentRequest(name="x"))
        for key in (None, self.box.site_key):
            fields = http2_wire.grpc_fields(PATH, key)

            def frames(connection):
                streams = [connection.take_stream() for _ in range(FRAMES_A_ROUND)]
                return b"".join(connection.frame(http2_wire.HEADERS, http2_wire.END_HEADERS, stream, fields) +
                                connection.frame(http2_wire.DATA, http2_wire.END_STREAM, stream, message) +
                                connection.frame(http2_wire.RST_STREAM, 0, stream, reset) for stream in streams)
            with self.subTest(key=bool(key)):
                self.flood(frames)

    def test_requests_taken_back_by_one_who_comes_back(self):
        """From an address of its own: it is kept away, and others are not."""
        reset = struct.pack(">I", http2_wire.CANCEL)
        fields = http2_wire.grpc_fields(PATH)
        client = self.box.backend()
        before, cut = self.memory(), self.cut_count()
        until, kept_away, peak = time.monotonic() + 60, 0, 0
        while kept_away < 5 and time.monotonic() < until:
            try:
                with http2_wire.Connection(self.box.address, source="127.0.0.9") as connection:
                    connection.socket.settimeout(5)
                    for number in range(10_000):
                        streams = [connection.take_stream() for _ in range(FRAMES_A_ROUND)]
                        connection.socket.sendall(b"".join(
                            connection.frame(http2_wire.HEADERS, http2_wire.END_HEADERS | http2_wire.END_STREAM, stream, fields) +
                            connection.frame(http2_wire.RST_STREAM, 0, stream, reset) for stream in streams))
                        if number % 50 == 0:
                            peak = max(peak, self.memory())
            except OSError:
                kept_away += 1
            self.box.submit(client, f"Meanwhile {kept_away}.")
        self.assertGreaterEqual(kept_away, 5, "it is sent away each time")
        # Once it was cut often enough it is not even let in; and a busy machine may read no more for a while.
        self.assertGreaterEqual(self.cut_count() - cut, 1)
        self.assertLessEqual(self.cut_count() - cut, kept_away)
        self.assertLess(peak - before, PEAK_MIB_MAX)
        with http2_wire.Connection(self.box.address):
            self.box.submit(self.box.backend(), "Others come in as before.")

    def test_headers_without_an_end(self):
        """CONTINUATION frames for ever (CVE-2024-27316): the client is cut, and what it sent takes no more than a bound."""
        client = self.box.backend()
        before = self.memory()
        piece = http2_wire.header_block([("x-more", "y" * 8000)])
        cut, peak, sent = self.cut_count(), 0, 0
        with http2_wire.Connection(self.box.address, source="127.0.0.11") as connection:
            connection.socket.settimeout(1)
            stream = connection.take_stream()
            frames = connection.frame(http2_wire.CONTINUATION, 0, stream, piece) * 100
            connection.send(http2_wire.HEADERS, 0, stream, http2_wire.grpc_fields(PATH))
            until, rest = time.monotonic() + 60 * harness.PATIENCE, memoryview(frames)
            while time.monotonic() < until:
                try:
                    count = connection.socket.send(rest)
                except TimeoutError:  # it is not read: for good, or as the machine is busy
                    if self.cut_count() > cut:
                        break
                    continue
                except OSError:
                    break
                sent, rest = sent + count, rest[count:] or memoryview(frames)
                if len(rest) == len(frames):
                    peak = max(peak, self.memory())
            self.box.submit(client, "Meanwhile.")
        harness.wait_for(lambda: self.cut_count() > cut, 30, f"the cut of one who has sent {sent >> 20} MiB")
        self.assertLess(peak - before, PEAK_MIB_MAX)
        harness.wait_for(lambda: self.memory() - before < GROWTH_MIB_MAX, 60, "the memory to be given back")
        self.assertIsNone(self.box.server.poll())
        self.box.assert_log_is_whole()

    def test_messages_that_are_too_large_are_refused_one_by_one(self):
        """Each is finished: whoever sends many, and has a key, is no flood."""
        cut = self.cut_count()
        with grpc.insecure_channel(self.box.address, options=[("grpc.max_send_message_length", -1)]) as channel:
            submit = channel.unary_unary("/replyguard.v1.CommentService/SubmitComment")
            for _ in range(60):
                with self.assertRaises(grpc.RpcError) as refused:
                    submit(b"a" * 5_000_000, metadata=[("authorization", f"Bearer {self.box.site_key}")])
                self.assertEqual(refused.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(self.cut_count(), cut)

    def test_reflection_takes_no_thread_for_each(self):
        def threads():
            return len(list(pathlib.Path(f"/proc/{self.box.server.pid}/task").iterdir()))
        before = threads()
        fields = http2_wire.grpc_fields("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        connections = [self.enterContext(http2_wire.Connection(self.box.address)) for _ in range(4)]
        for connection in connections:
            for _ in range(100):
                connection.send(http2_wire.HEADERS, http2_wire.END_HEADERS, connection.take_stream(), fields)
        self.box.submit(self.box.backend(), "Meanwhile.")
        time.sleep(1)
        self.assertLess(threads() - before, 50)

    def test_pings_and_settings(self):
        setting = struct.pack(">HI", http2_wire.INITIAL_WINDOW_SIZE, 65535)
        for kind, payload in ((http2_wire.PING, b"12345678"), (http2_wire.SETTINGS, setting)):
            with self.subTest(kind=kind):
                self.flood(lambda connection: connection.frame(kind, 0, 0, payload) * FRAMES_A_ROUND * 10)

    def test_empty_pieces_of_a_message(self):
        fields = http2_wire.grpc_fields(PATH, self.box.site_key)

        def frames(connection):
            stream = connection.take_stream()
            return (connection.frame(http2_wire.HEADERS, http2_wire.END_HEADERS, stream, fields) +
                    connection.frame(http2_wire.DATA, 0, stream) * FRAMES_A_ROUND * 10)
        self.flood(frames)

    def test_one_entry_of_the_table_again_and_again(self):
        """A few bytes that stand for megabytes of headers (RFC 7541, 7.3)."""
        indexed = b"\xbe"  # the newest entry of the dynamic table
        entry = b"\x40" + http2_wire.header_block([("x-large", "y" * 3900)])[1:]
        fields = http2_wire.grpc_fields("/x")

        def frames(connection):
            return b"".join(connection.frame(http2_wire.HEADERS, http2_wire.END_HEADERS, connection.take_stream(),
                                             fields + entry + indexed * 16_000) for _ in range(10))
        self.flood(frames)

    def test_idle_connections(self):
        client = self.box.backend()
        before = self.memory()
        for _ in range(500):
            self.enterContext(http2_wire.Connection(self.box.address))
        self.box.submit(client, "Meanwhile.")
        self.assertLess(self.memory() - before, GROWTH_MIB_MAX)

    def test_messages_that_do_not_end(self):
        """Each says that it is nearly as large as may be, and never ends. Nobody has a key."""
        client = self.box.backend()
        before = self.memory()
        fields = http2_wire.grpc_fields("/replyguard.v1.CommentService/SubmitComment")
        with http2_wire.Connection(self.box.address) as connection:
            connection.socket.settimeout(3)
            streams = [connection.take_stream() for _ in range(50)]
            for stream in streams:
                connection.send(http2_wire.HEADERS, http2_wire.END_HEADERS, stream, fields)
                connection.send(http2_wire.DATA, 0, stream, b"\0" + struct.pack(">I", 4_000_000))
            until = time.monotonic() + 5
            try:
                while time.monotonic() < until:
                    for stream in streams:
                        connection.send(http2_wire.DATA, 0, stream, b"a" * 16_000)
            except OSError:
                pass
            self.box.submit(client, "Meanwhile.")
        harness.wait_for(lambda: self.memory() - before < GROWTH_MIB_MAX, 60, "the memory to be given back")


if __name__ == "__main__":
    unittest.main()
