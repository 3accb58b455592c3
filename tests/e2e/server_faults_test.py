"""What may happen to a server beside losing its database: clients vanish, the model's checkpoint is torn, it starts beside another
that migrates."""

import threading
import unittest

import harness
import ledger
import replicas
from harness import comment_pb

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
