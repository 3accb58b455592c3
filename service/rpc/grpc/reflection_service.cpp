// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/reflection_service.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpc/reflection/v1alpha/reflection.pb.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "service/rpc/grpc/awaited_message.h"
#include "service/rpc/grpc/connection_watch.h"
#include "service/rpc/grpc/grpc_source.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using grpc::ByteBuffer;
using grpc::internal::CallbackBidiHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;
using grpc::reflection::v1alpha::ServerReflectionRequest;
using grpc::reflection::v1alpha::ServerReflectionResponse;

using Answer = ServerReflectionResponse;
using Reactor = grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>;

void AddFile(const FileDescriptor& file, std::unordered_set<const FileDescriptor*>& seen,
             Answer& answer) {
  if (!seen.insert(&file).second) return;
  google::protobuf::FileDescriptorProto described;
  file.CopyTo(&described);
  answer.mutable_file_descriptor_response()->add_file_descriptor_proto(
      described.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), seen, answer);
}

void NotFound(std::string_view what, Answer& answer) {
  answer.mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
  answer.mutable_error_response()->set_error_message(std::string(what) + " not found");
}

void AnswerFile(const FileDescriptor* file, std::string_view what, Answer& answer) {
  if (file == nullptr) return NotFound(what, answer);
  std::unordered_set<const FileDescriptor*> seen;
  AddFile(*file, seen, answer);
}

void AnswerExtensions(const std::string& type, Answer& answer) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  const Descriptor* message = pool.FindMessageTypeByName(type);
  if (message == nullptr) return NotFound("type", answer);
  std::vector<const FieldDescriptor*> extensions;
  pool.FindAllExtensions(message, &extensions);
  answer.mutable_all_extension_numbers_response()->set_base_type_name(type);
  for (const FieldDescriptor* extension : extensions) {
    answer.mutable_all_extension_numbers_response()->add_extension_number(extension->number());
  }
}

Answer AnswerOf(const ServerReflectionRequest& question, const std::vector<std::string>& names) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  Answer answer;
  answer.set_valid_host(question.host());
  *answer.mutable_original_request() = question;
  switch (question.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      AnswerFile(pool.FindFileByName(question.file_by_filename()), "file", answer);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      AnswerFile(pool.FindFileContainingSymbol(question.file_containing_symbol()), "symbol",
                 answer);
      break;
    case ServerReflectionRequest::kFileContainingExtension: {
      const auto& asked = question.file_containing_extension();
      const Descriptor* type = pool.FindMessageTypeByName(asked.containing_type());
      const FieldDescriptor* extension =
          type == nullptr ? nullptr : pool.FindExtensionByNumber(type, asked.extension_number());
      AnswerFile(extension == nullptr ? nullptr : extension->file(), "extension", answer);
      break;
    }
    case ServerReflectionRequest::kAllExtensionNumbersOfType:
      AnswerExtensions(question.all_extension_numbers_of_type(), answer);
      break;
    case ServerReflectionRequest::kListServices:
      for (const std::string& name : names) {
        answer.mutable_list_services_response()->add_service()->set_name(name);
      }
      break;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      answer.mutable_error_response()->set_error_code(grpc::StatusCode::INVALID_ARGUMENT);
      answer.mutable_error_response()->set_error_message("the request asks nothing");
      break;
  }
  return answer;
}

}  // namespace

// Deletes itself when gRPC is done with it. One question or answer is on its way at a time.
class ReflectionService::Stream final : public Reactor {
 public:
  Stream(ReflectionService& service, grpc::CallbackServerContext& context)
      : service_(service),
        begun_(ConnectionWatch::OfProcess().begun_calls().Begin(context.peer(),
                                                                EndOf(context.c_call()))) {
    if (service_.streams_.fetch_add(1) < kStreamsMax) {
      StartRead(&question_);
    } else {
      Finish({grpc::StatusCode::RESOURCE_EXHAUSTED, "too many streams are open"});
    }
  }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);  // it asks no more, or is gone
    ServerReflectionRequest question;
    if (question_.Length() > kQuestionBytesMax || !FromByteBuffer(question_, question)) {
      return Finish({grpc::StatusCode::INVALID_ARGUMENT, "the request cannot be parsed"});
    }
    answer_ = ToByteBuffer(AnswerOf(question, service_.names_));
    StartWrite(&answer_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish({grpc::StatusCode::CANCELLED, ""});
    question_.Clear();
    StartRead(&question_);
  }
  void OnDone() override {
    service_.streams_.fetch_sub(1);
    delete this;
  }

 private:
  ReflectionService& service_;
  const std::unique_ptr<BegunCalls::Call> begun_;
  ByteBuffer question_;
  ByteBuffer answer_;
};

ReflectionService::ReflectionService(std::vector<std::string> names) : names_(std::move(names)) {
  AddMethod(new RpcServiceMethod("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                 RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(0, new CallbackBidiHandler<ByteBuffer, ByteBuffer>(
                               [this](grpc::CallbackServerContext* context) -> Reactor* {
                                 return new Stream(*this, *context);
                               }));
}

}  // namespace replyguard::service::rpc
