"""A small web server of the tests' own, for what replyguard sends to websites."""

import http.server
import ssl
import threading


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
