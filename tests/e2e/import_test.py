"""replyguard import against a real server: an import that is repeated or interrupted changes nothing twice, and no
address that stood in any field of any format is in the database, the logs, the output or the file that it writes."""

import csv
import gzip
import io
import json
import subprocess
import unittest
from xml.sax.saxutils import escape

import harness
from harness import database_url

FIXTURES = harness.SOURCE_DIR / "tests/service/import/fixtures"
OK, USAGE = 0, 2
# File, format, exit code (2: the fixture has a row that is malformed on purpose).
ARCHIVES = [("blog.wxr.xml", "wxr", OK), ("blog.wp-comments.csv", "wp-comments-csv", OK), ("forum.disqus.xml", "disqus", OK),
            ("spam-samples.txt", "tg-spam", OK), ("samples.tg-spam.json", "tg-spam", USAGE), ("isso.json", "isso", OK),
            ("isso-table.json", "isso", OK), ("backup.remark42.jsonl", "remark42", OK), ("comments.csv", "csv", USAGE),
            ("comments.jsonl", "jsonl", USAGE)]
DOMAIN = "sentinel-domain.example"


class Sentinels:
    """Addresses to plant, each once; the local part is the secret."""

    def __init__(self):
        self.count = 0

    def address(self):
        self.count += 1
        return f"secretlocal{self.count:03d}@{DOMAIN}"

    def locals(self):
        return [f"secretlocal{n + 1:03d}" for n in range(self.count)]


def elements(names, value, prefix=""):
    return "".join(f"<{prefix}{name}>{escape(value(name))}</{prefix}{name}>" for name in names)


def planted(sentinels):
    """Format -> an archive with an address in every field; fields that decide whether a row is taken keep their value in
    one row and hold an address in another."""
    def mail(_=None):
        return f"write to {sentinels.address()} now"

    def plain(name):
        return sentinels.address() if "email" in name else mail()

    wp = ["comment_id", "comment_author", "comment_author_email", "comment_author_url", "comment_author_IP", "comment_date",
          "comment_date_gmt", "comment_content", "comment_approved", "comment_type", "comment_parent", "comment_user_id"]
    table = ["comment_ID", "comment_post_ID", *wp[1:8], "comment_karma", "comment_approved", "comment_agent", "comment_type",
             "comment_parent", "user_id"]
    deciding = {"comment_approved": "spam", "comment_type": "", "isSpam": "true", "isDeleted": "false", "label": "spam",
                "status": "spam"}

    def kept(name):
        return deciding[name] if name in deciding else plain(name)

    meta = f"<wp:commentmeta><wp:meta_key>{mail()}</wp:meta_key><wp:meta_value>{mail()}</wp:meta_value></wp:commentmeta>"
    wxr = ('<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>' + elements(["title", "link"], plain) + "<item>"
           + elements(["title", "link"], plain) + elements(["post_id", "post_date_gmt"], plain, "wp:")
           + "".join(f"<wp:comment>{elements(wp, value, 'wp:')}{meta}</wp:comment>" for value in (kept, plain))
           + "</item></channel></rss>")
    post = ["id", "message", "createdAt", "isDeleted", "isSpam", "ipAddress"]
    disqus = ('<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">' + "".join(
        f'<post dsq:id="{sentinels.address()}">{elements(post, value)}<author>'
        f'{elements(["email", "name", "isAnonymous", "username"], plain)}</author></post>' for value in (kept, plain)) + "</disqus>")

    def rows(names):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(names)
        writer.writerows([[value(name) for name in names] for value in (kept, plain)])
        return out.getvalue()

    own = ["external_id", "site", "thread_url", "parent_id", "author_name", "author_email", "author_url", "content", "author_ip",
           "user_agent", "referrer", "submitted_at", "status", "label", "label_source", "labelled_by", "labelled_at", "verdict",
           "probability", "model_version", "language"]
    lines = "".join(json.dumps({name: value(name) for name in own}) + "\n" for value in (kept, plain))
    isso = {name: plain(name) for name in ("id", "author", "email", "website", "remote_addr", "created", "text")}
    remark = {name: mail() for name in ("id", "pid", "text", "orig", "time", "title", "imported", "score")}
    return {
        "wxr": wxr, "disqus": disqus, "wp-comments-csv": rows(table), "csv": rows(own),
        "jsonl": lines + f"no JSON but {sentinels.address()}\n" + json.dumps({sentinels.address(): 1}) + "\n",
        "tg-spam": json.dumps({"spam": [mail(), mail()], "ham": [mail()], sentinels.address(): [mail()]}),
        "isso": json.dumps([{"id": mail(), "title": mail(), "comments": [isso, mail()]}]),
        "remark42": json.dumps({"version": 1, "users": [mail()]}) + "\n" + json.dumps({
            **remark, "user": {name: mail() for name in ("name", "id", "picture", "ip")},
            "locator": {"site": mail(), "url": mail()}}) + "\n" + json.dumps({"id": sentinels.address()}) + "\n",
    }


class ImportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())

    def run_import(self, file, source, *arguments, code=OK):
        ran = self.box.run("import", str(file), "--from", source, "--format", "json", *arguments, check=False)
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return json.loads(ran.stdout)

    def position(self):
        return self.box.wait_for_model().position

    def counts(self):
        model = self.box.wait_for_model()
        return model.spam_count, model.ham_count

    def test_each_format_twice(self):
        for name, source, code in ARCHIVES:
            with self.subTest(name=name):
                dry = self.run_import(FIXTURES / name, source, "--dry-run", code=code)
                before = self.position()
                output = self.box.folder / "out.jsonl"
                first = self.run_import(FIXTURES / name, source, "--output", str(output), code=code)
                labelled = dry["spam"] + dry["ham"]
                # The two exports of one blog share a comment.
                self.assertEqual(first["learnt"] + first["known"], labelled)
                self.assertEqual(self.position(), before + first["learnt"])
                self.assertGreater(first["learnt"], 0)
                second = self.run_import(FIXTURES / name, source, code=code)
                self.assertEqual((second["learnt"], second["known"], second["failed"]), (0, labelled, 0))
                self.assertEqual(second["duplicates"], dry["duplicates"] + labelled)
                self.assertEqual(second["taken"], dry["unlabelled"])
                self.assertEqual(self.position(), before + first["learnt"])
                # What it wrote names the same examples: learning that too may replace them (their authors are masked
                # now) and doubles none.
                counts = self.counts()
                learn = json.loads(self.box.run("learn", "--from", str(output), "--format", "json").stdout)
                self.assertEqual((learn["total"], learn["failed"]), (dry["taken"], 0))
                self.assertEqual(self.counts(), counts)

    def test_an_interrupted_import_goes_on(self):
        rows = [json.dumps({"id": f"resume-{n}", "text": f"number {n} of the harbour", "label": "ham" if n % 2 else "spam"}) + "\n"
                for n in range(600)]
        whole = gzip.compress("".join(rows).encode())
        torn, file = self.box.folder / "torn.gz", self.box.folder / "whole.gz"
        torn.write_bytes(whole[:len(whole) // 2])
        file.write_bytes(whole)
        half = self.run_import(torn, "jsonl", code=USAGE)
        self.assertTrue(0 < half["learnt"] < 600, half)
        rest = self.run_import(file, "jsonl")
        # The last line before the tear may have been a part of itself.
        self.assertIn(rest["known"] - half["learnt"], (0, -1))
        self.assertEqual(rest["learnt"] + rest["known"], 600)
        self.assertEqual(rest["warnings"], [])

    def test_a_server_that_is_away_is_told(self):
        ran = self.box.run("import", str(FIXTURES / "isso.json"), "--from", "isso", "--server", "127.0.0.1:1", "--wait", "300ms",
                           check=False)
        self.assertEqual(ran.returncode, 3, ran.stdout + ran.stderr)
        self.assertIn("Run it again when the server is back", ran.stderr)

    def test_no_address_is_kept_or_shown(self):
        box, sentinels = self.box, Sentinels()
        written = b""
        for source, text in planted(sentinels).items():
            file, output = box.folder / f"planted-{source}", box.folder / f"planted-{source}.jsonl"
            file.write_text(text, encoding="utf-8")
            ran = box.run("import", str(file), "--from", source, "--output", str(output), check=False)
            self.assertIn(ran.returncode, (OK, USAGE), ran.stderr)
            self.assertRegex(ran.stdout, r"The server learnt [1-9]")
            written += output.read_bytes()
            file.write_text(text[:len(text) * 2 // 3], encoding="utf-8")
            box.run("import", str(file), "--from", source, check=False)
        dump = subprocess.run(["pg_dump", "-d", database_url(box.admin_url, box.database)], capture_output=True, check=True).stdout
        for hay in (dump, written):
            self.assertIn(DOMAIN.encode(), hay, "the domain is kept: the search below would find an address")
        self.assertGreater(sentinels.count, 150)
        haystacks = {"pg_dump": dump, "log": box.log_path.read_bytes(), "written": written,
                     "command line": "\n".join(box.answers).encode()}
        for name, hay in haystacks.items():
            lower = hay.lower()
            for local in sentinels.locals():
                at = lower.find(local.encode())
                self.assertEqual(at, -1, f"{local} is in {name}: {hay[max(0, at - 60):at + 60]!r}")


if __name__ == "__main__":
    unittest.main()
