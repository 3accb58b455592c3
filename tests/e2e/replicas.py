"""More servers on an installation's database, and a record of what each says of a few texts."""

import collections
import pathlib
import re
import tempfile
import threading

import grpc

import harness
from harness import comment_pb, model_pb

CALL_SECONDS_MAX = 20


class Replica(harness.Installation):
    """One more `replyguard serve` on the database, secrets and keys of an installation. Use as a context manager."""

    def __init__(self, box, environment=None):
        self.__dict__.update(box.__dict__)
        self.secrets_folder = box.folder / "secrets"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rg-e2e-"))
        (self.folder / "secrets").symlink_to(self.secrets_folder)
        self.log_path = self.folder / "server.log"
        self.address_file = self.folder / "address"
        self.server, self.address, self.http, self.clients, self.answers = None, None, None, [], []
        self.held_addresses, self.extra_environment = (), dict(environment or {})

    def _create(self):
        self.start()

    def _drop_database(self):
        pass  # it is the installation's


class Recorder(threading.Thread):
    """Asks one server for the probes again and again, and keeps the score of each by the model's id.

    `tolerant` is set by a test while it disturbs the server; a call that fails otherwise is a failure.
    """

    def __init__(self, box, probes, comment):
        super().__init__()
        self.box, self.probes, self.comment = box, probes, comment
        self.scores = collections.defaultdict(set)  # (model id, what was asked) -> what was said
        self.calls, self.failures = 0, []
        self.tolerant = threading.Event()
        self._stopping = threading.Event()

    def run(self):
        client, moderator = self.box.backend(), self.box.moderator()
        while not self._stopping.is_set():
            disturbed = self.tolerant.is_set()
            try:
                for body in self.probes:
                    said = check(self.box, client, body)
                    self.scores[said.model_id, body].add(said.probability)
                    self.calls += 1
                model_id, explained = explain(moderator, self.comment)
                self.scores[model_id, self.comment].add(explained)
                self.calls += 1
            except Exception as error:  # whatever it is, it fails the test
                if not isinstance(error, grpc.RpcError) or not (disturbed or self.tolerant.is_set()):
                    self.failures.append(error)
                    return
                self._stopping.wait(0.05)  # until the server is back

    def settle(self):
        """The server is back for this client too, whose channel may wait before it tries again; from now on no call may fail."""
        goal = self.calls + len(self.probes) + 1
        harness.wait_for(lambda: self.calls >= goal or self.failures, CALL_SECONDS_MAX * 3, "the server to answer again")
        self.tolerant.clear()

    def stop(self):
        self._stopping.set()
        self.join()

    def ids(self):
        return {model_id for model_id, _ in list(self.scores)}


def check(box, client, body):
    return client.call(client.comments.CheckComment, comment_pb.CheckCommentRequest(
        submission=box.submission(body)), timeout=CALL_SECONDS_MAX).assessment


def explain(client, name):
    """The model's id, and all that it says of a stored comment: it adds up to the score."""
    said = client.call(client.models.ExplainComment, model_pb.ExplainCommentRequest(name=name),
                       timeout=CALL_SECONDS_MAX).assessment
    return said.model_id, (said.probability, tuple((reason.code, reason.text, reason.log_odds) for reason in said.reasons))


def position_of(model_id):
    return int(re.search(r"\.p(\d+)$", model_id).group(1))


def differing(recorders):
    """What an id was said to score, where that is not one thing: {(model id, what was asked): what was said}."""
    together = collections.defaultdict(set)
    for recorder in recorders:
        for key, scores in recorder.scores.items():
            together[key] |= scores
    return {key: scores for key, scores in together.items() if len(scores) != 1}
