"""Fails on a C++ file of more than 400 lines or a function of more than 70.

Relies on clang-format's layout: a function ends with a closing brace alone in the column where its signature began,
in no column (a function) or in the second (a member defined in its class).

Usage: lengths.py [ROOT]
"""

import pathlib
import re
import sys

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
ROOMS = ("classifier", "storage", "service", "tests")


def functions(lines):
    """(first line, length) of every block that ends in the columns above."""
    for end, line in enumerate(lines):
        indent = re.fullmatch(r"( {0,2})}", line)
        if not indent:
            continue
        start = end - 1
        opening = re.compile(indent[1] + r"[^\s#}/].*")
        while start > 0 and not opening.fullmatch(lines[start]):
            start -= 1
        yield start + 1, end - start + 1


def too_long(path, text):
    lines = text.splitlines()
    if len(lines) > FILE_LINES_MAX:
        yield f"{path}: {len(lines)} lines, at most {FILE_LINES_MAX}"
    for first, length in functions(lines):
        if length > FUNCTION_LINES_MAX:
            yield f"{path}:{first}: {length} lines, a function has at most {FUNCTION_LINES_MAX}"


def self_test():
    body = "    x();\n" * FUNCTION_LINES_MAX
    assert list(too_long("a.cpp", f"void F() {{\n{body}}}\n"))
    assert list(too_long("a.h", f"class A {{\n  void F() {{\n{body}  }}\n}};\n"))
    assert not list(too_long("a.cpp", "void F() {\n  x();\n}\n" * 100))
    assert list(too_long("a.cpp", "x\n" * (FILE_LINES_MAX + 1)))


def main():
    self_test()
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = [
        line
        for room in ROOMS
        for path in sorted((root / room).rglob("*"))
        if path.suffix in (".h", ".cpp") and "node_modules" not in path.parts
        for line in too_long(path.relative_to(root), path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found + [f"{len(found)} too long"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
