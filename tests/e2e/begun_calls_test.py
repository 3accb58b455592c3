"""Calls that somebody without a key begins and never ends: no message, answers that are not taken, watches. None is bounded by gRPC but
by its connection."""

import collections
import selectors
import threading
import time
import unittest

import harness
import http2_wire
from exposed_metrics import scrape

WAITING_MAX = 4096  # BegunCalls::kWaitingMax
CALLS_A_CONNECTION = 200
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


class BegunCallsTest(unittest.TestCase):
    def setUp(self):
        self.box = harness.Installation()
        self.box.extra_environment["REPLYGUARD_METRICS_LISTEN"] = "127.0.0.1:0"
        self.enterContext(self.box)

    def cut_count(self):
        return scrape(self.box)[1]["replyguard_connections_cut_total"]

    def test_calls_without_a_message(self):
        """No more than so many wait; those who send their messages are served all the while, from the same address, too."""
        beyond = 10 * CALLS_A_CONNECTION
        for path in ("CommentService/GetComment", "CommentService/WatchEvents"):
            fields = http2_wire.grpc_fields(f"/replyguard.v1.{path}")

            def frames(connection, fields=fields):
                return b"".join(connection.frame(http2_wire.HEADERS, http2_wire.END_HEADERS, connection.take_stream(), fields)
                                for _ in range(CALLS_A_CONNECTION))
            with self.subTest(path=path), Crowd(self.box.address) as crowd:
                client = self.box.backend()
                for number in range((WAITING_MAX + beyond) // CALLS_A_CONNECTION):
                    crowd.begin(frames)
                    if number % 10 == 0:
                        self.box.submit(client, f"Meanwhile {number}.")
                harness.wait_for(lambda crowd=crowd: crowd.ended[http2_wire.HEADERS] >= beyond - CALLS_A_CONNECTION, 60,
                                 "what is too much to be ended")
                self.box.submit(self.box.backend(), "In the end.")
        self.box.assert_log_is_whole()


if __name__ == "__main__":
    unittest.main()
