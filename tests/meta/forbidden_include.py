"""Proves that a forbidden include does not even compile: the include path of each target is its list of arrows.

A probe with one include is compiled by the very command of a source of the room, from compile_commands.json; the
forbidden one must fail and the room's own must pass (or the probe would prove nothing). What lies in the system's
own include folder compiles everywhere; layers.py watches that.

Usage: forbidden_include.py BUILD_FOLDER
"""

import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

CONTRACT = "replyguard/v1/comment.pb.h"
# (folder of the probe, what it must not reach: a room's public headers or a header)
PROBES = [
    ("classifier", "storage"),
    ("classifier", CONTRACT),
    ("storage", "classifier"),
    ("storage", CONTRACT),
    ("service/policy", CONTRACT),
    ("service/validation", CONTRACT),
    ("service/import", CONTRACT),
    ("service/import", "classifier"),
    ("service/usecases", CONTRACT),
]


def public_header(room):
    folder = ROOT / room / "include"
    return str(min(folder.rglob("*.h")).relative_to(folder))


def command_of(folder, commands):
    """The arguments that compile some source of the folder, without the source, its output and the cache."""
    for entry in sorted(commands, key=lambda entry: entry["file"]):
        source = pathlib.Path(entry["file"])
        if source.is_relative_to(ROOT / folder) and source.suffix == ".cpp":
            words = shlex.split(entry["command"])
            while not re.search(r"(\+\+|clang|gcc|/cc)[-\d.]*$", words[0]):
                words.pop(0)
            output = words.index("-o")
            return [word for word in words[:output] + words[output + 2 :] if word not in ("-c", entry["file"])]
    return None


def compiles(command, header, build):
    with tempfile.TemporaryDirectory() as folder:
        probe = pathlib.Path(folder) / "probe.cpp"
        probe.write_text(f'#include "{header}"\n')
        result = subprocess.run(
            [*command, "-fsyntax-only", str(probe)], cwd=build, capture_output=True, text=True, check=False
        )
        return result.returncode == 0, result.stderr


def main():
    build = pathlib.Path(sys.argv[1])
    commands = json.loads((build / "compile_commands.json").read_text())
    failures = 0
    for folder, target in PROBES:
        command = command_of(folder, commands)
        if command is None:
            print(f"{folder}: no source of it is compiled")
            failures += 1
            continue
        own = str(min((ROOT / folder).rglob("*.h")))
        passed, output = compiles(command, own, build)
        if not passed:
            print(f"{folder}: the control does not compile: {own}\n{output}")
            failures += 1
        header = target if target.endswith(".h") else public_header(target)
        reached, output = compiles(command, header, build)
        if reached or header not in output:
            print(f"{folder}: {header} {'compiles there' if reached else 'fails for another reason'}\n{output}")
            failures += 1
        else:
            print(f"{folder}: {header} does not compile, as it must not")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
