"""What writers were told of each submission, compared with what the database holds.

Writers submit over gRPC as websites do. Each request_id has one of three fates:

  acknowledged  OK: the comment is there, once, as it was answered
  refused       a code that says that nothing was stored: it is not there
  unknown       UNAVAILABLE, a late answer, a cut connection: the same request_id settles it

Any other answer is a failure of the server. `settle` repeats what is unknown, `check` compares.
"""

import random
import threading
import time

import grpc

import examples
import harness
from harness import comment_pb2, model_pb

_APPROVED = comment_pb2.CommentStatus.Value("COMMENT_STATUS_APPROVED")
# Nobody knows whether such a call took effect.
_UNKNOWN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}
# Such a call did nothing.
_REFUSED = {grpc.StatusCode.RESOURCE_EXHAUSTED}
_SETTLE_SECONDS_MAX = 60
_SETTLERS = 8


class Ledger:
    """Use as a context manager around the faults: leaving it stops the writers.

    boxes: the installations (servers) that writer n takes in turn. `decides`: one more worker approves what was
    acknowledged, over the first of them. `seed`: another one makes other comments and request_ids.
    """

    def __init__(self, *boxes, writers=6, timeout=3, decides=False, seed=1):
        self.boxes, self.timeout, self.seed = boxes, timeout * harness.PATIENCE, seed
        self.acknowledged = {}  # request_id -> (name, verdict, body)
        self.statuses = {}  # request_id -> status, where the comment was answered for the first time
        self.unknown = {}  # request_id -> (body, author)
        self.last_unknown = None  # code and details
        self.sent = {}  # the same of all
        self.refused = {}  # request_id -> code
        self._undecided = []  # names of those that are
        self.decided = {}  # name -> decision name, or None where nobody knows
        self.failures = []
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._guard, args=(self._write, n, seed)) for n in range(writers)]
        if decides:
            self._threads.append(threading.Thread(target=self._guard, args=(self._decide,)))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count, seconds=30):
        """Until so many more are acknowledged: the service works."""
        goal = len(self.acknowledged) + count
        harness.wait_for(lambda: len(self.acknowledged) >= goal or self.failures, seconds, f"{count} acknowledgements")
        assert not self.failures, self.failures

    def _guard(self, work, *arguments):
        try:
            work(*arguments)
        except Exception as error:  # whatever it is, it fails the test
            self.failures.append(error)

    def _write(self, writer, seed):
        client = self.boxes[writer % len(self.boxes)].backend()
        bodies = examples.labelled(1_000_000, seed * 1000 + writer)
        for number, (body, _) in enumerate(bodies):
            if self._stopping.is_set():
                return
            request_id = f"s{seed}w{writer}-{number}"
            if not self._submit(client, request_id, f"{body} {request_id}", f"Writer {writer}-{number % 50}"):
                self._stopping.wait(0.05)  # while the server is away

    def _submit(self, client, request_id, body, author):
        """Whether the server has said what became of it."""
        box = self.boxes[0]
        self.sent[request_id] = (body, author)
        try:
            answer = client.call(client.comments.SubmitComment, harness.comment_pb.SubmitCommentRequest(
                submission=box.submission(body, author=author, email=author.replace(" ", ".") + "@example.org"),
                request_id=request_id), timeout=self.timeout)
        except grpc.RpcError as error:
            if error.code() in _UNKNOWN:
                with self._lock:
                    self.unknown[request_id] = (body, author)
                    self.last_unknown = error.code(), error.details()
                return False
            if error.code() in _REFUSED:
                with self._lock:
                    self.refused[request_id] = error.code()
                return False
            raise
        with self._lock:
            if request_id not in self.acknowledged:
                self._undecided.append(answer.comment.name)
            self.acknowledged[request_id] = (answer.comment.name, answer.assessment.verdict, answer.comment.body)
            if answer.comment.body != body:
                raise AssertionError(f"{request_id}: {answer.comment.body!r} is not what was sent")
            if not answer.replayed:
                self.statuses[request_id] = answer.comment.status
        return True

    def _decide(self):
        client = self.boxes[0].moderator()
        chance = random.Random(self.seed)
        while not self._stopping.wait(0.02):
            with self._lock:
                if not self._undecided:
                    continue
                name = self._undecided.pop(chance.randrange(len(self._undecided)))
            try:
                result = self.boxes[0].moderate(client, name, "APPROVE")
            except grpc.RpcError as error:
                if error.code() not in _UNKNOWN:
                    raise
                self.decided[name] = None
                continue
            if result.HasField("error"):
                assert result.error.code in {code.value[0] for code in _UNKNOWN}, result.error
                self.decided[name] = None
            else:
                self.decided[name] = result.decision.name

    def settle(self, seconds=_SETTLE_SECONDS_MAX):
        """Repeats every request_id whose fate is unknown until the server says it."""
        settled = dict(self.unknown)
        left = list(settled.items())
        deadline = time.monotonic() + seconds * harness.PATIENCE
        threads = [threading.Thread(target=self._guard, args=(self._settle, left, deadline)) for _ in range(_SETTLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not self.failures, self.failures
        return settled

    def _settle(self, left, deadline):
        client = self.boxes[0].backend()
        while True:
            with self._lock:
                if not left:
                    return
                request_id, (body, author) = left.pop()
            while not self._submit(client, request_id, body, author):
                assert time.monotonic() < deadline, f"{request_id} is still unknown"
                time.sleep(0.05)
            with self._lock:
                del self.unknown[request_id]

    def check(self, test, but=frozenset()):
        """Compares with the database. The servers may run or not; nobody may write meanwhile. `but`: request_ids and names of others' comments."""
        test.assertEqual(self.failures, [])
        test.assertTrue(self.acknowledged)
        stored, statuses = self.stored()
        test.assertEqual({key: stored.get(key) for key in self.acknowledged}, self.acknowledged)
        undecided = {key: status for key, status in self.statuses.items() if stored[key][0] not in self.decided}
        test.assertEqual({key: statuses[key] for key in undecided}, undecided)
        test.assertEqual(set(self.refused) & set(stored), set(), "what was refused is stored")
        test.assertEqual(set(stored) - set(self.acknowledged) - set(self.unknown) - but, set(), "what nobody sent is stored")
        self._check_decisions(test, but)
        sql = self.boxes[0].sql
        test.assertEqual(sql("SELECT count(*) FROM (SELECT site_id, sequence, row_number() OVER (PARTITION BY site_id ORDER BY "
                             "sequence) AS n FROM replyguard.events) AS e JOIN replyguard.site_heads h USING (site_id) "
                             "WHERE sequence <> h.event_oldest - 1 + n"), "0", "events have gaps")
        test.assertEqual(sql("SELECT count(*) FROM replyguard.comments c WHERE status = 1 AND NOT EXISTS (SELECT 1 FROM "
                             "replyguard.queue_items q WHERE q.site_id = c.site_id AND q.comment_id = c.comment_id)"), "0",
                         "comments wait that no moderator is shown")

    def stored(self):
        """request_id -> (name, verdict, body), and -> status; asserts that no request_id is there twice."""
        rows = [line.split("|", 4) for line in self.boxes[0].sql(
            "SELECT request_id, replace(comment_id::text, '-', ''), verdict, status, body FROM replyguard.comments "
            "WHERE request_id IS NOT NULL").splitlines()]
        stored = {request_id: (self._name("comments", comment), int(verdict), body)
                  for request_id, comment, verdict, _, body in rows}
        assert len(stored) == len(rows), "a request_id is stored twice"
        return stored, {request_id: int(status) for request_id, _, _, status, _ in rows}

    def _name(self, kind, uuid):
        return f"sites/{self.boxes[0].site}/{kind}/{uuid}"

    def _check_decisions(self, test, but):
        if not self.decided:
            return
        rows = [line.split("|") for line in self.boxes[0].sql(
            "SELECT replace(d.comment_id::text, '-', ''), replace(d.decision_id::text, '-', ''), c.status FROM "
            "replyguard.decisions d JOIN replyguard.comments c USING (site_id, comment_id)").splitlines()]
        stored = {self._name("comments", comment): (self._name("decisions", decision), int(status))
                  for comment, decision, status in rows}
        test.assertEqual(len(stored), len(rows), "a decision is stored twice")
        told = {name: (decision, _APPROVED) for name, decision in self.decided.items() if decision}
        test.assertTrue(told)
        test.assertEqual({name: stored.get(name) for name in told}, told)
        test.assertEqual(set(stored) - set(self.decided) - but, set(), "what nobody decided is decided")


# Plain addresses as writers send them: they may be nowhere.
PLAIN_ADDRESS = rb"Writer\.[0-9]+-[0-9]+@"


def train(box):
    """So that comments are approved, held and called spam."""
    operator = box.client(box.operator_key)
    request = model_pb.LearnCommentsRequest(parent=f"sites/{box.site}")
    for number, (body, label) in enumerate(examples.labelled(80, seed=7)):
        request.examples.append(model_pb.LabelledExample(
            submission=comment_pb2.Submission(body=body), label=model_pb.Label.Value("LABEL_" + label.upper()),
            external_id=f"x{number}"))
    operator.call(operator.models.LearnComments, request)
    box.wait_for_model()
