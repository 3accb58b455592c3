"""Too little memory or too few threads: the server says so and ends, or serves and ends in order; it never hangs or goes silently."""

import signal
import subprocess
import unittest

import harness
from harness import PATIENCE

ADDRESS_SPACE_MIB = (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000)


class LimitsTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        self.box.end()

    def run_within(self, mebibytes):
        """Serves until it is ready, or ends by itself: whether it was, its exit code and what it said."""
        log_path = self.box.folder / f"limited-{mebibytes}.log"
        with log_path.open("w") as log, subprocess.Popen(
                ["prlimit", f"--as={mebibytes << 20}", harness.BINARY, "serve", "--listen", "127.0.0.1:0", "--allow-root"],
                env=self.box.environment(), stdout=log, stderr=subprocess.STDOUT) as server:
            try:
                harness.wait_for(lambda: server.poll() is not None or " serving" in log_path.read_text(), 60, "a server or its end")
                ready = server.poll() is None
                if ready:
                    server.send_signal(signal.SIGTERM)
                code = server.wait(60 * PATIENCE)
            finally:
                if server.poll() is None:
                    server.kill()
        return ready, code, log_path.read_text()

    def test_a_log_that_nobody_reads_is_no_end(self):
        with subprocess.Popen([harness.BINARY, "serve", "--listen", "127.0.0.1:0", "--allow-root"], env=self.box.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
            try:
                self.assertTrue(any(" serving" in line for line in server.stdout))
                server.stdout.close()
                server.send_signal(signal.SIGHUP)  # ends in order, and says so into the closed pipe
                self.assertEqual(server.wait(60 * PATIENCE), 0)
            finally:
                if server.poll() is None:
                    server.kill()

    def test_too_little_memory_has_a_word(self):
        ended_by_itself = 0
        for mebibytes in ADDRESS_SPACE_MIB:
            with self.subTest(mebibytes=mebibytes):
                ready, code, said = self.run_within(mebibytes)
                ended_by_itself += not ready
                if code != 0:
                    self.assertIn("ulimit -a", said)
                else:
                    self.assertTrue(ready)
        self.assertGreater(ended_by_itself, 0, "the smallest are too small")


if __name__ == "__main__":
    unittest.main()
