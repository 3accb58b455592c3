"""deploy/lib/packages.sh against stand-ins for dpkg-query and apt-get: what it asks for, shows and returns."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DPKG_QUERY = """#!/bin/sh
case "$*" in *here) echo installed ;; *) exit 1 ;; esac
"""
APT_GET = """#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >>"$CALLS"
echo chatter; echo "debconf: chatter" >&2
case "$*" in *hopeless*) exit 100 ;; esac
"""
# as_root would be sudo for most who run this.
SCRIPT = 'source deploy/lib/packages.sh; as_root() { "$@"; }; install_packages "$@"'


class PackagesTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, text in {"dpkg-query": DPKG_QUERY, "apt-get": APT_GET}.items():
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o755)
        self.calls = self.folder / "calls"

    def install(self, *packages):
        result = subprocess.run(
            ["bash", "-c", SCRIPT, "bash", *packages], cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", "CALLS": str(self.calls)})
        return result, self.calls.read_text().splitlines() if self.calls.exists() else []

    def test_nothing_is_touched_when_all_is_there(self):
        result, calls = self.install("here")
        self.assertEqual((result.returncode, result.stdout + result.stderr, calls), (0, "", []))

    def test_what_is_missing_is_installed_without_chatter(self):
        result, calls = self.install("here", "gone")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "installing gone\n", ""))
        self.assertEqual([call.split()[-1] for call in calls], ["update", "gone"])
        for call in calls:
            self.assertTrue(call.startswith("noninteractive "), call)
            self.assertIn("DPkg::Lock::Timeout=", call)

    def test_a_failure_is_shown_and_returned(self):
        result, _ = self.install("hopeless")
        self.assertEqual(result.returncode, 100)
        self.assertIn("debconf: chatter", result.stderr)


if __name__ == "__main__":
    unittest.main()
