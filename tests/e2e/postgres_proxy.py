"""Stands between a server and PostgreSQL, on a socket of its own, and can lose what is said about a COMMIT, have a ROLLBACK
cancelled, or be slow."""

import contextlib
import pathlib
import shutil
import socket
import struct
import tempfile
import threading
import time

_BYTES = 1 << 16
_PORT = 5432


def _query(text):
    return b"Q" + struct.pack("!i", len(text) + 5) + text + b"\0"


_ROLLBACK = _query(b"ROLLBACK")
# Ends as a ROLLBACK does whose time is over when it begins.
_CANCELLED = _query(b"SET LOCAL statement_timeout = 1; SELECT pg_sleep(3600)")


class Proxy:
    """Use as a context manager; `host` is what a connection string says."""

    def __init__(self, cluster):
        self.host = pathlib.Path(tempfile.mkdtemp(prefix="rg."))
        self._target = str(cluster.folder / f".s.PGSQL.{_PORT}")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self.host / f".s.PGSQL.{_PORT}"))
        self._listener.listen(64)
        self.delay_seconds = 0  # of each answer
        self._lock = threading.Lock()
        self._wanted = {"before": 0, "after": 0}
        self.cuts = {"before": 0, "after": 0}
        self._cancels_wanted = 0
        self.cancels = 0
        self._open = set()
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join()
        shutil.rmtree(self.host, ignore_errors=True)

    def cut(self, moment, count):
        """The next so many COMMITs lose their connection: "before" PostgreSQL has seen them, or "after" it has done them and
        before its answer has arrived."""
        with self._lock:
            self._wanted[moment] += count

    def cancel_rollbacks(self, count):
        """PostgreSQL cancels the next so many ROLLBACKs, as it does when the time of their transaction is over."""
        with self._lock:
            self._cancels_wanted += count

    def _cancelled(self, data):
        with self._lock:
            if self._cancels_wanted and data == _ROLLBACK:
                self._cancels_wanted -= 1
                self.cancels += 1
                return _CANCELLED
        return data

    def _take(self):
        with self._lock:
            for moment in ("after", "before"):
                if self._wanted[moment]:
                    self._wanted[moment] -= 1
                    self.cuts[moment] += 1
                    return moment
        return None

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                far.connect(self._target)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            pair = Pair(self, near, far)
            for work in (pair.upwards, pair.downwards):
                thread = threading.Thread(target=work)
                self._threads.append(thread)
                thread.start()

    def forget(self, one):
        with self._lock:
            self._open.discard(one)


class Pair:
    """One connection. What the server asks is looked at whole messages at a time: libpq sends a statement at once."""

    def __init__(self, proxy, near, far):
        self.proxy, self.near, self.far = proxy, near, far
        self.muted = threading.Event()  # PostgreSQL's answers no longer arrive

    def upwards(self):
        with contextlib.suppress(OSError):
            while data := self.near.recv(_BYTES):
                if b"COMMIT\0" in data and (moment := self.proxy._take()):
                    if moment == "before":
                        break
                    self.muted.set()
                self.far.sendall(self.proxy._cancelled(data))
        self._end(self.far)

    def downwards(self):
        with contextlib.suppress(OSError):
            while data := self.far.recv(_BYTES):
                if self.muted.is_set():
                    if b"COMMIT\0" in data:  # CommandComplete: it is done, and nobody is told
                        break
                    continue
                if self.proxy.delay_seconds:
                    time.sleep(self.proxy.delay_seconds)
                self.near.sendall(data)
        self._end(self.near)

    def _end(self, last):
        for one in (self.near, self.far):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.proxy.forget(last)
        last.close()
