"""A real installation for a test: own database, secrets, keys, and the built binary as a server.

Needs in the environment: REPLYGUARD_TEST_DATABASE_URL (a superuser's URL of a private cluster), REPLYGUARD_BIN (the
built binary) and REPLYGUARD_SOURCE_DIR (the checkout). Everything made is removed at the end of the test.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.parse
import uuid

import grpc

os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"  # before a preexec_fn it joins threads that wait for the one that forks
SOURCE_DIR = pathlib.Path(os.environ.get("REPLYGUARD_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
BINARY = os.environ.get("REPLYGUARD_BIN", str(SOURCE_DIR / "build/release/service/replyguard"))
START_SECONDS_MAX = 60
PATIENCE = float(os.environ.get("REPLYGUARD_TEST_PATIENCE", "1"))  # times a bound against hangs: sanitized programs are slow
SERVING = 1  # grpc.health.v1.HealthCheckResponse.ServingStatus
_stub_folder = None


def load_stubs():
    """Generates Python stubs from proto/ with the stock plugin and returns the modules' folder (once a process)."""
    global _stub_folder
    if _stub_folder is None:
        _stub_folder = tempfile.TemporaryDirectory(prefix="rg-stubs-")
        proto_dir = SOURCE_DIR / "proto"
        files = sorted(str(p.relative_to(proto_dir)) for p in proto_dir.glob("replyguard/v1/*.proto"))
        includes = ["-I", str(proto_dir)]
        published = SOURCE_DIR / "tests/node_modules/google-proto-files"
        if published.is_dir():
            includes += ["-I", str(published)]
            files += ["google/rpc/status.proto", "google/rpc/error_details.proto"]
        plugin = shutil.which("grpc_python_plugin")
        subprocess.run(
            ["protoc", *includes, f"--python_out={_stub_folder.name}", f"--grpc_python_out={_stub_folder.name}",
             f"--plugin=protoc-gen-grpc_python={plugin}", *files], check=True)
        if published.is_dir():
            _graft_google_rpc(pathlib.Path(_stub_folder.name))
        sys.path.insert(0, _stub_folder.name)
    return _stub_folder.name


def _graft_google_rpc(folder):
    """`google` is a package of protobuf's own; lets it also find the google.rpc modules generated here."""
    import google
    google.__path__.append(str(folder / "google"))


load_stubs()
from replyguard.v1 import (  # noqa: E402
    admin_service_pb2 as admin_pb, admin_service_pb2_grpc as admin_grpc, comment_pb2, comment_service_pb2 as comment_pb,
    comment_service_pb2_grpc as comment_grpc, learning_pb2, model_generation_pb2, model_import_pb2, model_service_pb2,
    model_service_pb2_grpc as model_grpc,
    moderation_pb2, moderation_service_pb2 as moderation_pb, moderation_service_pb2_grpc as moderation_grpc,
    operation_pb2, operation_service_pb2 as operation_pb, operation_service_pb2_grpc as operation_grpc)

# What is about the model, by one name.
model_pb = types.SimpleNamespace(**{name: value for module in (
    learning_pb2, model_generation_pb2, model_import_pb2, model_service_pb2)
    for name, value in vars(module).items() if not name.startswith("_")})


def database_url(base, name, user=None):
    """The same server as `base`, another database (and user). Understands postgresql:// URLs."""
    parts = urllib.parse.urlsplit(base)
    netloc = f"{user}@{parts.netloc.rpartition('@')[2]}" if user else parts.netloc
    return urllib.parse.urlunsplit((parts.scheme, netloc, "/" + name, parts.query, ""))


def open_channel(address, credentials=None):
    """Plain text without credentials. Each has its own connection."""
    # gRPC's own pause before it tries an address again grows to two minutes.
    own = [("grpc.use_local_subchannel_pool", 1), ("grpc.initial_reconnect_backoff_ms", 100),
           ("grpc.max_reconnect_backoff_ms", 500)]
    if credentials is None:
        return grpc.insecure_channel(address, options=own)
    return grpc.secure_channel(address, credentials, options=own)


