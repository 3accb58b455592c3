"""A key that calls more often than it may is told when to come again, by gRPC, Connect and Akismet alike; others see nothing of it."""

import http.client
import json
import unittest

import grpc

import akismet_wire
import harness
from harness import check_details, code_of, comment_pb

CALLS_MAX = 200  # far more than come in a second of a rate of one
REFUSED = grpc.StatusCode.RESOURCE_EXHAUSTED


class RateLimitTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())
        assert cls.box.stop() == 0
        cls.box.extra_environment = {"REPLYGUARD_KEY_CALLS_PER_SECOND": "1", "REPLYGUARD_KEY_CALLS_BURST": "5"}
        cls.box.start()

    def new_key(self, *flags):
        """A key of its own, by its own operator: each test begins with a whole burst."""
        made = self.box.run("key", "create", "--role", "backend", "--display-name", "rated", *flags, "--format", "json", check=False)
        while made.returncode != 0:  # the operator's key is rated as well
            self.assertIn("RATE_LIMITED", made.stdout + made.stderr)
            made = self.box.run("key", "create", "--role", "backend", "--display-name", "rated", *flags, "--format", "json",
                                check=False)
        return json.loads(made.stdout)["secret"]

    def check(self, client):
        return client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(submission=self.box.submission("Hello.")))

    def use_up(self, client):
        """Calls until it is refused; how often it was not, and the refusal."""
        for number in range(CALLS_MAX):
            code, error = code_of(lambda: self.check(client))
            if code != grpc.StatusCode.OK:
                self.assertEqual(code, REFUSED, error)
                return number, error
        self.fail("it was never refused")

    def test_grpc(self):
        client = self.box.client(self.new_key())
        taken, error = self.use_up(client)
        self.assertGreaterEqual(taken, 5)
        found = check_details(error)
        self.assertEqual(found["ErrorInfo"].reason, "RATE_LIMITED")
        wait = found["RetryInfo"].retry_delay.ToTimedelta().total_seconds()
        self.assertTrue(0 < wait <= 1, wait)
        self.assertEqual(code_of(lambda: self.check(self.box.client(self.new_key())))[0], grpc.StatusCode.OK)
        harness.wait_for(lambda: code_of(lambda: self.check(client))[0] == grpc.StatusCode.OK, 20, "another call to be allowed")

    def test_streams_count_too(self):
        client = self.box.client(self.new_key())
        self.use_up(client)
        stream = client.comments.WatchEvents(comment_pb.WatchEventsRequest(parent=f"sites/{self.box.site}"),
                                             metadata=client.metadata, timeout=5)
        codes = set()
        for _ in range(CALLS_MAX):
            code, _ = code_of(lambda: next(stream))
            codes.add(code)
            if code == REFUSED:
                return
            stream = client.comments.WatchEvents(comment_pb.WatchEventsRequest(parent=f"sites/{self.box.site}"),
                                                 metadata=client.metadata, timeout=5)
        self.fail(codes)

    def test_connect(self):
        key = self.new_key()
        body = json.dumps({"submission": {"thread": f"sites/{self.box.site}/threads/a", "authorName": "Ada",
                                          "authorEmail": "ada@example.org", "body": "Hello."}})
        connection = http.client.HTTPConnection(self.box.http, timeout=20)
        self.addCleanup(connection.close)
        for _ in range(CALLS_MAX):
            connection.request("POST", "/replyguard.v1.CommentService/CheckComment", body,
                               {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status != 200:
                break
        self.assertEqual((response.status, answer["code"]), (429, "resource_exhausted"))
        self.assertEqual(response.headers["retry-after"], "1")
        self.assertIn("RATE_LIMITED", json.dumps(answer))

    def test_akismet(self):
        site = akismet_wire.Site(self.box.http, self.new_key())
        for _ in range(CALLS_MAX):
            answer = site("comment-check", akismet_wire.COMMENT)
            if answer.status != 200:
                break
            self.assertIn(answer.text, ("true", "false"))
        self.assertEqual((answer.status, answer.text), (429, "invalid"))
        self.assertEqual(answer.headers["retry-after"], "1")
        self.assertIn("more often", answer.headers["x-akismet-debug-help"])

    def test_an_operators_key_guesses_links_no_faster(self):
        """Its tries are not counted as strangers' are, up to its rate."""
        connection = http.client.HTTPConnection(self.box.http, timeout=20)
        self.addCleanup(connection.close)
        for _ in range(CALLS_MAX):
            connection.request("POST", "/replyguard.v1.AccountService/AcceptInvitation",
                               json.dumps({"token": "x", "password": "no matter which it is"}),
                               {"Authorization": f"Bearer {self.box.operator_key}", "Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status == 429:
                break
            self.assertIn("LINK_GONE", json.dumps(answer))
        self.assertIn("TOO_MANY_TRIES", json.dumps(answer))

    def test_a_key_with_a_rate_of_its_own(self):
        key = self.new_key("--calls-per-second", "100000", "--calls-burst", "200")
        client = self.box.client(key)
        for _ in range(50):
            self.check(client)
        slow = self.box.client(self.new_key("--calls-per-second", "1"))
        self.assertGreaterEqual(self.use_up(slow)[0], 1)
        listed = harness.wait_for(lambda: self.box.run("key", "list", "--format", "json", check=False).stdout, 20, "the list")
        rates = [json.loads(line).get("callRate") for line in listed.splitlines()]
        self.assertIn({"perSecond": 100000, "burst": 200}, rates)
        self.assertIn({"perSecond": 1, "burst": 1}, rates)

    def test_bounds_of_a_rate(self):
        for flags in (("--calls-per-second", "0"), ("--calls-per-second", "1000001"), ("--calls-burst", "5")):
            self.assertNotEqual(self.box.run("key", "create", *flags, check=False).returncode, 0, flags)


if __name__ == "__main__":
    unittest.main()
