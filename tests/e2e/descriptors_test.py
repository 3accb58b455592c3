"""File descriptors run out: nobody is accepted meanwhile, and everybody afterwards, without a restart."""

import contextlib
import os
import resource
import socket
import ssl
import unittest
import unittest.mock
from http.client import HTTPConnection, HTTPSConnection

import grpc

import harness
import http2_wire
import tls_test
from exposed_metrics import scrape
from harness import admin_pb, code_of

SPARE = 4  # of the test's server
CROWD = 40
LIMIT = 600  # of a server that is given few
NETWORKS = 12  # that together take all the connections it then takes, each as many as it leaves to others
HTTP_CONNECTIONS = 200  # more than HTTP takes of that server's


def opened(client):
    client.connect()
    client.auto_open = False
    return contextlib.closing(client)


def is_answered(connection):
    stream = connection.take_stream()
    connection.send(http2_wire.HEADERS, http2_wire.END_HEADERS, stream, http2_wire.grpc_fields("/grpc.health.v1.Health/Check"))
    connection.send(http2_wire.DATA, http2_wire.END_STREAM, stream, b"\0\0\0\0\0")
    return connection.read_until(lambda kind, flags, of, payload: of == stream and kind == http2_wire.DATA) is not None


class DescriptorsTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def code_of_a_new_connection(self):
        client = harness.Client(self.box.address, self.box.operator_key)
        try:
            return code_of(lambda: client.call(client.admin.ListSites, admin_pb.ListSitesRequest(), timeout=2))[0]
        finally:
            client.close()

    def test_the_listener_outlives_the_end_of_descriptors(self):
        pid = self.box.server.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        self.assertEqual(soft, hard, "as many as the system allows")
        # By number, not by count: the lowest free one is taken.
        highest = max(int(name) for name in os.listdir(f"/proc/{pid}/fd"))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (highest + 1 + SPARE, hard))
        host, _, port = self.box.address.rpartition(":")
        with contextlib.ExitStack() as crowd:
            for _ in range(CROWD):
                crowd.enter_context(socket.create_connection((host, int(port)), timeout=10))
            harness.wait_for(lambda: "no file descriptor is left" in self.box.log_path.read_text(), 30, "a word about it")
            self.assertIs(self.box.server.poll(), None)
        harness.wait_for(lambda: self.code_of_a_new_connection() == grpc.StatusCode.OK, 60, "a call by a new connection")
        self.box.assert_log_is_whole()

    def start_with_few(self):
        program = self.box.folder / "few-descriptors"
        program.write_text(f'#!/bin/sh\nulimit -n {LIMIT}\nexec "{harness.BINARY}" "$@"\n')
        program.chmod(0o700)
        self.box.stop()
        with unittest.mock.patch.object(harness, "BINARY", str(program)):
            self.box.start()

    def connect_from(self, address, crowd, to=None, count=LIMIT):
        """As many as it may be let have, and more."""
        host, _, port = (to or self.box.address).rpartition(":")
        for _ in range(count):
            with contextlib.suppress(ConnectionError):  # it is sent away at once
                crowd.enter_context(socket.create_connection((host, int(port)), timeout=10, source_address=(address, 0)))

    def test_one_address_leaves_descriptors_to_others(self):
        """Of few there are: a stranger's connections that say nothing keep nobody out, by gRPC or HTTP, nor from the database."""
        self.start_with_few()
        with contextlib.ExitStack() as crowd:
            self.connect_from("127.0.0.31", crowd)
            harness.wait_for(lambda: "there are too many connections" in self.box.log_path.read_text(), 30, "a word about it")
            self.assertEqual(self.code_of_a_new_connection(), grpc.StatusCode.OK)
            host, _, port = self.box.http.rpartition(":")
            http = crowd.enter_context(contextlib.closing(HTTPConnection(host, int(port), timeout=30)))
            http.request("GET", "/healthz")
            self.assertEqual(http.getresponse().status, 200)
            self.assertNotIn("no file descriptor is left", self.box.log_path.read_text())
        self.box.assert_log_is_whole()

    def test_strangers_who_only_wait_keep_nobody_out(self):
        """However many networks they are of: who has called with a key stays, and whoever is new comes in."""
        self.box.extra_environment["REPLYGUARD_METRICS_LISTEN"] = "127.0.0.1:0"
        self.start_with_few()
        client = self.box.client(self.box.operator_key)
        client.call(client.admin.ListSites, admin_pb.ListSitesRequest())
        with http2_wire.Connection(self.box.address) as backend, contextlib.ExitStack() as crowd:
            for number in range(NETWORKS):
                self.connect_from(f"127.0.1.{number + 1}", crowd)
            for source in ("127.0.0.1", "127.0.2.1"):
                with self.subTest(source=source):
                    # Not at once, while those that made room are not gone yet.
                    harness.wait_for(lambda source=source: self.comes_in(source), 30, "a newcomer to come in")
            self.assertTrue(is_answered(backend))
            self.assertGreater(scrape(self.box)[1]["replyguard_connections_refused_total"], 0)
        self.box.assert_log_is_whole()

    def comes_in(self, source):
        try:
            with http2_wire.Connection(self.box.address, source=source) as newcomer:
                return is_answered(newcomer)
        except ConnectionError:
            return False

    def call_by_http(self, client):
        client.request("POST", "/replyguard.v1.AdminService/ListSites", "{}",
                       {"authorization": f"Bearer {self.box.operator_key}", "content-type": "application/json"})
        response = client.getresponse()
        response.read()
        return response.status

    def assert_strangers_keep_nobody_out_of_http(self, connect):
        """connect(source): a client's open connection, which it does not open anew."""
        self.start_with_few()
        with contextlib.ExitStack() as crowd:
            backend = crowd.enter_context(connect("127.0.0.1"))
            self.assertEqual(self.call_by_http(backend), 200)
            for number in range(NETWORKS):
                self.connect_from(f"127.0.1.{number + 1}", crowd, self.box.http, HTTP_CONNECTIONS)
            for source in ("127.0.0.1", "127.0.2.1"):
                with self.subTest(source=source), connect(source) as newcomer:
                    self.assertEqual(self.call_by_http(newcomer), 200)
            self.assertEqual(self.call_by_http(backend), 200)
            self.assertNotIn("no file descriptor is left", self.box.log_path.read_text())
        self.box.assert_log_is_whole()

    def test_strangers_who_only_wait_keep_nobody_out_of_http(self):
        def connect(source):
            host, _, port = self.box.http.rpartition(":")
            return opened(HTTPConnection(host, int(port), timeout=30, source_address=(source, 0)))

        self.assert_strangers_keep_nobody_out_of_http(connect)

    def test_strangers_who_do_not_shake_hands_keep_nobody_out_of_http(self):
        authority = tls_test.Authority(self.box.folder, "authority")
        certificate, key = authority.issue("server")
        self.box.extra_environment.update({"REPLYGUARD_HTTP_TLS_CERTIFICATE": str(certificate),
                                           "REPLYGUARD_HTTP_TLS_PRIVATE_KEY": str(key)})
        context = ssl.create_default_context(cafile=authority.path)

        def connect(source):
            host, _, port = self.box.http.rpartition(":")
            return opened(HTTPSConnection(host, int(port), timeout=30, source_address=(source, 0), context=context))

        self.assert_strangers_keep_nobody_out_of_http(connect)


if __name__ == "__main__":
    unittest.main()