class Client:
    """Stock stubs over one channel, with a key."""

    def __init__(self, address, key=None, credentials=None):
        self.open(open_channel(address, credentials), key)

    def open(self, channel, key):
        self.channel = channel
        self.metadata = [("authorization", f"Bearer {key}")] if key else []
        self.comments = comment_grpc.CommentServiceStub(self.channel)
        self.moderation = moderation_grpc.ModerationServiceStub(self.channel)
        self.models = model_grpc.ModelServiceStub(self.channel)
        self.admin = admin_grpc.AdminServiceStub(self.channel)
        self.operations = operation_grpc.OperationServiceStub(self.channel)

    def call(self, method, request, timeout=20 * PATIENCE):
        return method(request, metadata=self.metadata, timeout=timeout)

    def close(self):
        self.channel.close()


class HeldAddress:
    """A free port of the loopback, kept by a socket that never listens: a server that is started again finds it free."""

    def __init__(self):
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))

    def __str__(self):
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def release(self):
        self._socket.close()


class Installation:
    """Database + secrets + keys + server process. Use as a context manager."""

    held_addresses = ()  # gRPC's and HTTP's, from the first start on

    def __init__(self, site="demo", starter="none"):
        self.site = site
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rg-e2e-"))
        self.admin_url = os.environ["REPLYGUARD_TEST_DATABASE_URL"]
        self.database = "rg_e2e_" + uuid.uuid4().hex[:12]
        self.server = None
        self.address = None
        self.log_path = self.folder / "server.log"
        self.address_file = self.folder / "address"
        self.http = None  # host:port of the HTTP listener
        self.clients = []
        self.credentials = None  # of channels to the server; None is plain text
        self.starter = starter  # none: what has no labels is held, whatever it says
        self.extra_environment = {}
        self.answers = []  # everything the command line printed, for the privacy test

    def __enter__(self):
        try:
            self._create()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        self.end()
        self._drop_database()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        for client in self.clients:
            client.close()
        for held in self.held_addresses:
            held.release()
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(30 * PATIENCE)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()

    @contextlib.contextmanager
    def locked(self, table, mode):
        """Holds a lock on a table, so that whoever needs it stands still in the middle of his work."""
        holder = subprocess.Popen(
            ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database_url(self.admin_url, self.database)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            holder.stdin.write(f"BEGIN; LOCK TABLE replyguard.{table} IN {mode} MODE; SELECT 'held';\n")
            holder.stdin.flush()
            assert holder.stdout.readline().strip() == "held"
            yield
        finally:
            holder.stdin.close()
            holder.stdout.close()
            holder.wait(30)

    def wait_for_blocked(self, table):
        """Until somebody waits for a lock on the table."""
        wait_for(lambda: self.sql("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT "
                                  f"l.granted AND d.datname = '{self.database}' AND l.relation = "
                                  f"'replyguard.{table}'::regclass") != "0", 60, f"a lock on {table} to be wanted")

    def _drop_database(self):
        self.sql(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)', database="postgres")

    def sql(self, statement, database=None):
        result = subprocess.run(
            ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d",
             database_url(self.admin_url, database or self.database), "-c", statement],
            capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise AssertionError(f"psql: {result.stderr}")
        return result.stdout.strip()

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("REPLYGUARD_")}
        env.update({
            "REPLYGUARD_DATABASE_URL": database_url(self.admin_url, self.database, "replyguard_app_login"),
            "REPLYGUARD_OWNER_DATABASE_URL": database_url(self.admin_url, self.database),
            "REPLYGUARD_SECRETS_DIR": str(self.folder / "secrets"),
            "REPLYGUARD_CLASSIFIER_STARTER": self.starter,
        })
        env.update(self.extra_environment)
        if self.address:
            env["REPLYGUARD_GRPC"] = self.address
        if getattr(self, "operator_key", None):
            env["REPLYGUARD_OPERATOR_KEY"] = self.operator_key
            env["REPLYGUARD_SITE"] = self.site
        if getattr(self, "moderator_key", None):
            env["REPLYGUARD_MODERATOR_KEY"] = self.moderator_key
            env["REPLYGUARD_SITE_KEY"] = self.site_key
        return env

    def run(self, *arguments, check=True, stdin=None):
        result = subprocess.run([BINARY, *arguments], env=self.environment(), capture_output=True, text=True,
                                input=stdin, check=False, timeout=300 * PATIENCE, cwd=self.folder)
        self.answers += [result.stdout, result.stderr]
        if check and result.returncode != 0:
            raise AssertionError(f"replyguard {' '.join(arguments)}: {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def _create(self):
        self.sql(f'CREATE DATABASE "{self.database}"', database="postgres")
        self.run("secrets", "init", str(self.folder / "secrets"))
        self.run("migrate", "up")
        self.sql("""DO $$ BEGIN
            CREATE ROLE replyguard_app_login LOGIN IN ROLE replyguard_app;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$""")
        bootstrap = json.loads(self.run("key", "create", "--bootstrap", "--display-name", "e2e operator",
                                        "--format", "json").stdout)
        self.operator_key = bootstrap["secret"]
        self.start()
        operator = self.client(self.operator_key)
        sites = admin_pb.replyguard_dot_v1_dot_site__pb2
        # What is drawn to be judged blind is not explained: chance is for the tests that are about it. The rest as without a policy.
        operator.call(operator.admin.CreateSite, admin_pb.CreateSiteRequest(site_id=self.site, site=sites.Site(
            display_name="The test's site", policy=sites.Policy(honeypot=True, blind_sample_rate=0))))
        self.site_key = self.make_key("BACKEND", self.site)
        self.moderator_key = self.make_key("MODERATOR", self.site)

    def make_key(self, role, site=None, name=None):
        operator = self.client(self.operator_key)
        key_type = admin_pb.replyguard_dot_v1_dot_api__key__pb2.ApiKey
        key = key_type(display_name=name or f"e2e {role.lower()}", role=key_type.Role.Value("ROLE_" + role),
                       site=f"sites/{site}" if site else "")
        return operator.call(operator.admin.CreateApiKey, admin_pb.CreateApiKeyRequest(api_key=key)).secret

    def start(self):
        """Starts the server, at first on free ports, and returns once it is SERVING."""
        self.begin()
        try:
            wait_for(lambda: self.health() == SERVING or self._died(), START_SECONDS_MAX, "the server to be SERVING")
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{self.log_path.read_text(errors='replace')[-4000:]}") from None

    def begin(self):
        """The same, and returns once it listens."""
        self.held_addresses = self.held_addresses or (HeldAddress(), HeldAddress())
        grpc_address, http_address = map(str, self.held_addresses)
        address_file = self.address_file
        address_file.unlink(missing_ok=True)
        http_file = self.folder / "http_address"
        log = open(self.log_path, "ab")
        arguments = [BINARY, "serve", "--listen", grpc_address, "--address-file", str(address_file),
                     "--http-listen", http_address, "--http-address-file", str(http_file)]
        if os.geteuid() == 0:
            arguments.append("--allow-root")
        self.server = subprocess.Popen(arguments, env=self.environment(), stdout=log, stderr=log, cwd=self.folder)
        log.close()
        wait_for(lambda: address_file.exists() and address_file.read_text().strip() or self._died(), START_SECONDS_MAX,
                 "the server to say where it listens")
        self.address = address_file.read_text().strip()
        self.http = http_file.read_text().strip()  # written before the other

    def health(self):
        """grpc.health.v1's answer for the server as a whole, or nothing while it does not listen."""
        with open_channel(self.address, self.credentials) as channel:
            try:
                answer = channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=5, wait_for_ready=True)
            except grpc.RpcError:
                return None
        return answer[1] if len(answer) == 2 else 0

    def _died(self):
        if self.server.poll() is not None:
            raise AssertionError("the server ended:\n" + self.log_path.read_text(errors="replace")[-4000:])
        return False

    def kill(self):
        self.server.kill()
        self.server.wait()

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(60 * PATIENCE)

    def assert_log_is_whole(self, but=()):
        """Every line of the server's log is one of ours, or of `but`: none of a library's own."""
        lines = self.log_path.read_text(errors="replace").splitlines()
        foreign = [line for line in lines if not re.match(r"\d{4}-\d\d-\d\dT[0-9:.]+Z (debug|info|warning|error) ", line) and line not in but]
        assert lines and not foreign, foreign[:5]

    def client(self, key=None):
        client = Client(self.address, key, self.credentials)
        self.clients.append(client)
        return client

    def backend(self):
        return self.client(self.site_key)

    def moderator(self):
        return self.client(self.moderator_key)

    def submission(self, body, author="Ada", email="ada@example.org", thread="article-1", **fields):
        return comment_pb2.Submission(thread=f"sites/{self.site}/threads/{thread}", author_name=author,
                                      author_email=email, body=body, **fields)

    def submit(self, client, body, request_id="", **fields):
        return client.call(client.comments.SubmitComment, comment_pb.SubmitCommentRequest(
            submission=self.submission(body, **fields), request_id=request_id))

    def moderate(self, client, name, action, **fields):
        return self.moderate_all(client, [name], action, **fields)[0]

    def moderate_all(self, client, names, action, **fields):
        action = moderation_pb2.DecisionAction.Value("DECISION_ACTION_" + action)
        actions = [moderation_pb.ModerationAction(comment=name, action=action, **fields) for name in names]
        return client.call(client.moderation.ModerateComments, moderation_pb.ModerateCommentsRequest(actions=actions)).results

    def model(self):
        operator = self.client(self.operator_key)
        return operator.call(operator.models.GetModel, model_pb.GetModelRequest(name=f"sites/{self.site}/model")).model

    def wait_for_model(self):
        """Returns the model once the server has applied every label."""
        holder = {}

        def caught_up():
            holder["model"] = self.model()
            return holder["model"].position == holder["model"].head_position
        wait_for(caught_up, 30, "the learner to catch up")
        return holder["model"]


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        threading.Event().wait(0.02)
    raise AssertionError(f"waited {seconds * PATIENCE} s for {what}")


