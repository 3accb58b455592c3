"""TLS and mutual TLS on the gRPC listener, with certificates made for the test, and doctor's word on wrong files."""

import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

import grpc

import harness
from exposed_metrics import scrape
from harness import admin_pb, code_of

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


class Authority:
    """A certificate authority that lives in a folder."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.path = folder / f"{name}.pem"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")

    def issue(self, who, days=2):
        """Files of a certificate and its key, good for localhost; expired for days below 0."""
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={who}",
                      "-keyout", f"{who}.key", "-out", f"{who}.csr")
        (self.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self._openssl("x509", "-req", "-in", f"{who}.csr", "-CA", f"{self.name}.pem", "-CAkey", f"{self.name}.key",
                      "-set_serial", "7", "-days", str(days), "-extfile", "names", "-out", f"{who}.pem")
        return self.folder / f"{who}.pem", self.folder / f"{who}.key"

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


class TlsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="rg-tls-")))
        cls.authority = Authority(cls.folder, "authority")
        cls.stranger = Authority(cls.folder, "stranger")
        cls.server = cls.authority.issue("server")
        cls.known = cls.authority.issue("known-client")
        cls.unknown = cls.stranger.issue("unknown-client")
        cls.box = cls.enterClassContext(harness.Installation())
        cls.box.stop()

    def serve(self, client_ca=None):
        """Restarts the server with TLS; what the harness waits with trusts the right authority."""
        if self.box.server.poll() is None:
            self.box.stop()
        self.box.extra_environment = {"REPLYGUARD_TLS_CERTIFICATE": str(self.server[0]),
                                      "REPLYGUARD_TLS_PRIVATE_KEY": str(self.server[1])}
        if client_ca:
            self.box.extra_environment["REPLYGUARD_TLS_CLIENT_CA"] = str(client_ca)
        self.box.credentials = self.trusting(self.authority, self.known if client_ca else None)
        self.box.start()

    def trusting(self, authority, pair=None):
        certificate, key = (p.read_bytes() for p in pair) if pair else (None, None)
        return grpc.ssl_channel_credentials(authority.path.read_bytes(), key, certificate)

    def call_with(self, credentials):
        client = harness.Client(self.box.address, self.box.operator_key, credentials)
        try:
            return code_of(lambda: client.call(client.admin.ListSites, admin_pb.ListSitesRequest()))[0]
        finally:
            client.close()

    def test_tls(self):
        self.serve()
        self.assertEqual(self.call_with(None), UNAVAILABLE)
        self.assertEqual(self.call_with(self.trusting(self.stranger)), UNAVAILABLE)
        self.assertEqual(self.call_with(self.trusting(self.authority)), grpc.StatusCode.OK)

    def test_mutual_tls(self):
        self.serve(client_ca=self.authority.path)
        self.assertEqual(self.call_with(None), UNAVAILABLE)
        self.assertEqual(self.call_with(self.trusting(self.authority)), UNAVAILABLE)
        self.assertEqual(self.call_with(self.trusting(self.authority, self.unknown)), UNAVAILABLE)
        self.assertEqual(self.call_with(self.trusting(self.stranger, self.known)), UNAVAILABLE)
        self.assertEqual(self.call_with(self.trusting(self.authority, self.known)), grpc.StatusCode.OK)
        self.box.assert_log_is_whole()

    def renew(self, pair, by):
        """Other files in the place of those that the server reads: the certificate first, so that for a moment they do not fit."""
        for path, source in zip(pair, by):
            path.write_bytes(source.read_bytes())

    def test_certificates_are_renewed_without_a_restart(self):
        pair = (self.folder / "renewed.pem", self.folder / "renewed.key")
        trusted = self.folder / "trusted.pem"
        self.renew(pair, self.server)
        trusted.write_bytes(self.authority.path.read_bytes())
        for client_ca in (None, trusted):
            with self.subTest(mutual=client_ca is not None):
                self.renew(pair, self.server)
                self.server, kept = pair, self.server
                self.addCleanup(setattr, type(self), "server", kept)
                self.serve(client_ca=client_ca)
                self.server = kept
                own = self.known if client_ca else None
                open_since_before = harness.Client(self.box.address, self.box.operator_key, self.trusting(self.authority, own))
                self.addCleanup(open_since_before.close)
                request = admin_pb.ListSitesRequest()
                open_since_before.call(open_since_before.admin.ListSites, request)
                pair[0].write_text("half a certificate")
                harness.wait_for(lambda: "tls_not_reloaded" in self.box.log_path.read_text(), 20, "a word about it")
                self.assertEqual(self.call_with(self.trusting(self.authority, own)), grpc.StatusCode.OK, "the last good one")
                self.renew(pair, self.stranger.issue("renewed-server"))
                harness.wait_for(lambda: self.call_with(self.trusting(self.stranger, own)) == grpc.StatusCode.OK, 20, "the new one")
                self.assertEqual(self.call_with(self.trusting(self.authority, own)), UNAVAILABLE)
                open_since_before.call(open_since_before.admin.ListSites, request)
                if client_ca:
                    trusted.write_bytes(self.stranger.path.read_bytes())
                    harness.wait_for(lambda: self.call_with(self.trusting(self.stranger, self.unknown)) == grpc.StatusCode.OK,
                                     20, "another authority for clients")
                    self.assertEqual(self.call_with(self.trusting(self.stranger, self.known)), UNAVAILABLE)
                    self.box.credentials = self.trusting(self.stranger, self.unknown)
                self.box.stop()

    def test_http_certificates_are_renewed_too(self):
        pair = (self.folder / "http.pem", self.folder / "http.key")
        self.renew(pair, self.server)
        if self.box.server.poll() is None:
            self.box.stop()
        self.box.credentials = None
        self.box.extra_environment = {"REPLYGUARD_HTTP_TLS_CERTIFICATE": str(pair[0]), "REPLYGUARD_HTTP_TLS_PRIVATE_KEY": str(pair[1]),
                                      "REPLYGUARD_METRICS_LISTEN": "127.0.0.1:0"}
        self.box.start()

        def issuer():
            host, port = self.box.http.split(":")
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with socket.create_connection((host, int(port)), 10) as plain, context.wrap_socket(plain) as secure:
                return secure.getpeercert(binary_form=True)
        def days_left():
            return (scrape(self.box)[1]["replyguard_http_certificate_expiry_seconds"] - time.time()) / 86400
        before = issuer()
        self.assertAlmostEqual(days_left(), 2, delta=0.2)
        self.assertEqual(scrape(self.box)[1]["replyguard_grpc_certificate_expiry_seconds"], 0, "without TLS")
        self.renew(pair, self.stranger.issue("renewed-http", days=9))
        harness.wait_for(lambda: issuer() != before, 20, "the new certificate")
        harness.wait_for(lambda: abs(days_left() - 9) < 0.2, 20, "the metric to follow")
        self.box.stop()

    def test_what_has_expired_takes_no_good_ones_place(self):
        pair = (self.folder / "in-time.pem", self.folder / "in-time.key")
        expired = self.authority.issue("expired", days=-1)
        trusted = self.folder / "trusted-in-time.pem"
        trusted.write_bytes(self.authority.path.read_bytes())
        self.renew(pair, self.server)
        self.server, kept = pair, self.server
        self.addCleanup(setattr, type(self), "server", kept)
        self.serve(client_ca=trusted)
        self.box.extra_environment["REPLYGUARD_HTTP_TLS_CERTIFICATE"] = str(pair[0])
        self.box.extra_environment["REPLYGUARD_HTTP_TLS_PRIVATE_KEY"] = str(pair[1])
        log = self.box.log_path.read_text()
        self.renew(pair, expired)
        harness.wait_for(lambda: "tls_" in self.box.log_path.read_text()[len(log):], 20, "a word about it")
        self.assertRegex(self.box.log_path.read_text()[len(log):], "tls_not_reloaded.*has expired in")
        self.assertEqual(self.call_with(self.trusting(self.authority, self.known)), grpc.StatusCode.OK)
        doctor = self.box.run("doctor", check=False).stdout
        self.assertRegex(doctor, "(?m)^fail +tls: the TLS certificate has expired in")
        self.renew(pair, self.authority.issue("in-time-for-now", days=3))
        self.assertRegex(self.box.run("doctor", check=False).stdout, "(?m)^warn +tls: the certificate expires in [23] days")
        self.renew(pair, expired)
        self.assertRegex(doctor, "(?m)^fail +http_tls: the TLS certificate has expired in")
        # One that expired while it served keeps no change of the authorities out.
        self.box.stop()
        self.box.begin()
        log = self.box.log_path.read_text()
        trusted.write_bytes(self.stranger.path.read_bytes())
        harness.wait_for(lambda: "tls_" in self.box.log_path.read_text()[len(log):], 20, "other authorities for clients")
        self.assertIn("tls_reloaded", self.box.log_path.read_text()[len(log):])
        self.box.stop()

    def test_wrong_files_end_the_start_and_doctor_says_why(self):
        broken = self.folder / "broken.pem"
        broken.write_text("no certificate\n")
        large = self.folder / "large.pem"
        large.write_bytes(self.server[0].read_bytes() + bytes(1 << 20))
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        certificate, key = map(str, self.server)
        cut_chain = self.folder / "cut-chain.pem"
        cut_chain.write_bytes(self.server[0].read_bytes() + self.authority.path.read_bytes()[:200])
        cases = {
            "a certificate without its key": {"CERTIFICATE": certificate},
            "a client authority without a certificate": {"CLIENT_CA": str(self.authority.path)},
            "a missing file": {"CERTIFICATE": certificate, "PRIVATE_KEY": str(self.folder / "none")},
            "a pipe that nobody writes into": {"CERTIFICATE": str(pipe), "PRIVATE_KEY": key},
            "one that is too large": {"CERTIFICATE": str(large), "PRIVATE_KEY": key},
            "no PEM": {"CERTIFICATE": str(broken), "PRIVATE_KEY": key},
            "a chain that is cut": {"CERTIFICATE": str(cut_chain), "PRIVATE_KEY": key},
            "another one's key": {"CERTIFICATE": certificate, "PRIVATE_KEY": str(self.known[1])},
            "a client authority that is none": {"CERTIFICATE": certificate, "PRIVATE_KEY": key,
                                                "CLIENT_CA": str(broken)},
        }
        if self.box.server.poll() is None:
            self.box.stop()
        for title, files in cases.items():
            with self.subTest(title):
                self.box.extra_environment = {f"REPLYGUARD_TLS_{name}": path for name, path in files.items()}
                doctor = self.box.run("doctor", check=False)
                self.assertRegex(doctor.stdout + doctor.stderr, r"(?m)^.*\btls\b.*TLS")
                self.assertNotEqual(doctor.returncode, 0)
                serve = self.box.run("serve", "--listen", "127.0.0.1:0", "--allow-root", check=False)
                self.assertNotEqual(serve.returncode, 0)
                self.assertNotIn("BEGIN", doctor.stdout + doctor.stderr + serve.stdout + serve.stderr)


if __name__ == "__main__":
    unittest.main()
