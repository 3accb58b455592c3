"""SIGKILL in mid-load: every acknowledged comment is there once, and a retry of what was in doubt settles it."""

import threading
import unittest

import grpc

import harness

CLIENTS = 8
KILLS = 3
ACKNOWLEDGED_BEFORE_KILL = 150


class KillTest(unittest.TestCase):
    def test_nothing_acknowledged_is_lost_or_doubled(self):
        with harness.Installation() as box:
            ledger, lock, stop = {}, threading.Lock(), threading.Event()
            failures = []

            def load(worker):
                number = 0
                client = box.backend()
                while not stop.is_set():
                    request_id = f"w{worker}-{number}"
                    try:
                        answer = box.submit(client, f"Load {worker} comment {number}", request_id)
                    except grpc.RpcError as error:
                        if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                            failures.append(error)
                            return
                        stop.wait(0.05)  # between tries of the same request while the server is away
                        continue
                    with lock:
                        ledger[request_id] = answer.comment.name
                    number += 1

            threads = [threading.Thread(target=load, args=(n,)) for n in range(CLIENTS)]
            for thread in threads:
                thread.start()
            try:
                for _ in range(KILLS):
                    goal = len(ledger) + ACKNOWLEDGED_BEFORE_KILL
                    harness.wait_for(lambda: len(ledger) >= goal or failures, 60, "acknowledgements")
                    box.kill()
                    box.start()
                goal = len(ledger) + ACKNOWLEDGED_BEFORE_KILL
                harness.wait_for(lambda: len(ledger) >= goal or failures, 60, "acknowledgements after the last restart")
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
            self.assertEqual(failures, [])
            rows = [line.split("|") for line in box.sql(
                "SELECT request_id, replace(comment_id::text, '-', '') FROM replyguard.comments").splitlines()]
            stored = {request_id: f"sites/{box.site}/comments/{comment}" for request_id, comment in rows}
            self.assertEqual(len(stored), len(rows), "a request_id is stored twice")
            self.assertEqual({k: stored.get(k) for k in ledger}, ledger)
            # What was sent but never acknowledged is at most the one request each client had in flight at the end.
            self.assertLessEqual(len(rows) - len(ledger), CLIENTS)
            queued = int(box.sql("SELECT count(*) FROM replyguard.queue_items"))
            self.assertEqual(queued, len(rows), "every comment of an untrained site waits in the queue")


if __name__ == "__main__":
    unittest.main()
