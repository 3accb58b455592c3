"""Reflection, asked by a stock client: grpc.reflection.v1alpha (what the packaged gRPC serves) lists and describes every
service, without a key."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import grpc
from google.protobuf import descriptor_pb2

import harness

# What of the published file this test needs; the numbers are the published ones.
REFLECTION = """
syntax = "proto3";
package grpc.reflection.v1alpha;
service ServerReflection {
  rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream ServerReflectionResponse);
}
message ServerReflectionRequest {
  oneof message_request { string file_containing_symbol = 4; string list_services = 7; }
}
message ServerReflectionResponse {
  oneof message_response {
    FileDescriptorResponse file_descriptor_response = 4;
    ListServiceResponse list_services_response = 6;
    ErrorResponse error_response = 7;
  }
}
message FileDescriptorResponse { repeated bytes file_descriptor_proto = 1; }
message ListServiceResponse { repeated ServiceResponse service = 1; }
message ServiceResponse { string name = 1; }
message ErrorResponse { int32 error_code = 1; string error_message = 2; }
"""
SERVICES = {f"replyguard.v1.{name}Service" for name in ("Comment", "Moderation", "Model", "Admin", "Operation")}


class ReflectionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="rg-reflection-"))
        (pathlib.Path(folder) / "rg_reflection.proto").write_text(REFLECTION)
        subprocess.run(["protoc", "-I", folder, f"--python_out={folder}", "rg_reflection.proto"], check=True)
        sys.path.insert(0, folder)
        import rg_reflection_pb2
        cls.messages = rg_reflection_pb2
        cls.box = cls.enterClassContext(harness.Installation())
        cls.channel = cls.box.client().channel

    def ask(self, version="v1alpha", **question):
        call = self.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=self.messages.ServerReflectionRequest.SerializeToString,
            response_deserializer=self.messages.ServerReflectionResponse.FromString)
        return next(call(iter([self.messages.ServerReflectionRequest(**question)]), timeout=20))

    def test_lists_every_service(self):
        names = {s.name for s in self.ask(list_services="").list_services_response.service}
        self.assertLessEqual(SERVICES | {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}, names)

    def test_describes_every_method(self):
        for name in sorted(SERVICES):
            answer = self.ask(file_containing_symbol=name).file_descriptor_response
            files = [descriptor_pb2.FileDescriptorProto.FromString(f) for f in answer.file_descriptor_proto]
            found = [s for f in files for s in f.service if f"{f.package}.{s.name}" == name]
            self.assertEqual(len(found), 1, name)
            self.assertTrue(found[0].method)

    def test_what_is_not_there_is_an_error_and_v1_is_not_served(self):
        self.assertEqual(self.ask(file_containing_symbol="replyguard.v1.NoService").error_response.error_code, 5)
        with self.assertRaises(grpc.RpcError) as raised:
            self.ask("v1", list_services="")
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNIMPLEMENTED)


if __name__ == "__main__":
    unittest.main()
