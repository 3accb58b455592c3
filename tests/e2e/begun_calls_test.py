"""Calls that somebody without a key begins and never ends: no message, answers that are not taken, watches. None is bounded by gRPC but
by its connection."""

import collections
import contextlib
import selectors
import struct
import threading
import time
import unittest

import grpc

import harness
import http2_wire
from exposed_metrics import scrape

WAITING_MAX = 4096  # BegunCalls::kWaitingMax
TOO_MANY_MAX = 2048  # beyond them, of one network
CALLS_A_CONNECTION = 200
WATCHES_MAX = 256  # HealthService::kWatchesPerNetworkMax
WATCHES_OF_ALL_MAX = 2048  # HealthService::kWatchesMax
CHECK, WATCH = "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
NO_SERVICE = b"\0\0\0\0\0"  # the message that names none
SERVICE_UNKNOWN = 3
STRANGER = "127.0.0.21"


class Crowd:
    """Connections that are read, and whose pings are answered, in a thread. Use as a context manager."""

    def __init__(self, address):
        self.address = address
        self.connections = {}
        self.ended = collections.Counter()  # of the frames that end a stream: by kind
        self.selector = selectors.DefaultSelector()
        self.stopped = threading.Event()
        self.reader = threading.Thread(target=self.read)

    def __enter__(self):
        self.reader.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.reader.join()
        for connection in self.connections.values():
            connection.socket.close()

    def begin(self, frames_of, source=STRANGER, settings=()):
        """One more, with what it sends."""
        connection = http2_wire.Connection(self.address, settings, source=source)
        connection.socket.sendall(frames_of(connection))
        self.connections[connection.socket] = connection
        self.selector.register(connection.socket, selectors.EVENT_READ)

    def read(self):
        while not self.stopped.is_set():
            for key, _ in self.selector.select(0.1):
                self.take(self.connections[key.fileobj])

    def take(self, connection):
        """What has come, of which the rest is there at once."""
        while True:
            frame = connection.read()
            if frame is None:
                self.selector.unregister(connection.socket)
                return
            kind, flags, stream, payload = frame
            if kind == http2_wire.PING and not flags & http2_wire.ACK:
                connection.send(http2_wire.PING, http2_wire.ACK, 0, payload)
            if stream and (kind == http2_wire.RST_STREAM or kind == http2_wire.HEADERS and flags & http2_wire.END_STREAM):
                self.ended[kind] += 1
            if not connection.unread:
                return


def whole_calls(path):
    """The frames of a connection's calls, for Crowd.begin: each with its message, which names no service."""
    fields = http2_wire.grpc_fields(path)

    def frames(connection):
        return b"".join(connection.frame(http2_wire.HEADERS, http2_wire.END_HEADERS, stream, fields) +
                        connection.frame(http2_wire.DATA, http2_wire.END_STREAM, stream, NO_SERVICE)
                        for stream in (connection.take_stream() for _ in range(CALLS_A_CONNECTION)))
    return frames


def begun_calls(path):
    """The same without messages."""
    fields = http2_wire.grpc_fields(path)

    def frames(connection):
        return b"".join(connection.frame(http2_wire.HEADERS, http2_wire.END_HEADERS, connection.take_stream(), fields)
                        for _ in range(CALLS_A_CONNECTION))
    return frames


