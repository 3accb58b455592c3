"""The stock Connect client for Node works against the server, with both codecs."""

import json
import pathlib
import subprocess
import unittest

import harness

CLIENT = pathlib.Path(__file__).with_name("connect_node_client.mjs")


class ConnectNodeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(harness.Installation())
        proto_dir, descriptors = harness.SOURCE_DIR / "proto", cls.box.folder / "contract.binpb"
        files = sorted(str(p.relative_to(proto_dir)) for p in proto_dir.glob("replyguard/v1/*.proto"))
        subprocess.run(["protoc", "-I", str(proto_dir), "--include_imports", f"--descriptor_set_out={descriptors}", *files],
                       check=True)
        result = subprocess.run(["node", str(CLIENT), f"http://{cls.box.http}", cls.box.site, cls.box.site_key, str(descriptors)],
                                capture_output=True, text=True, timeout=120, check=False)
        assert result.returncode == 0, result.stderr
        cls.answers = json.loads(result.stdout)

    def each(self):
        return (self.answers["json"], self.answers["proto"])

    def test_submits_by_post_and_reads_by_get(self):
        for answer in self.each():
            self.assertEqual(answer["methods"], ["POST", "GET"])
            self.assertEqual(answer["submitted"]["author"]["maskedEmail"], "a***@example.org")
            self.assertEqual(answer["submitted"]["status"], "COMMENT_STATUS_PENDING")
            self.assertTrue(answer["same"])

    def test_violations_arrive_as_details(self):
        for answer in self.each():
            self.assertEqual(answer["invalid"]["code"], "InvalidArgument")
            (bad,) = [d["debug"] for d in answer["invalid"]["details"] if d["type"] == "google.rpc.BadRequest"]
            self.assertEqual({v["field"] for v in bad["fieldViolations"]},
                             {"submission.author_name", "submission.author_email", "submission.body"})

    def test_codes(self):
        for answer in self.each():
            self.assertEqual(answer["unknownKey"]["code"], "Unauthenticated")
            self.assertEqual(answer["tooLate"]["code"], "DeadlineExceeded")
            self.assertEqual(answer["streamEnd"]["code"], "OutOfRange")

    def test_streams(self):
        for answer in self.each():
            # The oldest event: of the first comment.
            self.assertEqual(answer["event"], self.answers["json"]["submitted"]["name"])


if __name__ == "__main__":
    unittest.main()
