"""SIGTERM under load, beside another server: no unary call fails, streams end UNAVAILABLE and go on elsewhere, and it ends within
its bound even while a call hangs."""

import collections
import json
import signal
import socket
import struct
import threading
import time
import unittest

import grpc

import harness
import http2_wire
import ledger
import replicas
from harness import comment_pb

# Longer than a machine stands still at times: what is called meanwhile is to hear of the end, and to be answered.
DRAIN_DELAY_SECONDS, DRAIN_SECONDS_MAX = 4, 20
HANGING_SECONDS_MAX = 2
# Beyond the two: for what ends after the last call (a checkpoint, the sessions).
REST_SECONDS_MAX = 10
SUBMIT = "/replyguard.v1.CommentService/SubmitComment"
# As any client with a service config would: it heeds what health says, and picks another server.
BALANCED = [("grpc.service_config", json.dumps({
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": "replyguard.v1.CommentService"}}))]


class Balanced(harness.Installation):
    """Several servers behind one address, as a client sees them."""

    def __init__(self, box, *others):
        self.__dict__.update(box.__dict__)
        self.address = "ipv4:" + ",".join(one.address for one in (box, *others))

    def client(self, key=None):
        client = harness.Client.__new__(harness.Client)
        client.open(grpc.insecure_channel(self.address, options=[("grpc.use_local_subchannel_pool", 1), *BALANCED]), key)
        self.clients.append(client)
        return client


class UnixAddress:
    def __init__(self, path):
        self._path = path

    def __str__(self):
        return f"unix:{self._path}"

    def release(self):
        pass


class DrainTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment = {"REPLYGUARD_DRAIN_DELAY": f"{DRAIN_DELAY_SECONDS}s",
                                      "REPLYGUARD_DRAIN_TIME_MAX": f"{DRAIN_SECONDS_MAX}s"}
        self.box.start()

    def test_idle_connections_are_not_waited_for(self):
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment["REPLYGUARD_DRAIN_TIME_MAX"] = "5m"
        self.box.start()
        idle = [self.box.backend() for _ in range(10)]
        for client in idle:
            self.box.submit(client, "One word, and then none.")
        host, port = self.box.address.rsplit(":", 1)
        for _ in range(10):
            self.enterContext(socket.create_connection((host, int(port))))
        # stop() waits a minute for its end.
        self.assertEqual(self.box.stop(), 0)

    def test_no_call_fails_behind_a_balancer(self):
        other = self.enterContext(replicas.Replica(self.box))
        with ledger.Ledger(Balanced(self.box, other), writers=8, timeout=20) as book:
            for _ in range(2):
                book.wait_for_more(100)
                self.assertEqual(self.box.stop(), 0)
                book.wait_for_more(50)
                self.box.start()
        self.assertEqual(book.unknown, {}, "a call failed")
        self.assertEqual(book.refused, {})
        book.check(self)

    def test_no_call_is_cancelled_without_one(self):
        """Clients that know one server alone: what does not reach it any more is UNAVAILABLE, which clients try again."""
        self.stop_under_load()

    def test_no_call_is_cancelled_at_a_unix_socket(self):
        tcp, http = self.box.held_addresses
        tcp.release()
        self.box.held_addresses = (UnixAddress(self.box.folder / "grpc"), http)
        self.stop_under_load()

    def stop_under_load(self):
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment["REPLYGUARD_DRAIN_DELAY"] = "0s"
        codes = collections.Counter()

        def call(client, stopped):
            while not stopped.is_set():
                try:
                    client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(submission=self.box.submission("Good.")), timeout=20)
                except grpc.RpcError as error:
                    codes[error.code()] += 1
                    time.sleep(.001)  # else refusals would be all that there is
        for _ in range(3):
            self.box.start()
            stopped = threading.Event()
            callers = [threading.Thread(target=call, args=(self.box.backend(), stopped)) for _ in range(8)]
            for caller in callers:
                caller.start()
            self.assertEqual(self.box.stop(), 0)
            stopped.set()
            for caller in callers:
                caller.join()
        self.assertEqual(set(codes), {grpc.StatusCode.UNAVAILABLE}, codes)

    def test_who_reads_slowly_gets_the_whole_answer(self):
        """It is in the system's buffer by then, or in gRPC's, and would go with the connection: the comment is stored, and nobody told."""
        for window in (None, 0):
            with self.subTest(window):
                self.read_slowly(window)

    def read_slowly(self, window):
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment["REPLYGUARD_DRAIN_DELAY"] = "0s"
        self.box.start()
        body = f"{window} " + "word " * 9000
        stored = f"SELECT count(*) FROM replyguard.comments WHERE body LIKE '{window} %'"
        settings = [] if window is None else [(http2_wire.INITIAL_WINDOW_SIZE, window)]
        with http2_wire.Connection(self.box.address, settings, receive_buffer=4096) as connection:
            call = connection.call(SUBMIT, self.box.site_key, comment_pb.SubmitCommentRequest(submission=self.box.submission(body)))
            harness.wait_for(lambda: self.box.sql(stored) == "1", 60, "the comment to be stored")
            self.box.server.send_signal(signal.SIGTERM)
            harness.wait_for(lambda: self.box.health() != harness.SERVING, 20, "it to say that it stops")
            time.sleep(.7)  # longer than it waits for those who have read everything
            data, ended = 0, False
            while not ended:
                if window is not None:
                    connection.send(http2_wire.WINDOW_UPDATE, 0, call, struct.pack(">I", 4096))
                kind, flags, _, payload = connection.read_until(lambda *_: True)
                data += len(payload) if kind == http2_wire.DATA else 0
                ended = kind == http2_wire.HEADERS and flags & http2_wire.END_STREAM
            self.assertGreater(data, len(body))
        self.assertEqual(self.box.server.wait(60), 0)

    def test_streams_go_on_elsewhere(self):
        other = self.enterContext(replicas.Replica(self.box))
        seen, cursor, codes, told = [], 0, [], False
        with ledger.Ledger(other) as book:
            for server in (self.box, other):
                client = server.backend()
                stream = client.comments.WatchEvents(comment_pb.WatchEventsRequest(
                    parent=f"sites/{self.box.site}", cursor=cursor), metadata=client.metadata, timeout=60)
                with self.assertRaises(grpc.RpcError) as ended:
                    goal = len(seen) + 50
                    for response in stream:
                        seen += [event.sequence for event in response.events]
                        cursor = seen[-1] if seen else cursor
                        if len(seen) >= goal and server is self.box and not told:
                            told = True
                            self.box.server.send_signal(signal.SIGTERM)
                        if len(seen) >= goal and server is other:
                            stream.cancel()
                codes.append(ended.exception.code())
            self.assertEqual(self.box.server.wait(DRAIN_DELAY_SECONDS + DRAIN_SECONDS_MAX + REST_SECONDS_MAX), 0)
        self.assertEqual(codes, [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED])
        self.assertEqual(seen, list(range(1, len(seen) + 1)), "events are missing or doubled")
        book.settle()
        book.check(self)

    def test_it_ends_in_time_while_a_call_hangs(self):
        self.assertEqual(self.box.stop(), 0)
        self.box.extra_environment["REPLYGUARD_DRAIN_TIME_MAX"] = f"{HANGING_SECONDS_MAX}s"
        self.box.start()
        client = self.box.backend()
        with self.box.locked("comments", "ACCESS EXCLUSIVE"):
            call = client.comments.SubmitComment.future(comment_pb.SubmitCommentRequest(
                request_id="hangs", submission=self.box.submission("Hangs.")), metadata=client.metadata, timeout=60)
            self.box.wait_for_blocked("comments")
            self.box.server.send_signal(signal.SIGTERM)
            harness.wait_for(lambda: self.box.health() != harness.SERVING, 20, "it to say that it stops")
            # The lock is held until it has ended: nothing but its bounds ends it.
            self.assertEqual(self.box.server.wait(DRAIN_DELAY_SECONDS + HANGING_SECONDS_MAX + REST_SECONDS_MAX), 0)
        self.assertIn(call.code(), (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED))
        self.box.start()
        self.box.submit(self.box.backend(), "Hangs.", "hangs")
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.comments"), "1")


if __name__ == "__main__":
    unittest.main()
