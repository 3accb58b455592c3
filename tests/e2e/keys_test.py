"""The last operator key, and the one that a command calls with: revoked only by force, and the way back is told."""

import json
import unittest

import grpc
import harness
from harness import admin_pb

USAGE, REJECTED, REFUSED = 2, 5, 4


class KeysTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def revoke(self, key, *flags):
        return self.box.run("key", "revoke", key[:16], *flags, check=False)

    def keys(self):
        return [json.loads(line) for line in self.box.run("key", "list", "--format", "json").stdout.splitlines()]

    def test_what_locks_everybody_out_needs_force_and_there_is_a_way_back(self):
        box, first = self.box, self.box.operator_key
        own = self.revoke(first)
        self.assertEqual(own.returncode, USAGE, own.stderr)
        self.assertIn("the key that you call with", own.stderr)
        operator = box.client(first)
        with self.assertRaises(grpc.RpcError) as caught:
            operator.call(operator.admin.RevokeApiKey, admin_pb.RevokeApiKeyRequest(name=f"apiKeys/{first[:16]}"))
        self.assertEqual(caught.exception.code(), grpc.StatusCode.FAILED_PRECONDITION)
        self.assertIn("--bootstrap --force", caught.exception.details())

        # With a second one it is the last no more, and that one is in turn.
        second = box.make_key("OPERATOR", name="second")
        box.operator_key = second
        self.assertEqual(self.revoke(first).returncode, 0)
        forced = self.revoke(second, "--force")
        self.assertEqual(forced.returncode, 0, forced.stderr)

        def refused():
            ran = box.run("site", "list", check=False)
            return ran if ran.returncode == REFUSED else None

        told = harness.wait_for(refused, 30, "the revoked key to be refused")
        self.assertIn("key create --bootstrap --force", told.stderr)
        doctor = box.run("doctor", check=False)
        self.assertIn("key create --bootstrap --force", doctor.stdout + doctor.stderr)
        box.operator_key = json.loads(box.run("key", "create", "--bootstrap", "--force", "--format", "json").stdout)["secret"]
        self.assertTrue(any("revokeTime" not in key and key["role"] == "ROLE_OPERATOR" for key in self.keys()))


if __name__ == "__main__":
    unittest.main()
