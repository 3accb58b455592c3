"""The Akismet protocol while PostgreSQL is away: never "false", and at once; afterwards as if nothing had been."""

import os
import pathlib
import subprocess
import unittest
import unittest.mock

import akismet_wire
import harness

# A cluster of its own: others must not feel it stop.
POSTGRES = """
set -euo pipefail
source deploy/lib/postgres.sh
REPLYGUARD_USER=${REPLYGUARD_TEST_USER:-postgres}
"$@"
"""

def postgres(*command):
    result = subprocess.run(["bash", "-c", POSTGRES, "bash", *command], cwd=harness.SOURCE_DIR, capture_output=True, text=True,
                            check=True)
    return result.stdout.strip()


class AwayTest(unittest.TestCase):
    def test_an_answer_that_is_none(self):
        folder = pathlib.Path(postgres("short_private_folder"))
        self.addCleanup(subprocess.run, ["rm", "-rf", str(folder)])
        data = str(folder / "data")
        postgres("postgres_init", data, "postgres")
        start = ("postgres_start", data, str(folder), "max_connections=100", "fsync=off")
        postgres(*start)
        self.addCleanup(postgres, "postgres_stop", data)
        self.enterContext(unittest.mock.patch.dict(
            os.environ, {"REPLYGUARD_TEST_DATABASE_URL": f"postgresql://postgres@/postgres?host={folder}"}))
        with harness.Installation() as box:
            site = akismet_wire.Site(box.http, box.site_key)
            self.assertEqual(site.check(comment_content="Before.").text, "false")
            postgres("postgres_stop", data)
            for endpoint in ("comment-check", "submit-spam", "submit-ham"):
                answer = site(endpoint, {**akismet_wire.COMMENT, "comment_content": "Meanwhile."})
                self.assertEqual((answer.status, answer.text), (200, "invalid"), endpoint)
                self.assertTrue(answer.headers["x-akismet-error"])
                self.assertIn("database", answer.headers["x-akismet-debug-help"])
            # A key that nobody has shown yet cannot be known.
            unknown = akismet_wire.Site(box.http, "a" * 48)("verify-key", {"blog": "x"})
            self.assertEqual((unknown.status, unknown.text), (503, "unavailable"))
            self.assertTrue(unknown.headers["x-akismet-debug-help"])
            self.assertGreaterEqual(int(unknown.headers["retry-after"]), 1)
            self.assertEqual(site("usage-limit").text, "unavailable")
            postgres(*start)
            harness.wait_for(lambda: site.check(comment_content="Meanwhile.").text == "false", 60, "the database to be back")
            self.assertEqual(box.sql("SELECT count(*) FROM replyguard.comments"), "2")

    def test_a_database_that_says_nothing(self):
        with harness.Installation() as box:
            site = akismet_wire.Site(box.http, box.site_key)
            self.assertEqual(site.check(comment_content="Before.").text, "false")
            with box.locked("comments", "ACCESS EXCLUSIVE"):
                answer = site.check(comment_content="Meanwhile.")
                self.assertEqual((answer.status, answer.text), (200, "invalid"))
                self.assertTrue(answer.headers["x-akismet-error"])
                self.assertTrue(answer.headers["x-akismet-debug-help"])
            self.assertEqual(site.check(comment_content="Meanwhile.").text, "false")
            self.assertEqual(box.sql("SELECT count(*) FROM replyguard.comments"), "2")


if __name__ == "__main__":
    unittest.main()
