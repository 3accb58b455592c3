"""Raw calls of the Akismet protocol, byte by byte, for the tests of it."""

import socket
import urllib.parse

COMMENT = {
    "blog": "https://blog.example/", "user_ip": "203.0.114.5", "user_agent": "Mozilla/5.0", "referrer": "https://search.example/",
    "permalink": "https://blog.example/2026/an-article/", "comment_type": "comment", "comment_author": "Ada",
    "comment_author_email": "ada@example.org", "comment_author_url": "https://ada.example/",
    "comment_content": "I agree with the second part of this article.",
}
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.version, status, *_ = lines[0].split(" ")
        self.status = int(status)
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.text = self.body.decode()


def send(address, raw):
    """Sends bytes and reads until the other end closes."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(raw)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return Answer(b"".join(parts))


def call(address, path, fields, *, method="POST", host=None, version="1.1", content_type=FORM, body=None, headers=()):
    """One call on its own connection."""
    if body is None:
        body = urllib.parse.urlencode(fields).encode() if method == "POST" else b""
    if method == "GET" and fields:
        path += "?" + urllib.parse.urlencode(fields)
    lines = [f"{method} {path} HTTP/{version}", f"Host: {host or address}", "Connection: close", *headers]
    if method == "POST":
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return send(address, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)


class Site:
    """A website that talks to a server with its key in the body."""

    def __init__(self, address, key):
        self.address = address
        self.key = key

    def __call__(self, endpoint, fields=None, **how):
        version = "1.2" if endpoint in ("usage-limit", "key-sites") else "1.1"
        if version == "1.2":
            how.setdefault("method", "GET")
        return call(self.address, f"/{version}/{endpoint}", {"api_key": self.key, **(fields or {})}, **how)

    def check(self, **fields):
        return self("comment-check", {**COMMENT, **fields})
