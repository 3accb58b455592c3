"""The callback of the Akismet protocol: a moderator's decision goes back to the website, with its key, until the website has taken
it; and it goes nowhere else."""

import contextlib
import http.server
import json
import subprocess
import threading
import unittest

import akismet_wire
import harness
from receiver import Receiver, make_certificate

PATH = "/wp-json/akismet/v1/webhook"


class Website(Receiver):
    """A website's webhook. Answers with the statuses given, then with 200; where it hangs, never, until that event."""

    def __init__(self, statuses=(), certificate=None, hangs=None):
        self.calls, self.paths, self.statuses = [], [], list(statuses)
        website = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                website.paths.append(self.path)
                website.calls.append(json.loads(body))
                if hangs:
                    hangs.wait(120)  # whoever asked has gone by then
                    return
                status = website.statuses.pop(0) if website.statuses else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(b"{}")

            def do_GET(self):
                website.paths.append(self.path)
                self.send_response(200)
                self.end_headers()

        super().__init__(Handler, certificate)

    def results(self):
        return [(comment["guid"], comment["result"]) for call in self.calls for comment in call["comments"]]


class CallbackTest(unittest.TestCase):
    def install(self, **environment):
        box = harness.Installation()
        box.extra_environment.update({f"REPLYGUARD_OUTGOING_{name.upper()}": value for name, value in environment.items()})
        self.enterContext(box)
        self.box, self.site, self.moderator = box, akismet_wire.Site(box.http, box.site_key), box.moderator()
        return box

    def check(self, text, blog, callback, **fields):
        answer = self.site.check(comment_content=text, blog=blog, callback=callback, **fields)
        self.assertEqual(answer.status, 200)
        return answer.headers["x-akismet-guid"]

    def name(self, guid):
        return f"sites/{self.box.site}/comments/{guid.replace('-', '')}"

    def decide(self, guid, action):
        result = self.box.moderate(self.moderator, self.name(guid), action)
        self.assertEqual(result.error.code, 0)

    def wait_for_due(self, count):
        harness.wait_for(lambda: self.box.sql("SELECT count(due_at) FROM replyguard.akismet_callbacks") == str(count), 60,
                         f"{count} to be due")

    def row(self, guid, columns):
        return self.box.sql(f"SELECT {columns} FROM replyguard.akismet_callbacks WHERE comment_id = '{guid}'")

    def test_a_decision_reaches_the_website(self):
        self.install(allow_private="true")
        with Website() as receiver:
            blog = f"http://127.0.0.1:{receiver.port}"
            url = blog + PATH
            good, bad, own, undecided = (self.check(f"Comment {n}.", blog, url) for n in range(4))
            self.decide(good, "APPROVE")
            self.decide(bad, "SPAM")
            # What the website itself decided it knows.
            self.site("submit-spam", {**akismet_wire.COMMENT, "guid": own})
            harness.wait_for(lambda: len(receiver.results()) >= 2, 30, "the website to be told")
            self.assertEqual(set(receiver.results()), {(good, "false"), (bad, "true")})
            for call in receiver.calls:
                self.assertEqual((call["key"], call["endpoint"]), (self.box.site_key, "comment-check"))
            self.assertEqual(set(receiver.paths), {PATH})
            # A second thought is told as well; trash is neither.
            self.decide(good, "SPAM")
            harness.wait_for(lambda: (good, "true") in receiver.results(), 30, "the second decision")
            harness.wait_for(lambda: self.row(good, "due_at IS NULL") == "t", 10, "the outbox to be empty")
            self.assertEqual(len(receiver.results()), 3)
            self.assertEqual(self.row(undecided, "version, due_at IS NULL"), "0|t")
        # The key lies sealed, in no other way.
        dump = subprocess.run(["pg_dump", "-d", harness.database_url(self.box.admin_url, self.box.database)],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn("COPY replyguard.sealed_keys", dump)
        self.assertNotIn(self.box.site_key, dump)
        self.assertNotIn(self.box.site_key.encode().hex(), dump)
        self.assertNotIn(self.box.site_key, self.box.log_path.read_text())

    def test_a_website_that_hangs_keeps_no_other_waiting(self):
        self.install(allow_private="true")
        self.box.run("site", "create", "other", "--display-name", "Other")
        other = akismet_wire.Site(self.box.http, self.box.make_key("BACKEND", "other"))
        ended = threading.Event()
        self.addCleanup(ended.set)
        with Website(hangs=ended) as slow, Website() as quick:
            blog = f"http://127.0.0.1:{slow.port}"
            # Each its own call, and each call takes ten seconds.
            hanging = [self.check(f"Hangs {number}.", blog, f"{blog}/{number}") for number in range(8)]
            for guid in hanging:
                self.decide(guid, "APPROVE")
            harness.wait_for(lambda: slow.paths, 30, "the site that hangs to be called")
            self.site = other
            blog = f"http://127.0.0.1:{quick.port}"
            guid = self.check("Quickly told.", blog, blog + PATH)
            everywhere = self.box.client(self.box.make_key("MODERATOR"))
            result = self.box.moderate(everywhere, f"sites/other/comments/{guid.replace('-', '')}", "APPROVE")
            self.assertEqual(result.error.code, 0)
            # It came after eighty seconds at the earliest.
            harness.wait_for(quick.results, 30, "the other site to be told")
            harness.wait_for(lambda: int(self.box.sql("SELECT sum(attempts) FROM replyguard.akismet_callbacks")) > 0, 60, "the first failure")
            tried = len(slow.paths)
            counted = int(self.box.sql("SELECT sum(attempts) FROM replyguard.akismet_callbacks"))
            self.assertLessEqual(counted, len(slow.paths), "what was not tried is not counted")
            self.assertLess(tried, len(hanging), "one at a time, with rests")
            ended.set()

    @contextlib.contextmanager
    def a_call_that_hangs(self):
        """Until the end; its comment's guid."""
        self.install(allow_private="true")
        ended = threading.Event()
        self.addCleanup(ended.set)
        with Website(hangs=ended) as slow:
            blog = f"http://127.0.0.1:{slow.port}"
            guid = self.check("Hangs.", blog, blog + PATH)
            self.decide(guid, "APPROVE")
            harness.wait_for(lambda: slow.paths, 30, "the website to be called")
            yield guid
            ended.set()

    def test_a_stop_cuts_a_call_and_counts_it_as_no_attempt(self):
        """What the server itself cuts is no fault of the website's, which is told at once by the next one."""
        with self.a_call_that_hangs() as guid:
            self.assertEqual(self.box.stop(), 0)
            self.assertEqual(self.row(guid, "attempts, due_at <= now(), last_error"), "0|t|")

    def test_a_blog_that_hangs_keeps_no_other_of_its_site_waiting(self):
        self.install(allow_private="true")
        ended = threading.Event()
        self.addCleanup(ended.set)
        with Website(hangs=ended) as slow, Website() as quick:
            called = quick.paths = slow.paths
            blog = f"http://127.0.0.1:{slow.port}"
            # More than go by one call.
            hanging = [self.check(f"Hangs {number}.", blog, blog + "/hangs") for number in range(60)]
            blog = f"http://127.0.0.1:{quick.port}"
            guid = self.check("Quickly told.", blog, blog + "/quick")
            # All of them are due before the other one, and nothing is told before that.
            ours = "UPDATE replyguard.api_keys SET revoked_at = {} WHERE key_id IN (SELECT key_id FROM replyguard.akismet_callbacks)"
            self.box.sql(ours.format("now()"))
            for begin in (0, 30):
                self.box.moderate_all(self.moderator, [self.name(guid) for guid in hanging[begin:begin + 30]], "APPROVE")
            self.wait_for_due(60)
            self.decide(guid, "APPROVE")
            self.wait_for_due(61)
            self.box.sql(ours.format("NULL"))
            harness.wait_for(quick.results, 60, "the other blog to be told")
            self.assertEqual(called[:2], ["/hangs", "/quick"], "the rest for the blog that hangs waits behind it")
            ended.set()

    def test_a_website_that_fails_is_told_again(self):
        self.install(allow_private="true")
        with Website(statuses=[500]) as receiver:
            blog = f"http://127.0.0.1:{receiver.port}"
            guid = self.check("Told twice.", blog, blog + PATH)
            self.decide(guid, "APPROVE")
            harness.wait_for(lambda: self.row(guid, "last_error") == "answered 500", 30, "the failure to be noted")
            harness.wait_for(lambda: len(receiver.calls) == 2, 60, "the second try")
            harness.wait_for(lambda: self.row(guid, "due_at IS NULL, last_error") == "t|", 10, "the success to be noted")
            self.assertEqual(receiver.results(), [(guid, "false")] * 2)

    def test_what_is_due_survives_the_server(self):
        self.install(allow_private="true")
        with Website(statuses=[503]) as receiver:
            blog = f"http://127.0.0.1:{receiver.port}"
            guid = self.check("Told after a restart.", blog, blog + PATH)
            self.decide(guid, "SPAM")
            harness.wait_for(lambda: receiver.calls, 30, "the first try")
            self.box.kill()
            self.box.start()
            harness.wait_for(lambda: len(receiver.calls) == 2, 90, "the second try")
            self.assertEqual(receiver.results()[1], (guid, "true"))

    def test_what_a_killed_server_was_telling_rests_for_25_seconds(self):
        with self.a_call_that_hangs() as guid:
            self.box.kill()
            self.assertEqual(self.row(guid, "attempts, due_at <= now() + interval '25 seconds'"), "0|t")

    def test_redirects_are_not_followed(self):
        self.install(allow_private="true")
        with Website(statuses=[302]) as receiver:
            blog = f"http://127.0.0.1:{receiver.port}"
            guid = self.check("Sent elsewhere.", blog, blog + PATH)
            self.decide(guid, "APPROVE")
            harness.wait_for(lambda: self.row(guid, "last_error") == "answered 302", 30, "the refusal")
            self.assertNotIn("/elsewhere", receiver.paths)

    def test_private_addresses_are_not_called(self):
        self.install()
        with Website() as receiver:
            guids = []
            for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1",
                         "169.254.169.254", "10.0.0.1"):
                blog = f"https://{host}:{receiver.port}"
                guids.append(self.check(f"Inside {host}.", blog, blog + PATH))
                self.decide(guids[-1], "APPROVE")
            for guid in guids:
                harness.wait_for(lambda guid=guid: self.row(guid, "last_error") != "", 30, "the refusal")
                self.assertRegex(self.row(guid, "last_error"), "not public|does not resolve|has no address")
            self.assertEqual(receiver.paths, [])

    def test_callbacks_elsewhere_are_not_taken(self):
        self.install()
        blog = "https://blog.example"
        for callback in ("http://blog.example/x", "https://other.example/x", "https://blog.example@other.example/x",
                         "https://user:word@blog.example/x", "https://blog.example:25/x", "file:///etc/passwd", "https://blog.example.evil/x",
                         "gopher://blog.example/x", "//blog.example/x", "https://blog.example\\@other.example/x", "https://" + "a" * 600):
            with self.subTest(callback):
                guid = self.check(f"With {callback}", blog, callback)
                self.assertEqual(self.row(guid, "1"), "")
        guid = self.check("With its own.", "HTTPS://Blog.example/wp/", "https://blog.example/x")
        self.assertEqual(self.row(guid, "url"), "https://blog.example/x")
        # It is held of the author, and goes with the comment.
        author = lambda verb: self.box.run("author", verb, "--format", "json", stdin="ada@example.org\n").stdout.splitlines()
        held = {one["comment"]["name"]: one["beside"]["akismetCallbackUrl"] for one in map(json.loads, author("export"))
                if one.get("beside", {}).get("akismetCallbackUrl")}
        self.assertEqual(held, {self.name(guid): "https://blog.example/x"})
        author("erase")
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.akismet_callbacks"), "0")

    def test_certificates_are_checked(self):
        self.box = harness.Installation()
        certificate, authority = make_certificate(self.box.folder)
        folder = contextlib.ExitStack()
        self.addCleanup(folder.close)
        receiver = folder.enter_context(Website(certificate=certificate))
        blog = f"https://localhost:{receiver.port}"
        self.box.extra_environment.update({"REPLYGUARD_OUTGOING_ALLOW_PRIVATE": "true"})
        self.enterContext(self.box)
        self.site, self.moderator = akismet_wire.Site(self.box.http, self.box.site_key), self.box.moderator()
        guid = self.check("Behind a certificate.", blog, blog + PATH)
        self.decide(guid, "APPROVE")
        harness.wait_for(lambda: "certificate" in self.row(guid, "last_error").lower(), 30, "the certificate to be refused")
        self.assertEqual(receiver.calls, [])
        # The same one, trusted.
        self.box.stop()
        self.box.extra_environment["REPLYGUARD_OUTGOING_CA_FILE"] = authority
        self.box.start()
        harness.wait_for(lambda: receiver.results() == [(guid, "false")], 60, "the website to be told")


if __name__ == "__main__":
    unittest.main()
