"""The Akismet protocol over raw connections, quirk by quirk, and by the unmodified clients of npm."""

import base64
import concurrent.futures
import csv
import io
import json
import pathlib
import subprocess
import unittest
import uuid

import akismet_wire
import harness
from akismet_wire import COMMENT, call

THANKS = "Thanks for making the web a better place."
CLIENTS = pathlib.Path(__file__).with_name("akismet_clients.mjs")
SPAM = "cheap pills casino bonus click here now"


class AkismetTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())
        cls.site = akismet_wire.Site(cls.box.http, cls.box.site_key)

    def count(self, where="true"):
        return int(self.box.sql(f"SELECT count(*) FROM replyguard.comments WHERE {where}"))

    def comment_of(self, answer):
        return answer.headers["x-akismet-guid"]

    def status_of(self, answer):
        """1 pending, 2 approved, 3 spam."""
        return int(self.box.sql(f"SELECT status FROM replyguard.comments WHERE comment_id = '{self.comment_of(answer)}'"))

    def assert_invalid(self, answer, help_text, about_comment=True):
        self.assertEqual((answer.status, answer.text), (200, "invalid"))
        self.assertIn(help_text, answer.headers["x-akismet-debug-help"])
        self.assertEqual("x-akismet-error" in answer.headers, about_comment)
        if about_comment:
            uuid.UUID(answer.headers["x-akismet-guid"])

    def test_verify_key_and_every_way_to_carry_it(self):
        key, fields = self.box.site_key, {"blog": "https://blog.example"}
        basic = base64.b64encode(f"{key.upper()}.k:undefined".encode()).decode()
        ways = {
            "body key": dict(fields={**fields, "key": key}),
            "body api_key": dict(fields={**fields, "api_key": key}),
            "upper case": dict(fields={**fields, "key": key.upper()}),
            "host": dict(fields=fields, host=f"{key}.rest.akismet.com"),
            "host, upper case": dict(fields=fields, host=f"{key.upper()}.rest.akismet.com:80"),
            "basic": dict(fields=fields, headers=[f"Authorization: Basic {basic}"]),
            "lower-case headers": dict(fields=fields, headers=[f"authorization: bearer {key}"]),
            "json": dict(fields={}, content_type="application/json", body=json.dumps({**fields, "key": key}).encode()),
            "json, host": dict(fields={}, content_type="application/json; charset=utf-8", host=f"{key}.rest.akismet.com",
                               body=json.dumps(fields).encode()),
            "1.0": dict(fields={**fields, "key": key}, version="1.0"),
        }
        for name, how in ways.items():
            with self.subTest(name):
                answer = call(self.box.http, "/1.1/verify-key", **how)
                self.assertEqual((answer.status, answer.text), (200, "valid"))
                self.assertEqual(answer.headers["content-type"], "text/plain; charset=utf-8")
                self.assertEqual(answer.headers["content-length"], "5")
                self.assertNotIn("transfer-encoding", answer.headers)
                self.assertNotIn("x-akismet-debug-help", answer.headers)

    def test_a_wrong_key_is_invalid_everywhere(self):
        wrong = akismet_wire.Site(self.box.http, "f" * 48)
        self.assert_invalid(wrong("verify-key", {"blog": "x"}), "API key", about_comment=False)
        self.assert_invalid(wrong.check(), "API key")
        self.assert_invalid(akismet_wire.Site(self.box.http, self.box.moderator_key).check(), "not that of a website")
        self.assert_invalid(wrong("usage-limit"), "API key", about_comment=False)

    def test_a_check_stores_the_comment_once(self):
        before = self.count()
        answer = self.site.check(comment_content="Stored once, whatever is retried.", POST_ak_js="1", HTTP_COOKIE="secret")
        self.assertEqual((answer.status, answer.text), (200, "false"))
        uuid.UUID(answer.headers["x-akismet-guid"])
        self.assertNotIn("x-akismet-debug-help", answer.headers)
        # No labels: it waits for a moderator.
        self.assertEqual(answer.headers["x-akismet-recheck-after"], "86400")
        again = self.site.check(comment_content="Stored once, whatever is retried.", POST_ak_js="2")
        self.assertEqual(self.comment_of(again), self.comment_of(answer))
        self.assertEqual(self.count(), before + 1)
        other = self.site.check(comment_content="Stored once, whatever is retried!")
        self.assertNotEqual(self.comment_of(other), self.comment_of(answer))

    def test_a_retry_in_the_next_window_is_the_same_comment(self):
        answer = self.site.check(comment_content="At the edge of a window.")
        # As if it had come a window earlier, eight minutes ago; then, eleven minutes ago.
        change = ("UPDATE replyguard.comments SET request_id = regexp_replace(request_id, '-[0-9]+-', '-' || "
                  "(floor(extract(epoch FROM now()) / 600)::bigint - 1) || '-'), received_at = now() - interval '{}' "
                  f"WHERE comment_id = '{self.comment_of(answer)}'")
        self.box.sql(change.format("8 minutes"))
        self.assertEqual(self.comment_of(self.site.check(comment_content="At the edge of a window.")), self.comment_of(answer))
        self.box.sql(change.format("11 minutes"))
        self.assertNotEqual(self.comment_of(self.site.check(comment_content="At the edge of a window.")), self.comment_of(answer))

    def test_a_retry_that_meets_another_hmac_key_is_the_same_comment(self):
        answer = self.site.check(comment_content="Before the key that writes is another.")
        secrets = str(self.box.folder / "secrets")
        for step in ([], ["--activate"]):
            self.box.run("secrets", "rotate", secrets, *step)
            self.box.stop()
            self.box.start()
            self.assertEqual(self.comment_of(self.site.check(comment_content="Before the key that writes is another.")),
                             self.comment_of(answer), step)

    def test_bodies_of_every_kind(self):
        fields = {**COMMENT, "api_key": self.box.site_key, "comment_content": "In every kind of body."}
        guids = set()
        boundary = "----x7"
        multipart = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
        ) + f'--{boundary}\r\ncontent-disposition: form-data; name="f"; filename="a.txt"\r\n\r\nbytes\r\n--{boundary}--\r\n'
        for how in (dict(fields=fields), dict(fields=fields, version="1.0"),
                    dict(fields={}, content_type="application/json", body=json.dumps({**fields, "user_ID": 7, "x": [1]}).encode()),
                    dict(fields={}, content_type=f"multipart/form-data; boundary={boundary}", body=multipart.encode())):
            answer = call(self.box.http, "/1.1/comment-check", **how)
            self.assertEqual((answer.status, answer.text), (200, "false"), how.get("content_type"))
            guids.add(self.comment_of(answer))
        self.assertEqual(len(guids), 1, "the same fields in another body are the same comment")
        for content_type, body in (("application/json", b"[1]"), ("application/json", b"{" * 100), ("multipart/form-data", b"x")):
            self.assert_invalid(call(self.box.http, "/1.1/comment-check", {}, content_type=content_type, body=body), "the body is no")

    def test_long_bodies_are_read_apart(self):
        fields = {**COMMENT, "api_key": self.box.site_key, "comment_content": "Of a long body.", "more": "x" * (100 << 10)}
        body = json.dumps(fields).encode()
        answer = call(self.box.http, "/1.1/comment-check", {}, content_type="application/json", body=body)
        self.assertEqual((answer.status, answer.text), (200, "false"))
        self.assertEqual(call(self.box.http, "/1.1/comment-check", fields).headers["x-akismet-guid"], self.comment_of(answer))
        many = b'{"api_key":"%s","a":[%s1]}' % (self.box.site_key.encode(), b"1," * 100_000)
        self.assert_invalid(call(self.box.http, "/1.1/comment-check", {}, content_type="application/json", body=many),
                            "the body holds too many values")

    def test_what_is_missing_is_named(self):
        for field in ("blog", "user_ip"):
            self.assert_invalid(self.site.check(**{field: ""}), f"Missing required field: {field}")
        # Nothing else is required, whatever the site's form requires.
        answer = self.site("comment-check", {"blog": "https://blog.example", "user_ip": "203.0.114.9"})
        self.assertIn(answer.text, ("true", "false"))

    def test_values_for_trying_store_nothing(self):
        before = self.count()
        self.assertEqual(self.site.check(comment_author="viagra-test-123").text, "true")
        self.assertEqual(self.site.check(comment_author_email="Akismet-guaranteed-spam@example.com").text, "true")
        for is_test in ("1", "true", "True"):
            answer = self.site.check(is_test=is_test, comment_content="Only a test.")
            self.assertEqual(answer.text, "false")
            uuid.UUID(answer.headers["x-akismet-guid"])
        self.assertEqual(self.site("submit-spam", {**COMMENT, "is_test": "1", "comment_content": "A test."}).text, THANKS)
        self.assertEqual(self.count(), before)

    def test_an_administrator_is_never_spam(self):
        self.box.run("rule", "add", "word", "forbiddenword", "--action", "spam", "--reason", "a test")
        harness.wait_for(lambda: self.site.check(comment_content="A forbiddenword " + uuid.uuid4().hex).text == "true", 20, "the rule")
        answer = self.site.check(comment_content="A forbiddenword by the owner.", user_role="administrator")
        self.assertEqual(answer.text, "false")
        self.assertNotIn("x-akismet-recheck-after", answer.headers)
        self.assertEqual(self.status_of(answer), 2)

    def test_blatant_spam_may_be_thrown_away(self):
        self.box.run("rule", "add", "word", "discardword", "--action", "discard", "--reason", "a test")
        answer = harness.wait_for(lambda: next((a for a in [self.site.check(comment_content="A discardword " + uuid.uuid4().hex)]
                                                if a.text == "true"), None), 20, "the rule")
        self.assertEqual(answer.headers["x-akismet-pro-tip"], "discard")
        self.assertEqual(self.status_of(answer), 3)
        self.assertNotIn("x-akismet-recheck-after", answer.headers)

    def test_long_fields_are_cut_and_that_is_recorded(self):
        answer = self.site.check(comment_content="long " * 300_000, comment_author="A\x07da", comment_author_url="not a url at all")
        self.assertEqual(answer.text, "false")
        guid = self.comment_of(answer)
        stored = self.box.sql("SELECT octet_length(body) || ' ' || author_name || ' ' || author_url || ' ' || assessment_details::text "
                              f"FROM replyguard.comments WHERE comment_id = '{guid}'")
        self.assertRegex(stored, r"^65\d\d\d A da  ")
        for what in ("body: CUT", "author_name: CHARACTERS_REPLACED", "author_url: DROPPED"):
            self.assertIn(what, stored)

    def test_submit_decides_about_the_comment_that_was_checked(self):
        by_guid = self.site.check(comment_content="Told by its guid.")
        self.assertEqual(self.site("submit-spam", {**COMMENT, "guid": self.comment_of(by_guid), "comment_content": "-"}).text, THANKS)
        self.assertEqual(self.status_of(by_guid), 3)
        by_text = self.site.check(comment_content="Told by its text.")
        answer = call(self.box.http, "/1.1/submit-ham", {}, content_type="application/json", host=f"{self.box.site_key}.rest.akismet.com",
                      body=json.dumps({**COMMENT, "comment_content": "Told by its text."}).encode())
        self.assertEqual(answer.text, THANKS)
        self.assertEqual(self.status_of(by_text), 2)
        # Another author's, and another article's, are others.
        labels = int(self.box.sql("SELECT count(*) FROM replyguard.labels"))
        for change in ({"comment_author_email": "eve@example.org"}, {"permalink": "https://blog.example/elsewhere"}):
            self.assertEqual(self.site("submit-spam", {**COMMENT, "comment_content": "Told by its text.", **change}).text, THANKS)
        self.assertEqual(self.status_of(by_text), 2)
        self.assertEqual(int(self.box.sql("SELECT count(*) FROM replyguard.labels WHERE source = 1 AND sample_id LIKE 'x:akismet-%' AND label = 2")), 2)
        self.assertEqual(int(self.box.sql("SELECT count(*) FROM replyguard.labels")), labels + 2)
        self.assertEqual(self.site("submit-spam", {"blog": "x"}).text, THANKS)

    def test_a_recheck_judges_the_stored_comment_again(self):
        text = "Judged again: recheckword."
        first = self.site.check(comment_content=text)
        self.assertEqual(first.text, "false")
        before = self.count()
        self.box.run("rule", "add", "word", "recheckword", "--action", "spam", "--reason", "a test")
        harness.wait_for(lambda: self.site.check(comment_content=text, recheck_reason="recheck_queue").text == "true", 20, "the rule")
        self.assertEqual(self.status_of(first), 3)
        self.assertEqual(self.count(), before)
        # What people decided stays.
        self.site("submit-ham", {**COMMENT, "guid": self.comment_of(first)})
        again = self.site.check(comment_content=text, recheck_reason="retry")
        self.assertEqual((again.text, self.comment_of(again)), ("false", self.comment_of(first)))
        # An edit brings its text along.
        edited = self.site.check(comment_content="Rewritten without it.", guid=self.comment_of(first), recheck_reason="edit")
        self.assertEqual(self.comment_of(edited), self.comment_of(first))
        self.assertIn("Rewritten", self.box.sql(f"SELECT body FROM replyguard.comments WHERE comment_id = '{self.comment_of(first)}'"))
        # One that never came is a first check.
        fresh = self.site.check(comment_content="Never seen before.", recheck_reason="retry")
        self.assertEqual(self.count(), before + 1)
        self.assertEqual(self.status_of(fresh), 1)

    def test_discourse_and_honeypots(self):
        fields = {key: value for key, value in COMMENT.items() if key != "comment_type"}
        answer = self.site("comment-check", {**fields, "content_type": "forum-post", "comment_content": "From a forum."})
        self.assertEqual(answer.text, "false")
        for name, field in (("hp", "hp"), ("ak_hp_textarea", "POST_ak_hp_textarea")):
            answer = self.site.check(comment_content=f"Filled {field}.", honeypot_field_name=name, **{field: "robot"})
            self.assertEqual(answer.text, "true", field)
            self.assertEqual(self.comment_of(answer).count("-"), 4)

    def test_counts_are_those_of_the_calls(self):
        key = self.box.make_key("BACKEND", self.box.site)
        site = akismet_wire.Site(self.box.http, key)
        self.assertEqual(json.loads(site("usage-limit").text)["usage"], 0)
        ham = site.check(comment_content="Counted ham.", blog="https://one.example:8443/x?y")
        site.check(comment_content="Counted as well.", blog="two.example")
        site("submit-spam", {**COMMENT, "guid": self.comment_of(ham), "blog": "https://one.example"})
        usage = site("usage-limit", {"extended": "true"})
        self.assertEqual(usage.headers["content-type"], "application/json; charset=utf-8")
        self.assertEqual(json.loads(usage.text), {"limit": "none", "usage": 3, "percentage": "0.0", "throttled": False,
                                                  "notice_level": "NOTICE_NONE", "upgrade": False})
        sites = json.loads(site("key-sites", {"order": "missed_spam"}).text)
        (month,) = [name for name in sites if name[:2] == "20"]
        self.assertEqual((sites["limit"], sites["offset"], sites["total"]), (500, 0, 2))
        self.assertEqual(sites[month][0], {"site": "one.example", "api_calls": "2", "spam": "0", "ham": "1", "missed_spam": "1",
                                           "false_positives": "0", "is_revoked": False})
        page = json.loads(site("key-sites", {"limit": 1, "offset": 1}).text)
        self.assertEqual([one["site"] for one in page[month]], ["two.example"])
        self.assertEqual((page["limit"], page["offset"], page["total"]), (1, 1, 2))
        self.assertEqual([one["site"] for one in json.loads(site("key-sites", {"filter": "wo.ex"}).text)[month]], ["two.example"])
        text = site("key-sites", {"format": "csv", "month": month}).text
        title, *rows = text.split("\n")
        self.assertEqual(title, f"Active sites for {key} during {month} (limit:500, offset: 0, total: 2)")
        self.assertEqual(rows[0], "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked")
        self.assertEqual(list(csv.reader(io.StringIO("\n".join(rows[1:])))),
                         [["one.example", "2", "0", "1", "1", "0", "false"], ["two.example", "1", "0", "1", "0", "0", "false"]])
        self.assert_invalid(site("key-sites", {"month": "2026"}), "month", about_comment=False)
        for period, length in (("60-days", 10), ("6-months", 7), ("all", 7)):
            stats = json.loads(site("get-stats", {"key": key, "blog": "x", "from": period}).text)
            self.assertEqual((stats["spam"], stats["ham"], stats["missed_spam"], stats["false_positives"]), (0, 2, 1, 0))
            self.assertEqual(stats["accuracy"], 50.0)
            (name,) = stats["breakdown"]
            self.assertEqual(len(name), length)
        # They survive the server.
        self.box.stop()
        self.box.start()
        self.assertEqual(json.loads(site("usage-limit").text)["usage"], 3)

    def test_settings_pages(self):
        subscription = json.loads(self.site("get-subscription", {"blog": "x"}).text)
        self.assertEqual(set(subscription), {"account_id", "account_name", "account_type", "status", "next_billing_date", "limit_reached"})
        self.assertEqual(subscription["account_id"], self.box.site)  # not the site's number, which tells how many there are
        self.assertEqual((subscription["status"], subscription["next_billing_date"], subscription["limit_reached"]), ("active", False, False))
        self.assertEqual(self.site("deactivate", {"blog": "x"}).text, "deactivated")
        self.assert_invalid(self.site("verify-wpcom-key"), "no such service", about_comment=False)
        self.assert_invalid(self.site("token"), "no such service", about_comment=False)
        self.assertEqual(call(self.box.http, "/1.1/test", {}, method="GET").text, "connected")  # without a key
        self.assertEqual(call(self.box.http, "/1.1/nothing", {}).status, 404)
        for method, path, allowed in (("PUT", "/1.1/verify-key", "POST"), ("GET", "/1.1/comment-check", "POST"),
                                      ("PUT", "/1.2/usage-limit", "GET, POST")):
            answer = call(self.box.http, path, {}, method=method)
            self.assertEqual((answer.status, answer.headers["allow"]), (405, allowed), path)

    def test_who_shows_many_wrong_keys_is_told_to_wait(self):
        for number in range(200):
            answer = call(self.box.http, "/1.1/verify-key", {"key": f"{number:048x}", "blog": "x"})
            if answer.status == 429:
                break
            self.assert_invalid(answer, "API key", about_comment=False)
        self.assertEqual((answer.status, answer.text), (429, "unavailable"))
        self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)
        self.assertTrue(answer.headers["x-akismet-debug-help"])
        # Who has a right key is not held up by it.
        self.assertEqual(self.site("verify-key", {"blog": "x"}).text, "valid")

    def test_a_long_body_of_a_known_site_does_not_wait_behind_strangers(self):
        """Who signs in waits for a table that is locked, and takes every thread that strangers of this network may have."""
        self.assertEqual(self.site("verify-key", {"blog": "x"}).text, "valid")
        strange = json.dumps({"handle": "nobody", "password": "a long enough password"}).encode()
        ways = {
            "form": dict(fields={"api_key": self.box.site_key, **COMMENT, "more": "x" * 200_000}),
            "json": dict(fields={}, content_type="application/json", body=json.dumps(
                {**COMMENT, "more": "x" * 200_000, "api_key": self.box.site_key}).encode()),
        }
        with concurrent.futures.ThreadPoolExecutor(4) as strangers, self.box.locked("people", "ACCESS EXCLUSIVE"):
            for _ in range(4):
                strangers.submit(call, self.box.http, "/replyguard.v1.AccountService/SignIn", {}, body=strange,
                                 content_type="application/json")
            self.box.wait_for_blocked("people")
            for name, how in ways.items():
                with self.subTest(name):
                    answer = call(self.box.http, "/1.1/comment-check", **how)
                    self.assertEqual(answer.status, 200, answer.headers)
                    self.assertIn(answer.text, ("true", "false"), answer.headers)

    def test_the_clients_of_npm(self):
        with harness.Installation() as box:
            result = subprocess.run(["node", str(CLIENTS), box.http, box.site_key], capture_output=True, text=True, timeout=120,
                                    check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
            came = json.loads(result.stdout)
        api, cedx = came["api"], came["cedx"]
        self.assertEqual(api["verify"], {"answer": True})
        self.assertEqual(api["verifyWrong"], {"answer": False})
        self.assertEqual([api[name]["answer"] for name in ("check", "checkKnown", "checkAdministrator", "checkHoneypot")],
                         [False, True, False, True])
        self.assertIn("API key", api["checkWrong"]["error"])
        self.assertNotIn("error", api["submitSpam"])
        self.assertNotIn("error", api["submitHam"])
        self.assertEqual((cedx["verify"], cedx["verifyWrong"], cedx["behindPath"]),
                         ({"answer": True}, {"answer": False}, {"answer": True}))
        self.assertEqual([cedx[name]["answer"] for name in ("check", "checkKnown", "checkAdministrator")], [0, 1, 0])  # ham, spam, ham
        self.assertIn("API key", cedx["checkWrong"]["error"])
        self.assertEqual((cedx["submitSpam"], cedx["submitHam"]), ({}, {}))


if __name__ == "__main__":
    unittest.main()
