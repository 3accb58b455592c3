"""A PostgreSQL of a test's own, to be killed, frozen, filled and cut off, and an installation that uses it.

Made by the functions of deploy/lib/postgres.sh, in a private folder; nothing of it is left behind.
"""

import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import harness

_LIBRARY = harness.SOURCE_DIR / "deploy/lib/postgres.sh"
# Enough for two servers and the tests' own sessions; the smallest log of changes, so that little is little.
_OPTIONS = ("max_connections=100", "shared_buffers=32MB", "fsync=off", "full_page_writes=off", "restart_after_crash=on")

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class Cluster:
    """One server of PostgreSQL. Use as a context manager; `admin_url` is a superuser's."""

    def __init__(self, folder=None):
        """`folder`: where it lives, made anew; in a place of its own otherwise."""
        # Its orphans become ours to bury: a dead postmaster that nobody buries would keep its lock.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.folder = new_folder() if folder is None else _give(folder)
        self.data = self.folder / "data"
        self.admin_url = f"postgresql://postgres@/postgres?host={self.folder}"
        self._frozen = []

    def __enter__(self):
        try:
            _shell(f"postgres_init {self.data} postgres")
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.thaw()
        if (self.data / "postmaster.pid").exists():
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def runs(self):
        try:
            return _alive(self.postmaster())
        except (FileNotFoundError, IndexError):
            return False

    def start(self):
        _shell(f"postgres_start {self.data} {self.folder} {' '.join(_OPTIONS)}")

    def postmaster(self):
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def processes(self):
        """The postmaster first, then those that it started."""
        first = self.postmaster()
        return [first] + [pid for pid in _pids() if _parent_of(pid) == first]

    def kill(self):
        """Ends every process of it at once, without a word to anybody: as an immediate loss of power would."""
        # Stopped first, as what it starts between the list and its end would live on and keep its memory in use.
        os.kill(self.postmaster(), signal.SIGSTOP)
        pids = self.processes()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        harness.wait_for(lambda: not any(_alive(pid) for pid in pids), 30, "PostgreSQL to be gone")
        for pid in pids:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def freeze(self):
        """Stops every process of it where it stands: connections stay open, and nobody answers."""
        self._frozen = self.processes()
        for pid in self._frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in reversed(self._frozen):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        self._frozen = []

    def holds(self, pattern):
        """What matches in any file of it: tables, indexes, the log of changes, what was written when it fell."""
        found = set()
        for path in self.data.rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file():
                    found |= set(re.findall(pattern, path.read_bytes()))
        return found

    def cut_sessions(self, database):
        """Ends every session of a database but our own."""
        self.sql(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}' "
                 "AND pid <> pg_backend_pid()")

    def sql(self, *statements):
        result = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.admin_url,
                                 *[part for statement in statements for part in ("-c", statement)]],
                                capture_output=True, text=True, check=False, timeout=60)
        if result.returncode != 0:
            raise AssertionError(f"psql: {result.stderr}")
        return result.stdout.strip()


class Installation(harness.Installation):
    """An installation whose database is a cluster's. `database_url` may lead the server through something between."""

    def __init__(self, cluster, host=None, **options):
        super().__init__(**options)
        self.cluster = cluster
        self.admin_url = cluster.admin_url
        if host is not None:
            self.extra_environment["REPLYGUARD_DATABASE_URL"] = (
                f"postgresql://replyguard_app_login@/{self.database}?host={host}")

    def wait_for_readiness(self, ready, seconds=20):
        """Until grpc.health.v1 says that the server serves, or that it does not (never that it is not there)."""
        def told():
            said = self.health()
            return said is not None and (said == harness.SERVING) == ready
        return harness.wait_for(told, seconds, f"the server to be {'ready' if ready else 'not ready'}")


def _shell(command):
    result = subprocess.run(
        ["bash", "-c", f"set -eu; REPLYGUARD_USER=${{REPLYGUARD_TEST_USER:-postgres}}; source {_LIBRARY}; {command}"],
        capture_output=True, text=True, check=False, timeout=90)
    if result.returncode != 0:
        raise AssertionError(f"{command}: {result.stderr}")
    return result.stdout.strip()


def new_folder():
    """Private to the user that runs PostgreSQL, with a path short enough for sockets."""
    return pathlib.Path(_shell("short_private_folder"))


def _give(folder):
    folder.mkdir(exist_ok=True)
    _shell(f"give_to_service_user {folder}")
    return folder


@contextlib.contextmanager
def small_disk(folder, megabytes):
    """A file system of so many megabytes at a folder, which goes with it. For root alone."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "replyguard-test", str(folder)], check=True)
    try:
        yield _give(folder)
    finally:
        deadline = time.monotonic() + 10
        while subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode != 0:
            if time.monotonic() > deadline:
                subprocess.run(["umount", "--lazy", str(folder)], check=True)
                break
            time.sleep(0.1)
        folder.rmdir()


def _pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat(pid):
    """The fields of /proc/PID/stat after the name, or None: the state first, then the parent."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _parent_of(pid):
    stat = _stat(pid)
    return int(stat[1]) if stat else None


def _alive(pid):
    stat = _stat(pid)
    return stat is not None and stat[0] != "Z"
