// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/method_table.h"

#include <cstdio>
#include <cstdlib>

#include "replyguard/v1/account_service.pb.h"
#include "replyguard/v1/admin_service.pb.h"
#include "replyguard/v1/comment_service.pb.h"
#include "replyguard/v1/model_service.pb.h"
#include "replyguard/v1/moderation_service.pb.h"
#include "replyguard/v1/operation_service.pb.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

const ServiceDescriptor* ServiceOf(const google::protobuf::Message& message, const char* name) {
  return message.GetDescriptor()->file()->FindServiceByName(name);
}

template <typename Method>
const Method* Find(const std::vector<Method>& methods, const MethodDescriptor* descriptor) {
  for (const Method& method : methods) {
    if (method.descriptor == descriptor) return &method;
  }
  return nullptr;
}

}  // namespace

std::vector<const ServiceDescriptor*> ContractServices() {
  return {ServiceOf(v1::SubmitCommentRequest::default_instance(), "CommentService"),
          ServiceOf(v1::ListQueueRequest::default_instance(), "ModerationService"),
          ServiceOf(v1::GetModelRequest::default_instance(), "ModelService"),
          ServiceOf(v1::GetOperationRequest::default_instance(), "OperationService"),
          ServiceOf(v1::GetSiteRequest::default_instance(), "AdminService"),
          ServiceOf(v1::SignInRequest::default_instance(), "AccountService")};
}

const UnaryMethod* MethodTable::FindUnary(const MethodDescriptor* method) const {
  return Find(unary_, method);
}

const StreamMethod* MethodTable::FindStream(const MethodDescriptor* method) const {
  return Find(streams_, method);
}

const MethodDescriptor* MethodTable::Lookup(std::string_view name,
                                            const google::protobuf::Message& request,
                                            const google::protobuf::Message& response,
                                            bool streams) {
  const MethodDescriptor* method = request.GetDescriptor()->file()->pool()->FindMethodByName(
      "replyguard.v1." + std::string(name));
  const bool right = method != nullptr && method->input_type() == request.GetDescriptor() &&
                     method->output_type() == response.GetDescriptor() &&
                     method->server_streaming() == streams && !method->client_streaming();
  if (!right) {
    std::fprintf(stderr, "method table: %.*s is not in the contract as given\n",
                 static_cast<int>(name.size()), name.data());
    std::abort();
  }
  return method;
}

}  // namespace replyguard::service::rpc
