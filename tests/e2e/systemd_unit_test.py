"""The unit for systemd: it reads whole, and a server does all of its work with no more than the unit leaves it."""

import atexit
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

import by_unit
import harness
import life_test
import operations_test
import tls_test
import webhook_test

HERE = pathlib.Path(__file__).parent
UNIT = harness.SOURCE_DIR / "deploy/systemd/replyguard.service"
PROGRAM = harness.BINARY


def confined_program(folder):
    """What stands for the program in the other tests: the same, as the unit confines it."""
    script = pathlib.Path(folder) / "replyguard"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / "by_unit.py"}" "{UNIT}" "{PROGRAM}" "$@"\n')
    script.chmod(0o700)
    return str(script)


class UnitTest(unittest.TestCase):
    def test_systemd_has_no_word_of_complaint(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / UNIT.name
            unit.write_text(UNIT.read_text().replace("/usr/local/bin/replyguard", PROGRAM)
                            .replace("file:/usr/share/doc/replyguard/README.md", f"file:{harness.SOURCE_DIR}/README.md"))
            read = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit], capture_output=True,
                                  text=True, check=False)
        self.assertEqual((read.returncode, read.stdout + read.stderr), (0, ""))

    def test_the_server_is_not_given_what_migrates(self):
        # Whoever takes it over could change what is append-only, by the owner's URL in its environment.
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "replyguard"
            program.write_text("#!/bin/sh\nenv\n")
            program.chmod(0o700)
            given = {}
            for step in ("ExecStartPre", "ExecStart"):
                command, = by_unit.settings(UNIT)[step]
                given[step] = subprocess.run(command.replace("/usr/local/bin/replyguard", str(program)).split(), env={
                    "REPLYGUARD_DATABASE_URL": "the server's", "REPLYGUARD_OWNER_DATABASE_URL": "the owner's"},
                    capture_output=True, text=True, check=True).stdout
        self.assertIn("the owner's", given["ExecStartPre"])
        self.assertIn("the server's", given["ExecStart"])
        self.assertNotIn("the owner's", given["ExecStart"])

    def test_a_call_that_is_not_allowed_does_not_pass(self):
        with tempfile.TemporaryDirectory() as folder:
            confined = subprocess.run([confined_program(folder), "--version"], capture_output=True, text=True, check=True)
            self.assertTrue(confined.stdout.startswith("replyguard "), confined)
            refused = subprocess.run([sys.executable, HERE / "by_unit.py", UNIT, sys.executable, "-c", "import os; os.chroot('/')"],
                                     check=False)
        self.assertEqual(refused.returncode, -signal.SIGSYS)


def load_tests(loader, own, _):
    """A whole life, an operation, certificates and webhooks, by the confined program."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)  # a cleanup of the module comes before the other modules
    harness.BINARY = confined_program(folder.name)
    return unittest.TestSuite([own, loader.loadTestsFromTestCase(life_test.LifeTest)] + [
        case(name) for case, name in (
            (operations_test.OperationsTest, "test_a_server_that_stops_in_order_hands_it_over"),
            (tls_test.TlsTest, "test_http_certificates_are_renewed_too"),
            (webhook_test.WebhookTest, "test_events_arrive_signed_in_order_and_without_addresses"))])


if __name__ == "__main__":
    unittest.main()
