"""Webhooks: what happens to the comments of a site is posted to its backend, signed, in order, until it has been taken; and nowhere
else. Signatures are verified by the documented code, of which nothing is the server's."""

import base64
import hashlib
import hmac
import http.server
import json
import re
import subprocess
import tempfile
import time
import unittest

from google.protobuf import json_format

import harness
from receiver import Receiver, make_certificate

DOCUMENT = harness.SOURCE_DIR / "deploy" / "webhooks" / "README.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTED = dict(FENCE.findall(DOCUMENT.read_text(encoding="utf-8")))
DOCUMENTED_PYTHON = {}
exec(DOCUMENTED["python"], DOCUMENTED_PYTHON)  # pylint: disable=exec-used
verify = DOCUMENTED_PYTHON["verify"]


class Backend(Receiver):
    """A website's backend. Answers with the statuses given, then with 204."""

    def __init__(self, statuses=(), certificate=None):
        self.calls, self.statuses, self.connections = [], list(statuses), 0
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # which keeps connections

            def setup(self):
                backend.connections += 1
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                backend.calls.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(backend.statuses.pop(0) if backend.statuses else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

        super().__init__(Handler, certificate)
        self.url = f"https://localhost:{self.port}/hook" if certificate else f"http://127.0.0.1:{self.port}/hook"

    def events(self):
        return [json.loads(body) for _, body in self.calls]

    def sequences(self):
        return [int(event["sequence"]) for event in self.events()]


class WebhookTest(unittest.TestCase):
    def install(self, **environment):
        box = harness.Installation()
        box.extra_environment.update({f"REPLYGUARD_OUTGOING_{name.upper()}": value for name, value in environment.items()})
        self.enterContext(box)
        self.box, self.backend, self.moderator = box, box.backend(), box.moderator()
        return box

    def cli(self, *arguments):
        """The answers of one command, from JSON."""
        return [json.loads(line) for line in self.box.run("webhook", *arguments, "--format", "json").stdout.splitlines()]

    def add(self, url, *arguments):
        made, = self.cli("add", url, *arguments)
        return made["webhook"]["name"], made["secret"]

    def webhook(self):
        return self.cli("list")[0]

    def comment(self, text="A comment.", **fields):
        return self.box.submit(self.backend, text, **fields).comment.name

    def wait_for_calls(self, receiver, count, seconds=30):
        harness.wait_for(lambda: len(receiver.calls) >= count, seconds, f"{count} messages")

    def test_events_arrive_signed_in_order_and_without_addresses(self):
        self.install(allow_private="true")
        with Backend() as receiver:
            self.comment("Before there was a webhook.")
            name, secret = self.add(receiver.url)
            comments = [self.comment(f"Comment {n}, write to grace@example.org") for n in range(5)]
            for comment in comments:
                self.box.moderate(self.moderator, comment, "APPROVE")
            self.wait_for_calls(receiver, 10)
            self.assertEqual(receiver.sequences(), list(range(2, 12)))
            for headers, body in receiver.calls:
                verify(secret, headers, body)
                self.assertEqual(headers["content-type"], "application/json")
                self.assertNotIn(b"example.org", body)
                self.assertNotIn(b"Comment ", body)
                # Of other bytes, another id, another time or another secret nothing fits.
                for changed in ({"webhook-id": "msg_x"}, {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}):
                    with self.assertRaises(ValueError):
                        verify(secret, {**headers, **changed}, body)
                with self.assertRaises(ValueError):
                    verify(secret, headers, body + b" ")
                with self.assertRaises(ValueError):
                    verify("whsec_" + "A" * 43 + "=", headers, body)
            self.assertEqual(len({headers["webhook-id"] for headers, _ in receiver.calls}), 10)
            # The same JSON as the contract's.
            events = self.backend.call(self.backend.comments.ListEvents, harness.comment_pb.ListEventsRequest(
                parent=f"sites/{self.box.site}", cursor=1)).events
            self.assertEqual(receiver.events(), [json_format.MessageToDict(event) for event in events])
            harness.wait_for(lambda: self.webhook()["cursor"] == "11", 10, "the cursor to be stored")
            log = self.cli("log", name)
            self.assertEqual([(int(one["sequence"]), one["statusCode"]) for one in log], [(n, 204) for n in range(11, 1, -1)])
            self.assertEqual(log[0]["messageId"], receiver.calls[-1][0]["webhook-id"])
        # The secret lies sealed, in no other way.
        dump = subprocess.run(["pg_dump", "-d", harness.database_url(self.box.admin_url, self.box.database)],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn("COPY replyguard.webhooks", dump)
        for text in (secret, secret.removeprefix("whsec_"), secret.encode().hex()):
            self.assertNotIn(text, dump)
            self.assertNotIn(text, self.box.log_path.read_text())

    def test_documented_code_refuses_what_is_old(self):
        secret, body = "whsec_" + base64.b64encode(b"k" * 32).decode(), b'{"sequence":"1"}'

        def message(at):
            signed = f"msg_1.{at}.".encode() + body
            mac = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
            return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": f"v1,AAAA v1,{mac}"}

        now = int(time.time())
        for offset, good in ((0, True), (-200, True), (-400, False), (400, False)):
            headers = message(now + offset)
            script = DOCUMENTED["js"] + (f"verify({json.dumps(secret)}, {json.dumps(headers)}, "
                                         f"Buffer.from({json.dumps(body.decode())}));")
            result = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(result.returncode == 0, good, result.stderr)
            if good:
                verify(secret, headers, body)
            else:
                self.assertIn("too old", result.stderr)
                with self.assertRaises(ValueError):
                    verify(secret, headers, body)
        headers = {**message(now), "webhook-signature": "v1,AAAA"}
        script = DOCUMENTED["js"] + f"verify({json.dumps(secret)}, {json.dumps(headers)}, Buffer.from('{{}}'));"
        self.assertIn("no signature fits", subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60,
                                                          check=False).stderr)

    def test_node_verifies_what_the_server_sends_and_two_secrets_sign(self):
        self.install(allow_private="true")
        with Backend() as receiver:
            name, old = self.add(receiver.url, "--event", "decided")
            first = self.comment()
            self.box.moderate(self.moderator, first, "SPAM")
            self.wait_for_calls(receiver, 1)
            rotated, = self.cli("rotate", name)
            new = rotated["secret"]
            self.assertNotEqual(old, new)
            self.assertNotEqual(self.box.run("webhook", "rotate", name, check=False).returncode, 0)
            self.box.moderate(self.moderator, first, "APPROVE")
            self.wait_for_calls(receiver, 2)
            self.cli("drop-secret", name)
            self.box.moderate(self.moderator, first, "SPAM")
            self.wait_for_calls(receiver, 3)
            fits = []
            for headers, body in receiver.calls:
                script = DOCUMENTED["js"] + (
                    f"for (const secret of {json.dumps([old, new])}) try {{ verify(secret, {json.dumps(headers)}, "
                    f"Buffer.from({json.dumps(body.decode())})); console.log(true); }} catch {{ console.log(false); }}")
                fits.append(subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60,
                                           check=True).stdout.split())
            self.assertEqual(fits, [["true", "false"], ["true", "true"], ["false", "true"]])
            # Only what was asked for came.
            self.assertEqual({event["type"] for event in receiver.events()}, {"TYPE_DECIDED"})

    def test_a_receiver_that_fails_is_told_again_and_nothing_overtakes(self):
        self.install(allow_private="true")
        with Backend(statuses=[500]) as receiver:
            name, secret = self.add(receiver.url)
            self.comment("One.")
            self.comment("Two.")
            harness.wait_for(lambda: self.webhook().get("lastError") == "answered 500", 30, "the failure to be noted")
            self.assertEqual(self.webhook()["failureCount"], 1)
            self.wait_for_calls(receiver, 3, 60)
            self.assertEqual(receiver.sequences(), [1, 1, 2])
            self.assertEqual(receiver.calls[0][0]["webhook-id"], receiver.calls[1][0]["webhook-id"])
            for headers, body in receiver.calls:
                verify(secret, headers, body)
            harness.wait_for(lambda: not self.webhook().get("lastError"), 10, "the success to be noted")
            self.assertEqual([one.get("error", "") for one in self.cli("log", name)], ["", "", "answered 500"])

    def test_events_and_cursors_are_told_again(self):
        self.install(allow_private="true")
        with Backend() as receiver:
            name, secret = self.add(receiver.url)
            for number in range(3):
                self.comment(f"Comment {number}.")
            self.wait_for_calls(receiver, 3)
            self.cli("redeliver", name, "--event", "2")
            self.wait_for_calls(receiver, 4)
            self.assertEqual(receiver.calls[3][1], receiver.calls[1][1])
            self.assertEqual(receiver.calls[3][0]["webhook-id"], receiver.calls[1][0]["webhook-id"])
            verify(secret, *receiver.calls[3])
            self.cli("redeliver", name, "--from-cursor", "1")
            self.wait_for_calls(receiver, 6)
            self.assertEqual(receiver.sequences(), [1, 2, 3, 2, 2, 3])
            self.assertNotEqual(self.box.run("webhook", "redeliver", name, "--event", "99", check=False).returncode, 0)

    def test_events_share_a_connection(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="rg-e2e-"))
        certificate, authority = make_certificate(folder)
        self.install(allow_private="true", ca_file=authority)
        for number in range(10):
            self.comment(f"Comment {number}.")
        for receiver in (Backend(), Backend(certificate=certificate)):
            with self.subTest(receiver.url), receiver:
                name, _ = self.add(receiver.url)
                self.cli("redeliver", name, "--from-cursor", "0")
                self.wait_for_calls(receiver, 10)
                # How many goes by how long the machine paused: one that idles for seconds is closed.
                self.assertLess(receiver.connections, 10)
                self.cli("remove", name)

    def test_a_restart_resumes(self):
        self.install(allow_private="true")
        with Backend(statuses=[503]) as receiver:
            self.add(receiver.url)
            self.comment("Told after a restart.")
            self.wait_for_calls(receiver, 1)
            self.box.kill()
            self.box.start()
            self.wait_for_calls(receiver, 2, 120)
            self.backend = self.box.backend()
            self.comment("Another.")
            self.wait_for_calls(receiver, 3, 60)
            self.assertEqual(receiver.sequences(), [1, 1, 2])
            harness.wait_for(lambda: self.webhook()["cursor"] == "2", 10, "the cursor to be stored")
            # At an orderly end nothing is told twice.
            self.box.stop()
            self.box.start()
            self.backend = self.box.backend()
            self.comment("The last.")
            self.wait_for_calls(receiver, 4, 60)
            self.assertEqual(receiver.sequences(), [1, 1, 2, 3])

    def test_a_paused_one_waits_and_goes_on(self):
        self.install(allow_private="true")
        with Backend(statuses=[410]) as receiver:
            name, _ = self.add(receiver.url)
            self.comment("One.")
            harness.wait_for(lambda: self.webhook()["state"] == "STATE_PAUSED", 30, "the webhook to be paused")
            self.assertIn("410", self.webhook()["pauseReason"])
            self.comment("Two.")
            self.cli("update", name, "--resume")
            self.wait_for_calls(receiver, 3)
            self.assertEqual(receiver.sequences(), [1, 1, 2])
            self.cli("update", name, "--pause")
            self.comment("Three.")
            self.assertEqual(self.webhook()["pauseReason"], "by an operator")
            self.cli("remove", name)
            self.assertEqual(self.cli("list"), [])
            self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.webhook_attempts"), "0")
            self.assertEqual(receiver.sequences(), [1, 1, 2])

    def test_private_addresses_are_not_called(self):
        self.install()
        with Backend() as receiver:
            port = receiver.server.server_port
            self.assertNotEqual(self.box.run("webhook", "add", receiver.url, check=False).returncode, 0)
            self.assertNotEqual(self.box.run("webhook", "add", "https://a:b@blog.example/", check=False).returncode, 0)
            private = [f"https://{host}:{port}/hook" for host in ("127.0.0.1", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1")]
            for url in private:
                refused = self.box.run("webhook", "add", url, check=False)
                self.assertNotEqual(refused.returncode, 0)
                self.assertIn("outgoing.allow_private", refused.stderr)
            for _ in range(5):
                self.add(f"https://localhost:{port}/hook")
            # As versions before took them.
            for number, url in enumerate(private):
                self.box.sql(f"""UPDATE replyguard.webhooks SET url = '{url}' WHERE webhook_id =
                    (SELECT webhook_id FROM replyguard.webhooks ORDER BY webhook_id OFFSET {number} LIMIT 1)""")
            self.comment()
            harness.wait_for(lambda: all(one.get("lastError") for one in self.cli("list")), 60, "every refusal")
            for one in self.cli("list"):
                self.assertRegex(one["lastError"], "not public|does not resolve|has no address", one["url"])
            self.assertEqual(receiver.calls, [])
            # No more than five.
            self.assertNotEqual(self.box.run("webhook", "add", "https://blog.example/", check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