def details_of(error):
    """The google.rpc details of an error, by the name of their message."""
    from google.rpc import error_details_pb2, status_pb2  # npm's google-proto-files: tests/run installs it
    trailer = dict(error.trailing_metadata())["grpc-status-details-bin"]
    assert len(trailer) <= 4096, len(trailer)
    status = status_pb2.Status.FromString(trailer)
    assert (status.code, status.message) == (error.code().value[0], error.details())
    found = {}
    for detail in status.details:
        name = detail.TypeName().rpartition(".")[2]
        found[name] = getattr(error_details_pb2, name)()
        assert detail.Unpack(found[name])
    return found


def check_details(error):
    """What every error of ours has: a stable reason, a request id, and when to come again if that may help."""
    found = details_of(error)
    info = found["ErrorInfo"]
    assert info.domain == "replyguard" and re.fullmatch(r"[A-Z][A-Z0-9_]{2,63}", info.reason), info
    assert found["RequestInfo"].request_id
    if error.code() == grpc.StatusCode.UNAVAILABLE or info.reason == "OVERLOADED":
        assert "RetryInfo" in found, info
    violations = found["BadRequest"].field_violations if "BadRequest" in found else []
    assert len(violations) <= 32
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]+", v.reason) for v in violations), violations
    assert all(re.fullmatch(r"[A-Z].*[.]", v.description, re.DOTALL) for v in violations), violations
    return found


def code_of(call):
    """The status code that a call ends with, and its grpc.RpcError (None for OK)."""
    try:
        call()
        return grpc.StatusCode.OK, None
    except grpc.RpcError as error:
        return error.code(), error
