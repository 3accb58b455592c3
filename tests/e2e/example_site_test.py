"""deploy/example-site before a real server, read with a real Chromium: example_site.js has the steps."""

import os
import pathlib
import shutil
import subprocess
import unittest

import harness

STEPS = pathlib.Path(__file__).with_name("example_site.js")
STEP_COUNT_MIN = 14


class ExampleSiteTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def test_steps_in_a_browser(self):
        browser = os.environ.get("REPLYGUARD_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        self.assertTrue(browser, "Chromium is not installed; tests/run installs it")
        result = subprocess.run(
            ["node", "--test-reporter=tap", "--test", str(STEPS)], capture_output=True, text=True, timeout=300, check=False,
            env={**self.box.environment(), "SITE_TEST_PROGRAM": harness.BINARY, "SITE_TEST_FOLDER": str(self.box.folder),
                 "SITE_TEST_CHROMIUM": browser,
                 "SITE_TEST_CONSOLE": f"http://{self.box.http}/console/", "HOME": str(self.box.folder)})
        self.assertEqual(result.returncode, 0, result.stdout[-8000:] + result.stderr[-2000:])
        passed = [line for line in result.stdout.splitlines() if line.strip().startswith("# pass ")]
        self.assertGreaterEqual(int(passed[-1].split()[-1]), STEP_COUNT_MIN, result.stdout[-2000:])
        self.assertNotRegex(result.stdout, r"# (skipped|todo) [1-9]")

        # What the service itself wrote says nothing either.
        log = self.box.log_path.read_text(errors="replace")
        self.assertNotIn("sentinel", log)


if __name__ == "__main__":
    unittest.main()
