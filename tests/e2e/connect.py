"""The Connect protocol as connectrpc.com/docs/protocol has it, written anew for the tests: stubs that are called like gRPC's
and fail like gRPC's, over plain HTTP. Says in words what the server's answer lacks."""

import base64
import gzip
import http.client
import json
import struct
import urllib.parse

import grpc
from google.protobuf import json_format

from harness import admin_pb, comment_pb, model_pb, moderation_pb, operation_pb

# By Connect's code: gRPC's, and the HTTP status of an error of a unary call.
CODES = {
    "canceled": (grpc.StatusCode.CANCELLED, 499), "unknown": (grpc.StatusCode.UNKNOWN, 500),
    "invalid_argument": (grpc.StatusCode.INVALID_ARGUMENT, 400),
    "deadline_exceeded": (grpc.StatusCode.DEADLINE_EXCEEDED, 504), "not_found": (grpc.StatusCode.NOT_FOUND, 404),
    "already_exists": (grpc.StatusCode.ALREADY_EXISTS, 409),
    "permission_denied": (grpc.StatusCode.PERMISSION_DENIED, 403),
    "resource_exhausted": (grpc.StatusCode.RESOURCE_EXHAUSTED, 429),
    "failed_precondition": (grpc.StatusCode.FAILED_PRECONDITION, 400), "aborted": (grpc.StatusCode.ABORTED, 409),
    "out_of_range": (grpc.StatusCode.OUT_OF_RANGE, 400), "unimplemented": (grpc.StatusCode.UNIMPLEMENTED, 501),
    "internal": (grpc.StatusCode.INTERNAL, 500), "unavailable": (grpc.StatusCode.UNAVAILABLE, 503),
    "data_loss": (grpc.StatusCode.DATA_LOSS, 500), "unauthenticated": (grpc.StatusCode.UNAUTHENTICATED, 401),
}
COMPRESSED, END = 1, 2


class ConnectError(grpc.RpcError):
    """As gRPC's clients see it, so that the same checks do for both."""

    def __init__(self, body):
        super().__init__(str(body))
        self.body = body

    def code(self):
        return CODES[self.body["code"]][0]

    def details(self):
        return self.body.get("message", "")

    def trailing_metadata(self):
        from google.rpc import status_pb2
        status = status_pb2.Status(code=self.code().value[0], message=self.details())
        for detail in self.body.get("details", []):
            assert "=" not in detail["value"], "base64 of details has no padding"
            padded = detail["value"] + "=" * (-len(detail["value"]) % 4)
            status.details.add(type_url="type.googleapis.com/" + detail["type"], value=base64.b64decode(padded))
        return (("grpc-status-details-bin", status.SerializeToString()),)


class ConnectClient:
    """Like harness.Client: `comments`, `moderation`, `models`, `admin`, `operations`, and call(). `codec` is "json" or
    "proto"; `get`: methods without side effects by GET."""

    def __init__(self, box, key, codec="json", get=False):
        self.box, self.key, self.codec, self.get = box, key, codec, get
        self.comments, self.moderation, self.models, self.admin, self.operations = (
            _Stub(self, module.DESCRIPTOR.services_by_name[name]) for module, name in (
                (comment_pb, "CommentService"), (moderation_pb, "ModerationService"), (model_pb, "ModelService"),
                (admin_pb, "AdminService"), (operation_pb, "OperationService")))

    def call(self, method, request, timeout=20):
        return method(request, timeout)

    def close(self):
        """Each call has a connection of its own."""

    def encode(self, message):
        if self.codec == "proto":
            return message.SerializeToString()
        return json_format.MessageToJson(message).encode()

    def decode(self, data, message):
        if self.codec == "proto":
            message.ParseFromString(data)
        else:
            json_format.Parse(data, message)  # refuses fields that the contract does not have
        return message

    def headers(self, content_type, timeout):
        found = {"content-type": content_type, "connect-protocol-version": "1", "connect-timeout-ms": str(timeout * 1000)}
        if self.key:
            found["authorization"] = f"Bearer {self.key}"
        return found


class _Stub:
    def __init__(self, client, service):
        self.client, self.service = client, service

    def __getattr__(self, name):
        method = self.service.methods_by_name[name]
        kind = _Stream if method.server_streaming else _unary
        return lambda request, timeout: kind(self.client, method, request, timeout)


def path_of(method):
    return f"/{method.containing_service.full_name}/{method.name}"


def _unary(client, method, request, timeout):
    connection = http.client.HTTPConnection(client.box.http, timeout=timeout)
    headers = client.headers(f"application/{client.codec}", timeout)
    headers["accept-encoding"] = "gzip"
    path, data = path_of(method), client.encode(request)
    if client.get and method.GetOptions().idempotency_level == method.GetOptions().NO_SIDE_EFFECTS:
        del headers["content-type"]
        message = base64.urlsafe_b64encode(data).decode().rstrip("=")
        query = {"connect": "v1", "encoding": client.codec, "base64": "1", "message": message}
        connection.request("GET", f"{path}?{urllib.parse.urlencode(query)}", headers=headers)
    else:
        connection.request("POST", path, data, headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.getheader("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if answer.status == 200:
        assert answer.getheader("content-type") == f"application/{client.codec}", answer.getheaders()
        return client.decode(body, method.output_type._concrete_class())
    assert answer.getheader("content-type") == "application/json", (answer.status, answer.getheaders())
    error = ConnectError(json.loads(body))
    assert answer.status == CODES[error.body["code"]][1], (answer.status, error.body)
    raise error


class _Stream:
    """An iterator over the messages of a server stream."""

    def __init__(self, client, method, request, timeout):
        self.client, self.method = client, method
        self.connection = http.client.HTTPConnection(client.box.http, timeout=timeout)
        headers = client.headers(f"application/connect+{client.codec}", timeout)
        headers["connect-accept-encoding"] = "gzip"
        data = client.encode(request)
        self.connection.request("POST", path_of(method), struct.pack(">BI", 0, len(data)) + data, headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.status
        assert self.answer.getheader("content-type") == f"application/connect+{client.codec}"

    def __iter__(self):
        return self

    def __next__(self):
        head = self.answer.read(5)
        assert len(head) == 5, "a stream ends with an envelope that says why"
        flags, size = struct.unpack(">BI", head)
        data = self.answer.read(size)
        if flags & COMPRESSED:
            data = gzip.decompress(data)
        if not flags & END:
            return self.client.decode(data, self.method.output_type._concrete_class())
        end = json.loads(data)
        assert self.answer.read() == b"", "nothing comes after the end"
        self.cancel()
        if "error" in end:
            raise ConnectError(end["error"])
        raise StopIteration

    def cancel(self):
        self.connection.close()


def speak_connect(box, **options):
    """Lets an installation's clients call over Connect from now on."""
    box.client = lambda key=None: ConnectClient(box, key, **options)
    return box


