"""What memory a process has, in MiB (proc(5): /proc/PID/status), and bounds on it."""

import os
import pathlib

# A sanitized program keeps what it has freed for a while, and a shadow of all that it uses.
BOUNDS = int(os.environ.get("REPLYGUARD_TEST_MEMORY", "1"))


def status_of(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def resident_mib(pid):
    return int(status_of(pid)["VmRSS"].split()[0]) // 1024


def peak_mib(pid):
    return int(status_of(pid)["VmHWM"].split()[0]) // 1024
