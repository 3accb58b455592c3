"""Fails when a test, fuzz target or benchmark in tests/ is not known to CMake, so that none is silently left out.

Usage: registered.py registered_tests.txt   (written at configure time by replyguard_write_test_sources)
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENDINGS = ("_test.cpp", "_pgtest.cpp", "_rpctest.cpp", "_fuzz.cpp", "_benchmark.cpp", "_test.py", "_group.mjs")


def missing(sources, registered):
    return sorted(set(sources) - set(registered))


def main():
    registered = pathlib.Path(sys.argv[1]).read_text().split()
    sources = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*")
        if path.name.endswith(ENDINGS) and "node_modules" not in path.parts
    ]
    assert missing(["a_test.cpp", "b_test.cpp"], ["a_test.cpp"]) == ["b_test.cpp"]
    left_out = missing(sources, registered)
    for source in left_out:
        print(f"{source}: not registered; name it in its folder's CMakeLists.txt")
    print(f"{len(sources)} sources, {len(left_out)} not registered")
    return 1 if left_out else 0


if __name__ == "__main__":
    sys.exit(main())
