"""database.direct_url is broken, or leads elsewhere: the servers see changes all the same, a revoked key is refused, and doctor says
what is wrong."""

import pathlib
import types
import unittest
import urllib.parse

import grpc

import harness
import postgres_proxy
import replicas
from harness import admin_pb, code_of

SECONDS_MAX = 30
DIRECT = "REPLYGUARD_DIRECT_DATABASE_URL"
USER = "replyguard_app_login"


class DirectDatabaseTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def start_with(self, direct_url):
        """The installation's server, and another one."""
        self.box.stop()
        self.box.extra_environment[DIRECT] = direct_url
        self.box.start()
        self.second = self.enterContext(replicas.Replica(self.box, {DIRECT: direct_url}))

    def code_at(self, box, key, body="Bees."):
        client = box.client(key)
        return code_of(lambda: box.submit(client, body))[0]

    def check_revocation(self):
        box, key = self.box, self.box.make_key("BACKEND", self.box.site)
        for one in (box, self.second):
            harness.wait_for(lambda one=one: self.code_at(one, key) == grpc.StatusCode.OK, SECONDS_MAX, "the new key to be good")
        operator = box.client(box.operator_key)
        operator.call(operator.admin.RevokeApiKey, admin_pb.RevokeApiKeyRequest(name=f"apiKeys/{key[:16]}"))
        self.assertEqual(self.code_at(box, key), grpc.StatusCode.UNAUTHENTICATED, "where it was revoked")
        harness.wait_for(lambda: self.code_at(self.second, key) == grpc.StatusCode.UNAUTHENTICATED, SECONDS_MAX,
                         "the other server to refuse the key")
        for one in (box, self.second):
            self.assertEqual(one.health(), harness.SERVING)

    def doctor_says(self, pattern):
        told = self.box.run("doctor", check=False)
        self.assertRegex(told.stdout, pattern)
        return told.returncode

    def test_another_database(self):
        other = self.enterContext(harness.Installation())
        other.stop()
        self.start_with(harness.database_url(other.admin_url, other.database, USER))
        self.check_revocation()
        self.assertNotEqual(self.doctor_says(r"fail +direct database: .*another database than database\.url"), 0)
        harness.wait_for(lambda: "another database" in self.box.log_path.read_text(), SECONDS_MAX, "the log to tell")

    def test_a_line_that_breaks(self):
        url = harness.database_url(self.box.admin_url, self.box.database, USER)
        host = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["host"][0]
        with postgres_proxy.Proxy(types.SimpleNamespace(folder=pathlib.Path(host))) as line:
            self.start_with(url.replace(f"host={host}", f"host={line.host}"))
            self.doctor_says(r"ok +direct database: ")
            self.check_revocation()
        self.check_revocation()
        self.doctor_says(r"warn +direct database: ")


if __name__ == "__main__":
    unittest.main()
