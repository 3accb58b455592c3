"""Operations: cancelled, interrupted, killed in the middle, and finished once by whoever is left."""

import json
import pathlib
import signal
import subprocess
import threading
import unittest

import grpc

import harness
import replicas
from harness import comment_pb, comment_pb2, model_pb, operation_pb, operation_pb2

LABELS = 120
SPAM = "cheap pills casino bonus click here"
HAM = "thank you, the chapter about bees helped my garden"
PROBES = [SPAM, HAM, "an offer for your garden, click here"]


def teach(box, count=LABELS, name="label"):
    client = box.client(box.operator_key)
    examples = [model_pb.LabelledExample(
        submission=comment_pb2.Submission(body=f"{HAM if n % 2 else SPAM} {n}"), external_id=f"{name}-{n}",
        label=model_pb.LABEL_HAM if n % 2 else model_pb.LABEL_SPAM) for n in range(count)]
    client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(parent=f"sites/{box.site}", examples=examples))
    box.wait_for_model()


def catches(pid, number):
    """Whether a process has a handler for a signal."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("SigCgt:")[2].split()[0], 16) >> number - 1 & 1


class OperationsTest(unittest.TestCase):
    def setUp(self):
        self.box = self.enterContext(harness.Installation())
        teach(self.box)

    def command(self, *arguments):
        return json.loads(self.box.run(*arguments, "--format", "json").stdout)

    def start(self):
        """The name of a retraining that was started."""
        return self.box.run("model", "retrain", "--no-wait").stdout.strip()

    def operation(self, name, box=None):
        client = (box or self.box).client(self.box.operator_key)
        operation = client.call(client.operations.GetOperation, operation_pb.GetOperationRequest(name=name)).operation
        metadata = operation_pb2.OperationMetadata()
        self.assertTrue(operation.metadata.Unpack(metadata))
        client.close()
        return operation, metadata

    def wait_for_state(self, name, state, box=None):
        wanted = operation_pb2.OperationMetadata.State.Value("STATE_" + state)
        harness.wait_for(lambda: self.operation(name, box)[1].state == wanted, 60, f"{name} to be {state}")

    def generations(self):
        return int(self.box.sql("SELECT count(*) FROM replyguard.generations"))

    def assert_made_one(self, name, attempts, box=None):
        self.wait_for_state(name, "SUCCEEDED", box)
        operation, metadata = self.operation(name, box)
        result = model_pb.RetrainModelResult()
        self.assertTrue(operation.response.Unpack(result))
        self.assertEqual(result.generation.name, "modelGenerations/2")
        self.assertGreaterEqual(result.comparison.held_out_count, 50)
        self.assertEqual(metadata.attempt_count, attempts)
        self.assertEqual(self.generations(), 2)

    def test_cancelled_in_the_middle_it_changes_nothing(self):
        with self.box.locked("labels", "ACCESS EXCLUSIVE"):
            name = self.start()
            self.assertEqual(name, "operations/1")
            self.box.wait_for_blocked("labels")
            refused = self.box.run("model", "retrain", check=False)
            self.assertEqual(refused.returncode, 5)
            self.assertIn("operation 1 ", refused.stderr)
            client = self.box.client(self.box.operator_key)
            code, error = harness.code_of(lambda: client.call(client.models.RetrainModel, model_pb.RetrainModelRequest()))
            self.assertEqual(code, grpc.StatusCode.FAILED_PRECONDITION)
            info = harness.check_details(error)["ErrorInfo"]
            self.assertEqual((info.reason, info.metadata["operation"]), ("RETRAIN_RUNS", name))
            self.assertIn("running", self.box.run("operation", "list", "--running").stdout)
            self.assertTrue(self.command("operation", "cancel", "1")["metadata"]["cancelRequested"])
        self.wait_for_state(name, "CANCELLED")
        self.assertEqual(self.generations(), 1)
        waited = self.box.run("operation", "wait", "1", check=False)
        self.assertNotEqual(waited.returncode, 0)
        self.assertIn("cancelled", waited.stderr)
        self.assertIn("cancelled", self.box.run("operation", "show", "operations/1").stdout)
        made = self.command("model", "retrain")
        self.assertEqual(made["generation"]["name"], "modelGenerations/2", "the next one is free to run")

    def test_an_interrupted_command_leaves_it_running(self):
        with self.box.locked("labels", "ACCESS EXCLUSIVE"):
            command = subprocess.Popen([harness.BINARY, "model", "retrain"], env=self.box.environment(), text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.box.wait_for_blocked("labels")
            harness.wait_for(lambda: catches(command.pid, signal.SIGINT), 60, "the command to follow the operation")
            command.send_signal(signal.SIGINT)
            _, told = command.communicate(timeout=60)
            self.assertEqual(command.returncode, -signal.SIGINT)
            self.assertIn("operation 1 goes on", told)
        done = self.command("operation", "wait", "1")
        self.assertTrue(done["done"])
        self.assertEqual(done["response"]["generation"]["name"], "modelGenerations/2")

    def test_killed_while_it_reads_it_is_done_once_after_the_restart(self):
        with self.box.locked("labels", "ACCESS EXCLUSIVE"):
            name = self.start()
            self.box.wait_for_blocked("labels")
            self.box.kill()
        self.box.start()
        self.assert_made_one(name, attempts=2)

    def test_killed_before_the_commit_of_its_end_it_is_done_once_after_the_restart(self):
        with self.box.locked("generations", "SHARE"):
            name = self.start()
            self.box.wait_for_blocked("generations")
            self.box.kill()
        self.box.start()
        self.assert_made_one(name, attempts=2)

    def test_of_two_servers_the_one_that_is_left_finishes_it(self):
        with self.box.locked("generations", "SHARE"):
            name = self.start()
            self.box.wait_for_blocked("generations")
            other = self.enterContext(replicas.Replica(self.box))
            self.box.kill()
        self.assert_made_one(name, attempts=2, box=other)

    def test_a_server_that_stops_in_order_hands_it_over(self):
        with self.box.locked("labels", "ACCESS EXCLUSIVE"):
            name = self.start()
            self.box.wait_for_blocked("labels")
            self.box.server.send_signal(signal.SIGTERM)
        self.box.server.wait(60)
        other = self.enterContext(replicas.Replica(self.box))
        self.wait_for_state(name, "SUCCEEDED", other)
        self.assertEqual(self.generations(), 2)

    def test_killed_before_the_commit_of_an_activation_the_old_one_answers(self):
        self.command("model", "retrain")
        before = self.box.model()
        with self.box.locked("activations", "SHARE"):
            command = subprocess.Popen([harness.BINARY, "model", "activate", "2"], env=self.box.environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.box.wait_for_blocked("activations")
            self.box.kill()
        self.assertNotEqual(command.wait(60), 0)
        self.box.start()
        self.assertEqual(self.box.model().model_id, before.model_id)
        self.assertEqual(self.box.sql("SELECT count(*) FROM replyguard.activations"), "1")
        self.command("model", "activate", "2")
        harness.wait_for(lambda: self.box.model().generation == 2, 60, "generation 2 to answer")

    def test_lists_are_paged(self):
        for _ in range(2):
            self.command("model", "retrain")
        client = self.box.client(self.box.operator_key)
        names, request = [], model_pb.ListModelGenerationsRequest(page_size=2)
        activations = 0
        while True:
            page = client.call(client.models.ListModelGenerations, request)
            names += [one.name for one in page.generations]
            activations += len(page.activations)
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        self.assertEqual(names, ["modelGenerations/3", "modelGenerations/2", "modelGenerations/1"])
        self.assertEqual(activations, 1)
        operations = client.call(client.operations.ListOperations, operation_pb.ListOperationsRequest(page_size=1))
        self.assertEqual([one.name for one in operations.operations], ["operations/2"])
        rest = client.call(client.operations.ListOperations, operation_pb.ListOperationsRequest(
            page_size=1, page_token=operations.next_page_token))
        self.assertEqual([one.name for one in rest.operations], ["operations/1"])


class Load:
    """Backends that submit and check, and moderators who decide, on each server until it is stopped."""

    def __init__(self, boxes):
        self.stop, self.failures, self.answers, self.lock = threading.Event(), [], {}, threading.Lock()
        self.submitted = self.decided = 0
        self.threads = [threading.Thread(target=self.guard, args=(work, box, n))
                        for n, box in enumerate(boxes) for work in (self.check, self.write, self.decide)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def guard(self, work, box, number):
        try:
            work(box, number)
        except Exception as error:  # any failed call fails the test
            self.failures.append(error)

    def check(self, box, _):
        client = box.backend()
        while not self.stop.is_set():
            for body in PROBES:
                answer = client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(
                    submission=box.submission(body))).assessment
                with self.lock:
                    self.answers.setdefault((answer.model_id, body), set()).add(answer.probability)

    def write(self, box, number):
        client, count = box.backend(), 0
        while not self.stop.is_set():
            count += 1
            box.submit(client, f"{(SPAM, HAM)[count % 2]} {number} {count}", f"load-{number}-{count}")
            self.submitted += 1

    def decide(self, box, number):
        moderator = box.moderator()
        backend, count = box.backend(), 0
        while not self.stop.is_set():
            count += 1
            name = box.submit(backend, f"{(SPAM, HAM)[count % 2]} to decide {number} {count}").comment.name
            answer = box.moderate(moderator, name, ("SPAM", "APPROVE")[count % 2])
            if answer.HasField("error"):
                raise AssertionError(answer)
            self.decided += 1


class UnderLoadTest(unittest.TestCase):
    def test_retrain_activate_and_roll_back_on_two_servers_under_load(self):
        box = self.enterContext(harness.Installation())
        evil = box.make_key("OPERATOR", name="evil")
        evil_id = box.sql("SELECT key_id FROM replyguard.api_keys WHERE display_name = 'evil'")
        teach(box)
        client = box.client(evil)
        client.call(client.models.LearnComments, model_pb.LearnCommentsRequest(
            parent=f"sites/{box.site}", examples=[model_pb.LabelledExample(
                submission=comment_pb2.Submission(body=f"{SPAM} evil {n}"), external_id=f"evil-{n}",
                label=model_pb.LABEL_HAM) for n in range(60)]))
        other = self.enterContext(replicas.Replica(box))
        with Load([box, other]) as load:
            def reached(goal):
                return load.failures or load.decided >= goal
            harness.wait_for(lambda: reached(10), 60, "load")
            box.run("model", "retrain", "--exclude-labels-by", evil_id)
            other.run("model", "activate", "2", "--force")
            harness.wait_for(lambda: load.failures or (box.model().generation == 2 and other.model().generation == 2), 60,
                             "generation 2 on both")
            goal = load.decided + 10
            harness.wait_for(lambda: reached(goal), 60, "decisions under generation 2")
            box.run("model", "rollback")
            harness.wait_for(lambda: load.failures or (box.model().generation == 1 and other.model().generation == 1), 60,
                             "generation 1 on both")
            last = load.decided + 10
            harness.wait_for(lambda: reached(last), 60, "decisions under generation 1")
        self.assertEqual(load.failures, [])
        self.assertGreater(load.submitted, 0)
        ids = {model_id for model_id, _ in load.answers}
        self.assertEqual({model_id.startswith("g2.") for model_id in ids}, {True, False})
        torn = {key: scores for key, scores in load.answers.items() if len(scores) != 1}
        self.assertEqual(torn, {}, "equal ids, equal scores, on either server")


if __name__ == "__main__":
    unittest.main()
