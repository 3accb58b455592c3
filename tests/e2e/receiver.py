"""A small web server of the tests' own, for what replyguard sends to websites."""

import http.server
import pathlib
import ssl
import subprocess
import threading


def make_certificate(folder):
    """Of localhost, signed by itself. The names of two PEM files: with its key, for Receiver, and alone, to be trusted."""
    certificate, alone = pathlib.Path(folder, "certificate.pem"), pathlib.Path(folder, "certificate.pem.crt")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(certificate), "-out", str(alone),
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"],
                   check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + alone.read_text())
    return str(certificate), str(alone)


class Receiver:
    """Serves with `handler`, a BaseHTTPRequestHandler, from entering to leaving; by https with a certificate. Says nothing."""

    def __init__(self, handler, certificate=None):
        handler.log_message = lambda *_: None
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self.server.server_port
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
