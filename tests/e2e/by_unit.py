"""by_unit.py UNIT COMMAND...: runs a command with no more system calls than a unit of systemd leaves its service.

Tests run where no systemd does. The sets' names are read by systemd's own systemd-analyze; what each setting comes to is
systemd.exec(5)'s word. Of what else a unit closes nothing is closed here: neither files nor capabilities.
"""

import contextlib
import errno
import os
import pathlib
import socket
import subprocess
import sys

import seccomp

ALWAYS = {"execve", "exit", "exit_group", "getrlimit", "rt_sigreturn", "sigreturn"}  # systemd's, whatever a unit says
FAMILIES_END = 46  # past the last address family of Linux
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000


def settings(unit):
    """Of [Service]: name to its values, in their order."""
    found, section = {}, None
    for line in pathlib.Path(unit).read_text().splitlines():
        if line.startswith("["):
            section = line.strip()
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name.strip(), []).append(value.strip())
    return found


def members(name, sets):
    if not name.startswith("@"):
        return {name}
    if name not in sets:
        text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True, check=True).stdout
        words = [line.strip() for line in text.splitlines()[1:]]
        sets[name] = set().union(*(members(word, sets) for word in words if word and not word.startswith("#")))
    return sets[name]


def allowed_calls(lines):
    """Of SystemCallFilter=: the first line says that all else is refused, and later ones add or, with ~, take away."""
    assert lines and not lines[0].startswith("~"), "a list of what is allowed is expected"
    allowed, sets = set(ALWAYS), {}
    for line in lines:
        named = set().union(*(members(word, sets) for word in line.removeprefix("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


def refusing(refused):
    """A filter that lets all pass but (error, call, conditions)."""
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for number, call, conditions in refused:
        rules.add_rule(seccomp.ERRNO(number), call, *conditions)
    return rules


def filters_of(service):
    """One a setting, as the first rule of a filter that speaks of a call without conditions outdoes the others."""
    if "RestrictAddressFamilies" in service:
        kept = {getattr(socket, name) for name in " ".join(service["RestrictAddressFamilies"]).split()}
        yield refusing((errno.EAFNOSUPPORT, "socket", [seccomp.Arg(0, seccomp.EQ, family)])
                       for family in range(FAMILIES_END) if family not in kept)
    if service.get("MemoryDenyWriteExecute") == ["yes"]:
        yield refusing((errno.EPERM, call, [seccomp.Arg(2, seccomp.MASKED_EQ, bits, bits)])
                       for call, bits in (("mmap", PROT_WRITE | PROT_EXEC), ("mprotect", PROT_EXEC),
                                          ("pkey_mprotect", PROT_EXEC), ("shmat", SHM_EXEC)))
    # Whatever SystemCallErrorNumber says: an error that the program survives, or one of its threads does, would not be seen.
    rules = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
    for call in allowed_calls(service["SystemCallFilter"]):
        with contextlib.suppress(RuntimeError, OSError):  # a call of another architecture
            rules.add_rule(seccomp.ALLOW, call)
    yield rules  # last: it may refuse another one


if __name__ == "__main__":
    for one in list(filters_of(settings(sys.argv[1]))):
        one.load()
    os.execvp(sys.argv[2], sys.argv[2:])
