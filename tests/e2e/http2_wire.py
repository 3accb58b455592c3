"""HTTP/2 frame by frame (RFC 9113), for those tests that do what no library would: a client that opens no window, resets what it has
just asked for, or never ends its headers."""

import socket
import struct

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
INITIAL_WINDOW_SIZE = 4
WINDOW_MAX = (1 << 31) - 1
CANCEL = 8
FRAME_BYTES_MAX = 1 << 14  # where no setting says more
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def _text(value):
    """A string of HPACK (RFC 7541, 5.2) of less than 2^14 bytes, not Huffman-coded."""
    data = value.encode()
    if len(data) < 127:
        return bytes([len(data)]) + data
    rest = len(data) - 127
    return bytes([127, rest & 127 | 128, rest >> 7]) + data


def header_block(fields):
    """Literals that enter no table."""
    return b"".join(b"\0" + _text(name) + _text(value) for name, value in fields)


def grpc_fields(path, key=None, *more):
    fields = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"), ("te", "trailers"),
              ("content-type", "application/grpc")]
    return header_block([*fields, *([("authorization", f"Bearer {key}")] if key else []), *more])


def grpc_message(message):
    data = message.SerializeToString()
    return b"\0" + struct.pack(">I", len(data)) + data


class Connection:
    """A connection whose reading is left to the caller. Use as a context manager."""

    def __init__(self, address, settings=(), source=None, receive_buffer=None):
        host, _, port = address.rpartition(":")
        self.socket = socket.socket()
        self.socket.settimeout(60)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((host, int(port)))
        self.next_stream = 1
        self.unread = b""
        self.socket.sendall(PREFACE)
        self.send(SETTINGS, 0, 0, b"".join(struct.pack(">HI", name, value) for name, value in settings))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, kind, flags, stream, payload=b""):
        self.socket.sendall(self.frame(kind, flags, stream, payload))

    @staticmethod
    def frame(kind, flags, stream, payload=b""):
        return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload

    def take_stream(self):
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        return stream

    def call(self, path, key, message):
        """Sends a whole gRPC call, of less than the window of 64 KiB; its stream."""
        stream = self.take_stream()
        self.send(HEADERS, END_HEADERS, stream, grpc_fields(path, key))
        data = grpc_message(message)
        for begin in range(0, len(data), FRAME_BYTES_MAX):
            is_last = begin + FRAME_BYTES_MAX >= len(data)
            self.send(DATA, END_STREAM if is_last else 0, stream, data[begin:begin + FRAME_BYTES_MAX])
        return stream

    def read(self):
        """The next frame: kind, flags, stream, payload; nothing at the connection's end."""
        while True:
            if len(self.unread) >= 9:
                length = int.from_bytes(self.unread[:3], "big")
                if len(self.unread) >= 9 + length:
                    head, payload = self.unread[:9], self.unread[9:9 + length]
                    self.unread = self.unread[9 + length:]
                    return head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7fffffff, payload
            try:
                part = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not part:
                return None
            self.unread += part

    def read_until(self, wanted):
        """The first frame for which wanted(kind, flags, stream, payload); nothing at the connection's end. Answers settings and
        pings, and opens no window."""
        while (frame := self.read()) is not None:
            kind, flags, _, payload = frame
            if kind == SETTINGS and not flags & ACK:
                self.send(SETTINGS, ACK, 0)
            elif kind == PING and not flags & ACK:
                self.send(PING, ACK, 0, payload)
            if wanted(*frame):
                return frame
        return None
