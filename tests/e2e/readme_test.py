"""The README's examples, as printed, against a real server; and every link of the documents leads somewhere."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import harness

ROOT = harness.SOURCE_DIR
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


class ReadmeTest(unittest.TestCase):
    def test_examples_work_as_printed(self):
        box = self.enterContext(harness.Installation())
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        section = "".join(readme.split(title)[1].split("\n## ")[0] for title in ("## Call it from a backend", "## HTTP and JSON"))
        home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rg-readme-")))
        (home / "env").write_text("".join(f"{name}='{value}'\n" for name, value in {
            "REPLYGUARD_GRPC": box.address, "REPLYGUARD_HTTP": box.http, "REPLYGUARD_SITE": box.site, "REPLYGUARD_SITE_KEY": box.site_key}.items()))
        script = "set -e\n"
        for language, text in FENCE.findall(section):
            if language in ("sh", "python"):
                script += text if language == "sh" else f"/usr/bin/python3 - <<'EXAMPLE'\n{text}EXAMPLE\n"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("REPLYGUARD_")}
        result = subprocess.run(["bash", "-c", script], cwd=ROOT, env={**environment, "REPLYGUARD_HOME": str(home)},
                                capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("COMMENT_STATUS_PENDING a***@example.org", result.stdout)
        self.assertRegex(result.stdout, r'"maskedEmail":\s*"a\*\*\*@example.org"')
        self.assertIn('"field":"submission.author_email"', result.stdout)
        self.assertIn('"sequence":"1"', result.stdout)
        self.assertEqual(box.sql("SELECT count(*) FROM replyguard.comments"), "4")

    def test_links_lead_somewhere(self):
        for document in [*ROOT.glob("*.md"), *ROOT.glob("deploy/**/*.md")]:
            if "node_modules" in document.parts:
                continue
            for target in LINK.findall(document.read_text(encoding="utf-8")):
                self.assertTrue((document.parent / target).exists(), f"{document.name}: {target}")


if __name__ == "__main__":
    unittest.main()