class BegunCallsTest(unittest.TestCase):
    def setUp(self):
        self.box = harness.Installation()
        self.box.extra_environment["REPLYGUARD_METRICS_LISTEN"] = "127.0.0.1:0"
        self.enterContext(self.box)

    def cut_count(self):
        return scrape(self.box)[1]["replyguard_connections_cut_total"]

    def test_calls_without_a_message(self):
        """No more than so many wait; those who send their messages are served all the while, from the same address, too."""
        beyond = 4 * CALLS_A_CONNECTION  # of both no more than strangers are forgiven
        # By another stranger each: who goes on and on is cut.
        for path, source in (("CommentService/GetComment", "127.0.0.41"), ("CommentService/WatchEvents", "127.0.0.42")):
            frames = begun_calls(f"/replyguard.v1.{path}")
            with self.subTest(path=path), Crowd(self.box.address) as crowd:
                client = self.box.backend()
                for number in range((WAITING_MAX + beyond) // CALLS_A_CONNECTION):
                    crowd.begin(frames, source)
                    if number % 10 == 0:
                        self.box.submit(client, f"Meanwhile {number}.")
                harness.wait_for(lambda crowd=crowd: crowd.ended[http2_wire.HEADERS] >= beyond - CALLS_A_CONNECTION, 60,
                                 "what is too much to be ended")
                self.box.submit(self.box.backend(), "In the end.")
        self.box.assert_log_is_whole()

    def test_who_goes_on_beginning_calls_is_cut(self):
        """Each of them costs what one costs that is answered, though the oldest is ended for it."""
        frames = begun_calls("/replyguard.v1.CommentService/GetComment")
        with Crowd(self.box.address) as crowd:
            for _ in range(2 * (WAITING_MAX + TOO_MANY_MAX) // CALLS_A_CONNECTION):
                try:
                    crowd.begin(frames)
                except OSError:
                    break  # it is kept away
            harness.wait_for(lambda: self.cut_count() > 0, 60, "it to be cut")
            self.box.submit(self.box.backend(), "In the end.")
        self.box.assert_log_is_whole()

    def test_answers_that_are_not_taken(self):
        """Of what anybody may ask. Each connection is within its bounds; all of them are cut until others have room."""
        frames = whole_calls(CHECK)
        with Crowd(self.box.address) as crowd:
            for _ in range(2 * WAITING_MAX // CALLS_A_CONNECTION + 10):
                try:
                    crowd.begin(frames, settings=[(http2_wire.INITIAL_WINDOW_SIZE, 0)])
                except OSError:
                    break  # it is kept away
            harness.wait_for(lambda: self.cut_count() > 0, 60, "the one who has most to be cut")
            self.box.submit(self.box.backend(), "In the end.")
        self.box.assert_log_is_whole()

    def test_watches_of_health(self):
        """No more than so many of one address; the others are refused in words, and a check is answered."""
        frames = whole_calls(WATCH)
        with Crowd(self.box.address) as crowd:
            for _ in range(2):
                crowd.begin(frames)
            beyond = 2 * CALLS_A_CONNECTION - WATCHES_MAX
            harness.wait_for(lambda: crowd.ended[http2_wire.HEADERS] >= beyond, 60, "what is too much to be refused")
            with grpc.insecure_channel(self.box.address) as channel:  # from another address
                watch = channel.unary_stream(WATCH)
                known, unknown = watch(b"", timeout=60), watch(b"\n\x01x", timeout=60)
                self.assertEqual(next(known), bytes([8, harness.SERVING]))
                self.assertEqual(next(unknown), bytes([8, SERVICE_UNKNOWN]))
                with self.assertRaises(grpc.RpcError) as raised:
                    channel.unary_unary(CHECK)(b"\n\x01x", timeout=60)
                self.assertEqual(raised.exception.code(), grpc.StatusCode.NOT_FOUND)
                known.cancel()
                unknown.cancel()
            self.assertEqual(crowd.ended[http2_wire.HEADERS], beyond)
        # Those that went made room.
        harness.wait_for(lambda: self.watches_from_the_stranger(), 60, "a watch to be let in again")
        self.box.assert_log_is_whole()

    def test_watches_of_many_networks(self):
        """They take all there are; one of a network that has fewer is let in all the same."""
        frames = whole_calls(WATCH)
        with Crowd(self.box.address) as crowd:
            for number in range(WATCHES_OF_ALL_MAX // CALLS_A_CONNECTION + 1):
                crowd.begin(frames, source=f"127.0.1.{number + 1}")
            harness.wait_for(lambda: sum(crowd.ended.values()) > 0, 60, "what is too much to end")
            for _ in range(20):
                self.assertTrue(self.watches_from_the_stranger())
            with grpc.insecure_channel(self.box.address) as channel:
                self.assertEqual(next(channel.unary_stream(WATCH)(b"", timeout=60)), bytes([8, harness.SERVING]))
        self.box.assert_log_is_whole()

    def test_reflection_that_is_not_read(self):
        """Whoever asks much and takes no answer holds up nobody else who asks."""
        fields = http2_wire.grpc_fields(REFLECTION)
        describe = b'"\x1areplyguard.v1.AdminService'
        question = b"\0" + struct.pack(">I", len(describe)) + describe
        with http2_wire.Connection(self.box.address, [(http2_wire.INITIAL_WINDOW_SIZE, http2_wire.WINDOW_MAX)], source=STRANGER,
                                   receive_buffer=4096) as stranger:
            stranger.send(http2_wire.WINDOW_UPDATE, 0, 0, struct.pack(">I", http2_wire.WINDOW_MAX - 65_535))
            stranger.socket.settimeout(2)
            streams = [stranger.take_stream() for _ in range(20)]
            with contextlib.suppress(TimeoutError):  # it is not read any more
                for stream in streams:
                    stranger.send(http2_wire.HEADERS, http2_wire.END_HEADERS, stream, fields)
                for _ in range(300):
                    stranger.socket.sendall(b"".join(stranger.frame(http2_wire.DATA, 0, stream, question) for stream in streams))
            with grpc.insecure_channel(self.box.address) as channel:
                answers = channel.stream_stream(REFLECTION)(iter([b":\0"]), timeout=10)  # lists services
                self.assertIn(b"replyguard.v1.CommentService", next(answers))
        self.box.assert_log_is_whole()

    def watches_from_the_stranger(self):
        with http2_wire.Connection(self.box.address, source=STRANGER) as connection:
            stream = connection.take_stream()
            connection.send(http2_wire.HEADERS, http2_wire.END_HEADERS, stream, http2_wire.grpc_fields(WATCH))
            connection.send(http2_wire.DATA, http2_wire.END_STREAM, stream, NO_SERVICE)
            kinds = (http2_wire.HEADERS, http2_wire.DATA)
            first = connection.read_until(lambda kind, flags, of, payload: of == stream and kind in kinds)
            return not first[1] & http2_wire.END_STREAM


if __name__ == "__main__":
    unittest.main()
