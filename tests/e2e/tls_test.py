"""TLS and mutual TLS on the gRPC listener, with certificates made for the test, and doctor's word on wrong files."""

import pathlib
import subprocess
import tempfile
import unittest

import grpc

import harness
from harness import admin_pb, code_of

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


class Authority:
    """A certificate authority that lives in a folder."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.path = folder / f"{name}.pem"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")

    def issue(self, who):
        """Files of a certificate and its key, good for localhost."""
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={who}",
                      "-keyout", f"{who}.key", "-out", f"{who}.csr")
        (self.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self._openssl("x509", "-req", "-in", f"{who}.csr", "-CA", f"{self.name}.pem", "-CAkey", f"{self.name}.key",
                      "-set_serial", "7", "-days", "2", "-extfile", "names", "-out", f"{who}.pem")
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

    def test_wrong_files_end_the_start_and_doctor_says_why(self):
        broken = self.folder / "broken.pem"
        broken.write_text("no certificate\n")
        certificate, key = map(str, self.server)
        cases = {
            "a certificate without its key": {"CERTIFICATE": certificate},
            "a client authority without a certificate": {"CLIENT_CA": str(self.authority.path)},
            "a missing file": {"CERTIFICATE": certificate, "PRIVATE_KEY": str(self.folder / "none")},
            "no PEM": {"CERTIFICATE": str(broken), "PRIVATE_KEY": key},
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
