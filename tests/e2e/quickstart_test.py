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


class WhatTheServiceUserWritesTest(unittest.TestCase):
    """Its folder is its own: what a compromised server or example site leaves there is no word that root takes."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rg-quick-")))
        self.folder.chmod(0o755)
        self.secret = self.folder / "secret"
        self.secret.write_text("of root 4711")
        self.secret.chmod(0o600)
        (self.folder / "bin").mkdir()
        self.env = self.folder / "var/env"

    def program(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)

    def run_script(self, script):
        """As the quickstart has it, with few seconds to start in."""
        user = "nobody" if os.geteuid() == 0 else ""
        setting = f"""
            for lib in screen packages postgres installation example_site; do source {ROOT}/deploy/lib/$lib.sh; done
            umask 022; REPLYGUARD_USER={user} SERVER_START_SECONDS_MAX={round(5 * harness.PATIENCE)} PATH={self.folder}/bin:$PATH
            home={self.folder}/var data={self.folder}/var/data; mkdir -p $data/bin/example-site/proto $data/state
            chmod 0700 $data/state; give_to_service_user $data/state
            sockets=/nowhere address=127.0.0.1:1 http=127.0.0.1:2 site=demo site_key=k operator_key=o moderator_key=m
        """
        return subprocess.run(["bash", "-c", setting + script], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=60 * harness.PATIENCE)

    def launch_site(self, address):
        self.program(self.folder / "bin/node", address + "\nsleep 2\n")
        return self.run_script('echo http://127.0.0.1:3 >"$home/example-site.url"; launch_example_site 127.0.0.1:0')

    def launch_server(self, serve):
        self.program(self.folder / "var/data/bin/replyguard", f"""
            case $1 in
            serve) echo 127.0.0.1:8 >"$REPLYGUARD_HTTP_ADDRESS_FILE"; {serve}; exec sleep 2 ;;
            doctor) echo '{{"health":"ok","check":"server"}}' ;;
            esac""")
        return self.run_script("launch_server 127.0.0.1:0 127.0.0.1:0 || exit 1; write_env")

    def kept(self):
        return "".join(p.read_text() for p in (self.folder / "var").iterdir() if p.is_file())

    def test_what_is_told_well_is_taken(self):
        done = self.launch_site('echo http://127.0.0.1:4321 >"$EXAMPLE_SITE_ADDRESS_FILE"')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "var/example-site.url").read_text(), "http://127.0.0.1:4321\n")
        done = self.launch_server('echo [::1]:9 >"$REPLYGUARD_ADDRESS_FILE"')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("REPLYGUARD_GRPC='[::1]:9'\nREPLYGUARD_HTTP='127.0.0.1:8'\n", self.env.read_text())

    def test_a_link_to_what_only_root_reads(self):
        done = self.launch_site(f'ln -s {self.secret} "$EXAMPLE_SITE_ADDRESS_FILE"')
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("4711", self.kept() + done.stdout + done.stderr)
        done = self.launch_server(f'ln -s {self.secret} "$REPLYGUARD_ADDRESS_FILE"')
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("4711", self.kept() + done.stdout + done.stderr)

    def test_lines_that_would_be_variables(self):
        evil = "\\nLD_PRELOAD /tmp/evil.so"
        self.assertNotEqual(self.launch_server(f"printf '127.0.0.1:9{evil}' >\"$REPLYGUARD_ADDRESS_FILE\"").returncode, 0)
        self.assertFalse(self.env.exists())
        # Nor what a server answers as a new key.
        done = self.run_script(r"""site_key=$'it\'s\nLD_PRELOAD /tmp/evil.so'; write_env; unset LD_PRELOAD; source "$home/env"
                               printf '%s|%s' "$REPLYGUARD_SITE_KEY" "${LD_PRELOAD-none}" """)
        self.assertEqual(done.stdout, "it's\nLD_PRELOAD /tmp/evil.so|none", done.stderr)
        self.assertIn("REPLYGUARD_SECRETS_DIR=", self.env.read_text())


if __name__ == "__main__":
    unittest.main()
