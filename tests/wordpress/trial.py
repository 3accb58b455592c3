"""The real WordPress and its unchanged Akismet plugin against the real server. Run by hand, as it needs far more packages than
the rest of the tests:

    apt-get install --no-install-recommends wordpress php-cli php-mysql php-curl php-xml mariadb-server
    PYTHONPATH=tests/e2e tests/with-postgres /usr/bin/python3 tests/wordpress/trial.py
"""

import json
import unittest

import examples
import harness
import ledger
import wordpress


class WordPressTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        ledger.train(self.box)
        self.box.wait_for_model()
        self.site = self.enterContext(wordpress.WordPress(f"http://{self.box.http}", self.box.site_key))

    def post(self, count, seed):
        """So many comments of each class; their texts by class."""
        texts = {"spam": [], "ham": []}
        for text, label in examples.labelled(1000, seed):
            if len(texts[label]) < count:
                number = sum(map(len, texts.values()))
                texts[label].append(text)
                self.site.post(f"Ann {number}", f"ann{number}@example.org", text)
        return texts

    def stored(self):
        rows = self.box.sql("SELECT body, status FROM replyguard.comments WHERE author_name LIKE 'Ann %'")
        return dict(row.rsplit("|", 1) for row in rows.splitlines())

    def test_from_the_form_to_the_verdict_and_back(self):
        self.assertEqual(json.loads(self.site.act("key")), "valid")
        texts = self.post(4, seed=7)
        comments = self.site.comments()
        for text in texts["spam"]:
            self.assertEqual((comments[text]["status"], comments[text]["result"]), ("spam", "true"), comments[text])
        for text in texts["ham"]:
            self.assertEqual((comments[text]["status"], comments[text]["result"]), ("1", "false"), comments[text])
        # What people say in WordPress is a decision here, and undone there it is one again.
        wrong = texts["ham"][0]
        self.site.act("spam", comments[wrong]["id"])
        spam = self.box.sql("SELECT status FROM replyguard.comments WHERE verdict = 3 LIMIT 1")
        self.assertEqual(self.stored()[wrong], spam)
        self.site.act("ham", comments[wrong]["id"])
        self.assertNotEqual(self.stored()[wrong], spam)

        self.site.post("viagra-test-123", "v@example.org", "The plugin's own test")
        self.assertEqual(self.site.comments()["The plugin's own test"]["status"], "spam")

    def test_the_plugins_page_takes_the_key_and_does_not_show_it(self):
        self.post(2, seed=6)
        page = self.site.administrators_page("options-general.php?page=akismet-key-config")
        self.assertNotIn("connect to the Akismet servers", page)
        self.assertRegex(page, r"(?s)All time</h3>[^0-9]*2[^0-9]")
        self.assertNotIn(self.box.site_key, page)

    def test_what_came_while_the_server_was_away_is_judged_later(self):
        self.box.stop()
        texts = self.post(2, seed=8)
        for text in sum(texts.values(), []):
            self.assertEqual((self.site.comments()[text]["status"], self.site.comments()[text]["history"]), ("0", ["check-error"]))
        self.box.start()
        self.site.sql("UPDATE wp_comments SET comment_date_gmt = comment_date_gmt - INTERVAL 1 DAY", "wp")  # the plugin waits
        self.site.sql("UPDATE wp_commentmeta SET meta_value = meta_value - 86400 WHERE meta_key = 'akismet_error'", "wp")
        self.site.act("cron")
        comments = self.site.comments()
        self.assertEqual([comments[text]["status"] for text in texts["spam"] + texts["ham"]], ["spam", "spam", "1", "1"])

    def test_its_exports_are_read(self):
        texts = self.post(3, seed=9)
        exported = self.site.folder / "export.xml"
        exported.write_text(self.site.act("export"))
        read = json.loads(self.box.run("import", str(exported), "--from", "wxr", "--dry-run", "--format", "json").stdout)
        # WordPress greets its own article once, and leaves spam out.
        self.assertEqual((read["rows"], read["taken"], read["ham"], read["spam"]), (4, 4, 4, 0))
        self.assertIn("no spam", read["warnings"][0])
        table = self.site.folder / "comments.csv"
        quoted = ", ".join(f"""CONCAT('"', REPLACE({column}, '"', '""'), '"')""" for column in COLUMNS)
        rows = self.site.sql(f"SELECT CONCAT_WS(',', {quoted}) FROM wp_comments", "--raw", "-N", "wp")
        table.write_text(",".join(COLUMNS) + "\n" + rows)
        read = json.loads(self.box.run("import", str(table), "--from", "wp-comments-csv", "--dry-run", "--format", "json").stdout)
        self.assertEqual((read["rows"], read["ham"], read["spam"]), (7, 4, 3))
        for text in texts["ham"]:
            self.assertIn(text, exported.read_text())


COLUMNS = ("comment_ID", "comment_post_ID", "comment_author", "comment_author_email", "comment_author_url", "comment_author_IP",
           "comment_date", "comment_date_gmt", "comment_content", "comment_karma", "comment_approved", "comment_agent",
           "comment_type", "comment_parent", "user_id")


if __name__ == "__main__":
    unittest.main()
