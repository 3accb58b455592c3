"""deploy/quickstart in a home of its own: the demonstration, a second run with the same keys and port, and stop."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import urllib.request

import harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRESET = pathlib.Path(harness.BINARY).parents[1].name


class QuickstartTest(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rg-quick-")))
        self.home.chmod(0o755)
        self.addCleanup(self.quickstart, "stop", check=False)

    def quickstart(self, *arguments, check=True):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("REPLYGUARD_")}
        environment |= {"REPLYGUARD_HOME": str(self.home), "REPLYGUARD_PRESET": PRESET}
        result = subprocess.run([ROOT / "deploy/quickstart", *arguments], capture_output=True, text=True, check=False,
                                stdin=subprocess.DEVNULL, env=environment, timeout=500 * harness.PATIENCE)
        if check:
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def page(self, url):
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.read().decode()

    def env(self):
        return dict(re.findall(r"^(REPLYGUARD_\w+)='(.*)'$", (self.home / "env").read_text(), re.MULTILINE))

    def test_from_nothing_to_stopped(self):
        first = self.quickstart()
        self.assertEqual((self.home / "env").stat().st_mode & 0o777, 0o600)
        env = self.env()
        self.assertLessEqual({"REPLYGUARD_BIN", "REPLYGUARD_GRPC", "REPLYGUARD_OPERATOR_KEY", "REPLYGUARD_MODERATOR_KEY",
                              "REPLYGUARD_SITE", "REPLYGUARD_SITE_KEY", "REPLYGUARD_DATABASE_URL", "REPLYGUARD_HTTP"}, set(env))
        self.assertIn(f"http://{env['REPLYGUARD_HTTP']}", first)
        with urllib.request.urlopen(f"http://{env['REPLYGUARD_HTTP']}/readyz", timeout=60) as answer:
            self.assertEqual(answer.read(), b"ready")
        links = re.findall(r"http://localhost:\d+/console/invite#\S+", first)
        self.assertEqual(len(links), 2, "where it is made, and at the end")
        self.assertEqual(len(set(links)), 1)
        link = links[0].partition("#")[0]
        self.assertIn("<script", self.page(link))
        self.assertEqual(first.count("$ replyguard submit "), 12)
        self.assertEqual(len(re.findall(r"^  verdict (approve|hold|spam)", first, re.MULTILINE)), 11 + 4)
        self.assertIn("submission.author_email", first)
        fresh = first.split("$ replyguard learn")[0]
        self.assertEqual(fresh.count("by the starter model and the site's 0 spam and 0 good labels"), 2)
        spam, ham = (float(p) for p in re.findall(r"spam probability ([0-9.]+)", fresh))
        self.assertGreater(spam, ham)
        self.assertRegex(first, r"starter model s\d+, of \d+ spam")
        self.assertEqual(len(re.findall(r"taught", first)), 2)
        before, after = re.findall(r"subscribe to my channel, we have more.*?probability ([0-9.]+)", first, re.DOTALL)
        self.assertGreater(float(after), float(before))
        self.assertNotIn("\x1b", first)

        again = self.quickstart("--with-example-site")
        self.assertEqual(self.env(), env)
        self.assertNotIn("$ replyguard submit", again)
        self.assertNotIn("/console/invite#", again)
        (url,) = re.findall(r"Its pages are at (http://127\.0\.0\.1:\d+):", again)
        self.assertIn(url, self.quickstart("status"))
        self.assertEqual(self.quickstart("status").count("run"), 3)
        article = url + "/articles/a-walk-along-the-harbour"
        harness.wait_for(lambda: "Old Harbour Cycles" in self.page(article), 30, "the demonstration's comment to be shown")
        self.assertIn("Leave a Reply", self.page(article))
        self.assertNotRegex(self.page(article), r"(?<!\*\*\*)@example\.")
        self.assertNotIn(env["REPLYGUARD_SITE_KEY"], subprocess.run(
            ["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout)

        self.quickstart("stop")
        self.assertNotIn(str(self.home), subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True,
                                                        check=True).stdout.replace("quickstart_test", ""))


if __name__ == "__main__":
    unittest.main()
