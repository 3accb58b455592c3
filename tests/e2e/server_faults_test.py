"""What may happen to a server beside losing its database: clients vanish, the model's checkpoint is torn, it starts beside another
that migrates."""

import os
import subprocess
import threading
import unittest

import grpc

import harness
import ledger
import replicas
from harness import admin_pb, code_of, comment_pb

PROBES = ["The chart explains how bread rises at altitude.", "Hurry up guys! get 500 followers instantly"]
VANISHING = 40


class ServerFaultsTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())

    def test_clients_vanish_in_the_middle_of_their_calls(self):
        """By cancelling, and by closing the connection under a call or a stream. What they sent is stored once, or not at all."""
        with ledger.Ledger(self.box) as book:
            book.wait_for_more(20)
            for number in range(VANISHING):
                client = harness.Client(self.box.address, self.box.site_key)
                request_id, body = f"v-{number}", f"Sent by somebody who left, {number}."
                book.unknown[request_id] = (body, f"Gone {number}")
                client.comments.WatchEvents(comment_pb.WatchEventsRequest(parent=f"sites/{self.box.site}"),
                                            metadata=client.metadata)
                call = client.comments.SubmitComment.future(comment_pb.SubmitCommentRequest(
                    submission=self.box.submission(body, author=f"Gone {number}", email=f"Gone.{number}@example.org"),
                    request_id=request_id), metadata=client.metadata)
                if number % 2:
                    call.cancel()
                client.close()
            book.wait_for_more(20)
        book.settle()
        book.check(self)
        self.assertEqual(len([key for key in book.acknowledged if key.startswith("v-")]), VANISHING)

    def test_a_torn_checkpoint_is_passed_over(self):
        ledger.train(self.box)
        said = [replicas.check(self.box, self.box.backend(), body) for body in PROBES]
        self.assertEqual(self.box.stop(), 0)
        # Cut short, and one whose length is right and whose bytes are not.
        for tear in ("substring(bytes FROM 1 FOR length(bytes) / 2)", "set_byte(bytes, length(bytes) / 2, "
                     "get_byte(bytes, length(bytes) / 2) # 255)"):
            self.assertNotEqual(self.box.sql("SELECT count(*) FROM replyguard.checkpoints"), "0")
            self.box.sql(f"UPDATE replyguard.checkpoints SET bytes = {tear}")
            self.box.start()
            self.box.wait_for_model()
            again = [replicas.check(self.box, self.box.backend(), body) for body in PROBES]
            self.assertEqual([(a.model_id, a.log_odds) for a in again], [(a.model_id, a.log_odds) for a in said])
            self.assertIn("damaged", self.box.log_path.read_text())
            self.assertEqual(self.box.stop(), 0)
        self.box.start()

    def test_a_second_server_takes_no_socket_away(self):
        """Of a dead one it does."""
        address = f"unix:{self.box.folder}/socket"
        first = subprocess.Popen(self.serving(address), env=self.box.environment(), stderr=subprocess.DEVNULL, cwd=self.box.folder)
        self.addCleanup(first.kill)
        self.wait_for_answer(address)
        second = subprocess.run(self.serving(address), env=self.box.environment(), capture_output=True, text=True, check=False,
                                timeout=60 * harness.PATIENCE, cwd=self.box.folder)
        self.assertNotEqual(second.returncode, 0)
        self.assertIn(f"another server listens at {address}", second.stdout + second.stderr)
        self.wait_for_answer(address)
        first.kill()
        first.wait()
        third = subprocess.Popen(self.serving(address), env=self.box.environment(), stderr=subprocess.DEVNULL, cwd=self.box.folder)
        self.addCleanup(third.kill)
        self.wait_for_answer(address)
        third.terminate()
        self.assertEqual(third.wait(30 * harness.PATIENCE), 0)

    def serving(self, address):
        return [harness.BINARY, "serve", "--listen", address, *(["--allow-root"] if os.geteuid() == 0 else [])]

    def wait_for_answer(self, address):
        def answers():
            client = harness.Client(address, self.box.operator_key)
            try:
                return code_of(lambda: client.call(client.admin.ListSites, admin_pb.ListSitesRequest(), timeout=5))[0] == grpc.StatusCode.OK
            finally:
                client.close()
        harness.wait_for(answers, 30, "an answer by the socket")

    def test_two_migrate_at_once_while_a_third_waits(self):
        self.assertEqual(self.box.stop(), 0)
        self.box.run("migrate", "down", "--to", "0", "--lose-data")
        results = []
        threads = [threading.Thread(target=lambda: results.append(self.box.run("migrate", "up", check=False)))
                   for _ in range(2)]
        starting = threading.Thread(target=self.box.start)
        for thread in [starting, *threads]:
            thread.start()
        for thread in [starting, *threads]:
            thread.join()
        self.assertEqual([result.returncode for result in results], [0, 0], [result.stderr for result in results])
        applied = self.box.sql("SELECT count(*), max(version) FROM replyguard.schema_migrations").split("|")
        self.assertEqual(applied[0], applied[1])
        self.assertEqual(self.box.health(), harness.SERVING)


if __name__ == "__main__":
    unittest.main()
