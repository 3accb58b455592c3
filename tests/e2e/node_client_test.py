"""Every violation at once, decoded by a stock Node client with the google.rpc messages that npm publishes."""

import json
import pathlib
import subprocess
import unittest

import harness

INVALID_ARGUMENT = 3
CLIENT = pathlib.Path(__file__).with_name("node_client.js")


class NodeClientTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def test_violations_are_decoded_by_published_messages(self):
        result = subprocess.run(["node", str(CLIENT), self.box.address, self.box.site, self.box.site_key],
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)

        self.assertEqual(answer["grpc_code"], INVALID_ARGUMENT)
        self.assertEqual(answer["code"], INVALID_ARGUMENT)
        (bad_request,) = [d["value"] for d in answer["details"] if d["type"] == "google.rpc.BadRequest"]
        violations = {v["field"]: v for v in bad_request["fieldViolations"]}
        self.assertEqual(set(violations), {"submission.author_name", "submission.author_email", "submission.body"})
        for violation in violations.values():
            self.assertRegex(violation["reason"], r"^[A-Z][A-Z0-9_]{2,62}$")
            self.assertTrue(violation["description"])
            self.assertNotIn("nobody", violation["description"])

        self.assertEqual(answer["comment"]["author"]["masked_email"], "a***@example.org")
        self.assertEqual(answer["comment"]["status"], "COMMENT_STATUS_PENDING")


if __name__ == "__main__":
    unittest.main()
