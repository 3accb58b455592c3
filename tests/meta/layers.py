"""Fails on an include that goes against the arrows of the design.

    transports (service/rpc, service/http, service/cli) -> service/usecases -> {service/policy, classifier, storage}

classifier and storage know nothing of ours and not each other; nothing but tests knows service; libpqxx stays inside
storage's private sources; use cases, policy and validation know neither gRPC nor protobuf; no cycle between folders.

Usage: layers.py [ROOT]
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
ROOMS = ("classifier", "storage", "service")

GRPC = r"grpc(\+\+|pp)?/.*"
PROTOBUF = r"google/(protobuf|rpc)/.*|.*\.pb\.h"
POSTGRES = r"pqxx(/.*)?|libpq.*|postgresql/.*"
LOGGING = r"(spdlog|fmt)/.*"
CLOCK = r"chrono|ctime|time\.h|sys/time\.h"

# (folder, what it must not include, why)
FORBIDDEN_LIBRARIES = [
    ("classifier", f"{GRPC}|{PROTOBUF}|{POSTGRES}|{LOGGING}", "the classifier is a pure library"),
    ("classifier", CLOCK, "the classifier knows no clock"),
    ("storage", f"{GRPC}|{PROTOBUF}", "storage never sees a message of the contract"),
    ("storage/include", POSTGRES, "libpqxx is private to storage"),
    ("service", POSTGRES, "SQL lives in storage alone"),
    ("service/usecases", f"{GRPC}|{PROTOBUF}", "use cases know no transport"),
    ("service/policy", f"{GRPC}|{PROTOBUF}", "the policy is pure"),
    ("service/validation", f"{GRPC}|{PROTOBUF}", "validation is pure"),
    ("service/import", f"{GRPC}|{PROTOBUF}", "archives are read without a transport"),
    ("service/auth", f"{GRPC}|{PROTOBUF}", "auth serves every transport"),
    ("tests/classifier", f"{GRPC}|{PROTOBUF}|{POSTGRES}", "tests of the classifier need nothing else"),
]

# Folder -> the folders it may include from, beside itself. A folder that is not named inherits its parent's entry.
ALLOWED = {
    "classifier": [],
    "storage": [],
    "service/validation": ["storage"],
    "service/policy": ["storage", "classifier", "service/validation"],
    "service/auth": ["storage"],
    "service/import": ["storage", "service/validation"],
    "service/usecases": ["storage", "classifier", "service/validation", "service/policy", "service/auth"],
    "service": ["storage", "classifier", "service"],
    "tests/classifier": ["classifier", "tests"],
    "tests/storage": ["storage", "tests"],
    "tests": ["storage", "classifier", "service", "tests"],
}


def inside(path, folder):
    return path == folder or path.startswith(folder + "/")


def room_of(path, names):
    """The longest of names that holds path."""
    return max((name for name in names if inside(path, name)), key=len, default=None)


def logical(path):
    """A public header's place in the tree: room/include/room/x is room/x."""
    return re.sub(r"^(\w+)/include/\1/", r"\1/", path)


def resolve(path, include, sources):
    """The file of ours that an include means, or None."""
    parent = path.rsplit("/", 1)[0]
    room = path.split("/", 1)[0]
    roots = [parent, room, "", "classifier/include", "storage/include", "service/include", "tests"]
    for root in roots:
        candidate = f"{root}/{include}" if root else include
        if candidate in sources:
            return candidate
    return None


def private(path):
    """Whether a header of classifier or storage is not one of its public ones."""
    room = path.split("/", 1)[0]
    return room in ("classifier", "storage") and not inside(path, f"{room}/include")


def folder_of(path):
    """The node of a path in the graph of folders that must have no cycle: public headers count as their room's."""
    parts = path.split("/")
    if parts[0] == "service":
        return "/".join(parts[:2]) if len(parts) > 2 else "service"
    return parts[0]


def find_cycle(edges):
    """Some cycle of the graph as a list of nodes, or None."""
    done, trail = set(), []

    def visit(node):
        if node in trail:
            return trail[trail.index(node):] + [node]
        if node in done:
            return None
        trail.append(node)
        for target in sorted(edges.get(node, ())):
            cycle = visit(target)
            if cycle:
                return cycle
        trail.pop()
        done.add(node)
        return None

    for start in sorted(edges):
        cycle = visit(start)
        if cycle:
            return cycle
    return None


