"""Whom the service trusts: a revoked key loses its open streams, and authors are vouched for by people alone."""

import json
import threading
import unittest

import grpc

import harness
from harness import admin_pb, comment_pb

REVOKED_SECONDS_MAX = 20  # the contract says one second; a busy machine has its own time


class TrustTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())

    def follow(self, key):
        """A stream of the site's events under a key, and the list of what ends it."""
        client = self.box.client(key)
        ends = []
        stream = client.comments.WatchEvents(comment_pb.WatchEventsRequest(parent=f"sites/{self.box.site}"),
                                             metadata=client.metadata, timeout=120)

        def read():
            try:
                for _ in stream:
                    pass
            except grpc.RpcError as error:
                ends.append(error)
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return stream, thread, ends

    def test_a_revoked_key_loses_its_streams_and_another_keeps_its_own(self):
        doomed = self.box.make_key("BACKEND", self.box.site, name="doomed")
        _, doomed_thread, doomed_ends = self.follow(doomed)
        stream, thread, ends = self.follow(self.box.site_key)
        operator = self.box.client(self.box.operator_key)
        keys = operator.call(operator.admin.ListApiKeys, admin_pb.ListApiKeysRequest()).api_keys
        name = next(key.name for key in keys if key.display_name == "doomed")
        operator.call(operator.admin.RevokeApiKey, admin_pb.RevokeApiKeyRequest(name=name))
        doomed_thread.join(REVOKED_SECONDS_MAX)
        self.assertEqual([end.code() for end in doomed_ends], [grpc.StatusCode.UNAUTHENTICATED])
        self.assertTrue(thread.is_alive())
        stream.cancel()
        thread.join(REVOKED_SECONDS_MAX)
        self.assertEqual([end.code() for end in ends], [grpc.StatusCode.CANCELLED])

    def reasons(self, body):
        answer = json.loads(self.box.run("submit", "--author-name", "Ada", "--author-email", "ada@example.org", "--body",
                                         body, "--format", "json").stdout)
        return answer["comment"], {reason["code"] for reason in answer["comment"]["assessment"]["reasons"]}

    def test_an_author_is_new_until_a_person_has_approved_a_comment(self):
        self.box.run("site", "update", self.box.site, "--trust-typed-identity", "true")
        self.box.run("rule", "add", "word", "opensesame", "--action", "approve", "--reason", "the house's password")

        def approved_by_rule():
            return self.reasons("opensesame please")[0]["status"] == "COMMENT_STATUS_APPROVED"
        harness.wait_for(approved_by_rule, REVOKED_SECONDS_MAX, "the rule to approve")
        self.box.run("site", "update", self.box.site, "--hold-first-time-authors", "true")
        harness.wait_for(lambda: "FIRST_TIME_AUTHOR" in self.reasons("A first walk.")[1], REVOKED_SECONDS_MAX,
                         "a machine's approval not to count")
        comment, _ = self.reasons("A second walk.")
        self.box.run("queue", "approve", comment["name"])
        _, codes = self.reasons("A third walk.")
        self.assertNotIn("FIRST_TIME_AUTHOR", codes)


if __name__ == "__main__":
    unittest.main(verbosity=1)