def violations(sources):
    """sources: path relative to the checkout -> text. Yields one line a violation."""
    edges = {}
    for path, text in sorted(sources.items()):
        for match in INCLUDE.finditer(text):
            include = match[1]
            where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}: includes {include}"
            for folder, pattern, why in FORBIDDEN_LIBRARIES:
                if (inside(path, folder) or inside(logical(path), folder)) and re.fullmatch(pattern, include):
                    yield f"{where}: {why}"
            target = resolve(path, include, sources)
            if target is None:
                if include.split("/")[0] in ROOMS:
                    yield f"{where}: there is no such file, so that what it leads to cannot be judged"
                continue
            here, there = logical(path), logical(target)
            room = room_of(here, ALLOWED)
            allowed = ALLOWED[room]
            if not inside(there, room) and not any(inside(there, other) for other in allowed):
                yield f"{where}: {room} may include from {allowed or 'nothing of ours'} only"
            if private(target) and target.split("/")[0] not in path.split("/")[:2]:
                yield f"{where}: a private header of {target.split('/')[0]}"
            if folder_of(here) != folder_of(there) and not path.startswith("tests/"):
                edges.setdefault(folder_of(here), set()).add(folder_of(there))
    cycle = find_cycle(edges)
    if cycle:
        yield "folders include each other in a circle: " + " -> ".join(cycle)


def self_test():
    """One violation of each kind is caught, and what is allowed passes."""
    headers = {
        "classifier/include/classifier/model.h": "",
        "classifier/text/token.h": "",
        "storage/include/storage/record.h": "",
        "service/usecases/submit.h": "",
        "service/policy/decide.h": "",
        "service/rpc/handler.h": "",
    }
    good = {
        "classifier/text/token.cpp": '#include "classifier/model.h"\n#include "text/token.h"\n',
        "storage/postgres/pool.cpp": "#include <pqxx/pqxx>\n",
        "service/usecases/submit.cpp": '#include "service/policy/decide.h"\n#include "storage/record.h"\n',
        "service/rpc/handler.cpp": '#include "replyguard/v1/a.pb.h"\n#include "service/usecases/submit.h"\n',
        "tests/classifier/token_test.cpp": '#include "classifier/text/token.h"\n',
    }
    assert not list(violations({**headers, **good})), list(violations({**headers, **good}))
    for path, text in [
        ("classifier/a.cpp", '#include "storage/record.h"'),
        ("classifier/a.cpp", "#include <grpcpp/grpcpp.h>"),
        ("classifier/a.cpp", "  #  include <spdlog/spdlog.h>"),
        ("classifier/a.cpp", "#include <chrono>"),
        ("storage/a.cpp", '#include "classifier/model.h"'),
        ("storage/a.cpp", '#include "replyguard/v1/a.pb.h"'),
        ("storage/include/storage/a.h", "#include <pqxx/pqxx>"),
        ("storage/a.cpp", '#include "service/usecases/submit.h"'),
        ("service/usecases/a.cpp", "#include <google/protobuf/message.h>"),
        ("service/usecases/a.cpp", '#include "service/rpc/handler.h"'),
        ("service/include/service/usecases/a.h", '#include "service/rpc/handler.h"'),
        ("service/policy/a.cpp", "#include <grpc/grpc.h>"),
        ("service/policy/a.h", '#include "service/usecases/submit.h"'),
        ("service/validation/a.cpp", '#include "replyguard/v1/a.grpc.pb.h"'),
        ("service/import/a.cpp", "#include <google/protobuf/message.h>"),
        ("service/import/a.cpp", '#include "classifier/model.h"'),
        ("service/rpc/a.cpp", "#include <pqxx/pqxx>"),
        ("service/rpc/a.cpp", '#include "classifier/text/token.h"'),
        ("service/rpc/a.cpp", '#include "service/nowhere.h"'),
    ]:
        assert list(violations({**headers, **good, path: text})), f"not caught: {path}: {text}"
    circle = {"service/app/a.h": '#include "service/config/b.h"', "service/config/b.h": '#include "service/app/a.h"'}
    assert any("circle" in line for line in violations(circle))


def main():
    self_test()
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    root = root if root.is_dir() else root.parents[2]
    sources = {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for room in (*ROOMS, "tests")
        for ending in ("*.h", "*.cpp")
        for path in (root / room).rglob(ending)
        if "node_modules" not in path.parts
    }
    found = list(violations(sources))
    print("\n".join(found + [f"{len(sources)} files, {len(found)} violations"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
