// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Every method of the contract, found by its descriptor, against every kind of wrong key.
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "google/rpc/status.pb.h"
#include "service/rpc/dispatch/method_table.h"
#include "support/patience.h"
#include "support/server_fixture.h"

namespace replyguard::tests {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// What a call got.
struct Outcome {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string text;
};

// Calls any method with any message through a stub that knows none.
Outcome Call(const std::shared_ptr<grpc::Channel>& channel, const MethodDescriptor& method,
             const Message& request, const std::string& authorization) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  if (!authorization.empty()) context.AddMetadata("authorization", authorization);
  // A stream that opens says nothing for a while.
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(method.server_streaming() ? 1 : 10));
  const std::string bytes = request.SerializeAsString();
  grpc::Slice slice(bytes);
  const grpc::ByteBuffer buffer(&slice, 1);
  const std::string path = "/" + method.service()->full_name() + "/" + method.name();
  grpc::CompletionQueue queue;
  grpc::Status status;
  grpc::ByteBuffer response;
  void* tag = nullptr;
  bool ok = false;
  if (!method.server_streaming()) {
    const auto reader = stub.PrepareUnaryCall(&context, path, buffer, &queue);
    reader->StartCall();
    reader->Finish(&response, &status, nullptr);
    queue.Next(&tag, &ok);
  } else {
    const auto stream = stub.PrepareCall(&context, path, &queue);
    stream->StartCall(nullptr);
    queue.Next(&tag, &ok);
    stream->WriteLast(buffer, {}, nullptr);
    queue.Next(&tag, &ok);
    stream->Read(&response, nullptr);
    queue.Next(&tag, &ok);
    if (ok) context.TryCancel();
    stream->Finish(&status, nullptr);
    queue.Next(&tag, &ok);
  }
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return {status.error_code(), status.error_message()};
}

// Whether a message is of AccountService, whose names are people's.
bool IsOfPeople(const Message& message) {
  return message.GetDescriptor()->file()->name().find("/account") != std::string::npos;
}

// Methods that are for everybody: links are their own proof, and SignIn needs none.
bool IsForEverybody(const MethodDescriptor& method) {
  return method.name() == "SignIn" || method.name() == "AcceptInvitation" ||
         method.name() == "ResetPassword";
}

// A well-formed request about a site: every name in it is of that site.
void Fill(Message& message, const std::string& site, int depth = 0) {
  if (depth > 4) return;
  const std::string uuid(32, 'a');
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string& name = field->name();
    if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      if (name == "actions" || name == "examples" || name == "changes" || name == "memberships") {
        Fill(*reflection->AddMessage(&message, field), site, depth + 1);
      } else if (!field->is_repeated() &&
                 (name == "submission" || name == "thread" || name == "site" || name == "api_key" ||
                  name == "person" || name == "membership" || name == "webhook")) {
        Fill(*reflection->MutableMessage(&message, field), site, depth + 1);
      }
      continue;
    }
    const std::string type = message.GetDescriptor()->name();
    std::string value;
    if (field->is_repeated() || field->type() != FieldDescriptor::TYPE_STRING) {
      if ((type == "ApiKey" || type == "Membership") && name == "role") {
        reflection->SetEnumValue(&message, field, 1);
      }
      continue;
    }
    const std::string at = "sites/" + site;
    if (name == "parent") value = type == "ListCommentsRequest" ? at + "/threads/a" : at;
    if (name == "site" || (name == "name" && (type == "Site" || type == "GetSiteRequest")))
      value = at;
    if (name == "site_id") value = "new-site";
    if (name == "comment") value = at + "/comments/" + uuid;
    if (name == "thread" || name == "destination_name") value = at + "/threads/a";
    if (name == "body") value = "hello";
    if (name == "name" && value.empty()) value = at + "/comments/" + uuid;
    if (name == "name" && (type == "Thread" || type.find("Thread") != std::string::npos)) {
      value = at + "/threads/a";
    }
    if (IsOfPeople(message) && (name == "name" || name == "parent" || name == "person")) {
      value = "people/nobody";
    }
    if (name == "import_id") value = "batch";
    if (type == "ExportModelRequest" || type.find("ModelGeneration") != std::string::npos)
      value = "modelGenerations/1";
    if (type == "GetModelRequest" || type == "SuggestThresholdRequest" ||
        type == "GetModelCalibrationRequest" || type == "GetModelDriftRequest") {
      value = at + "/model";
    }
    if (type.find("ModelGeneration") != std::string::npos) value = "modelGenerations/1";
    if (type.find("OperationRequest") != std::string::npos) value = "operations/1";
    if (type == "DeleteRuleRequest") value = at + "/rules/" + uuid;
    if (type == "ApplyBulkRequest" || type == "UndoBulkRequest") value = at + "/bulks/" + uuid;
    if (type == "GetCampaignRequest") value = at + "/campaigns/" + uuid;
    if (name == "parent" && (type == "AddNoteRequest" || type == "ListNotesRequest")) {
      value = at + "/comments/" + uuid;
    }
    if (type.find("Webhook") != std::string::npos && type != "CreateWebhookRequest" &&
        type != "ListWebhooksRequest") {
      value = at + "/webhooks/" + uuid;
    }
    if (type == "UndoDecisionRequest") value = at + "/decisions/" + uuid;
    if (type == "RevokeApiKeyRequest") value = "apiKeys/0123456789abcdef";
    if (name == "parent_comment" || name == "page_token" || name == "etag" || name == "bulk" ||
        name == "reason_code") {
      value.clear();
    }
    reflection->SetString(&message, field, value);
  }
}

// One item of a bulk answer fails by itself, so the whole does not.
bool IsBulk(const MethodDescriptor& method) { return method.name() == "ModerateComments"; }

// Lists what the key covers: with a key of one site that is less, not refused.
bool IsScoped(const MethodDescriptor& method) {
  return method.name() == "ListSites" || method.name() == "ListApiKeys";
}

class AuthMatrixTest : public testing::Test {
 protected:
  template <typename Function>
  void ForEveryMethod(Function function) {
    for (const auto* service : service::rpc::ContractServices()) {
      for (int i = 0; i < service->method_count(); ++i) {
        const MethodDescriptor& method = *service->method(i);
        if (IsForEverybody(method)) continue;
        const std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                                   ->GetPrototype(method.input_type())
                                                   ->New());
        SCOPED_TRACE(method.full_name());
        function(method, *request);
      }
    }
  }
  ServerFixture fixture_;
};

TEST_F(AuthMatrixTest, NoKeyAndEveryBadKeyGetTheSameAnswerFromEveryMethod) {
  std::string wrong = fixture_.operator_key;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  std::set<std::string> texts;
  int methods = 0;
  ForEveryMethod([&](const MethodDescriptor& method, Message& request) {
    ++methods;
    Fill(request, "blog");
    for (const std::string& header :
         {std::string(), std::string("Bearer x"), "Basic " + fixture_.operator_key}) {
      const Outcome outcome = Call(fixture_.channel(), method, request, header);
      EXPECT_EQ(outcome.code, grpc::StatusCode::UNAUTHENTICATED);
      texts.insert(outcome.text);
    }
    // There are more methods than wrong keys that a peer may show at once.
    const auto until = std::chrono::steady_clock::now() + 3 * kPatience;
    Outcome outcome = Call(fixture_.channel(), method, request, "Bearer " + wrong);
    while (outcome.code == grpc::StatusCode::RESOURCE_EXHAUSTED &&
           std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      outcome = Call(fixture_.channel(), method, request, "Bearer " + wrong);
    }
    EXPECT_EQ(outcome.code, grpc::StatusCode::UNAUTHENTICATED);
    texts.insert(outcome.text);
  });
  EXPECT_EQ(methods, 13 + 25 + 22 + 22 + 4 + 16);
  EXPECT_EQ(texts.size(), 1U);
}

TEST_F(AuthMatrixTest, ForeignKeyLearnsNotWhatExists) {
  const std::string foreign_moderator = fixture_.MakeKey(storage::KeyRole::kModerator, "other");
  const std::string foreign_operator = fixture_.MakeKey(storage::KeyRole::kOperator, "other");
  ForEveryMethod([&](const MethodDescriptor& method, Message& request) {
    if (IsScoped(method) && method.name() == "ListSites") return;
    const std::unique_ptr<Message> missing(request.New());
    Fill(request, "blog");
    Fill(*missing, "no-such-site");
    for (const std::string& key : {fixture_.other_key, foreign_moderator, foreign_operator}) {
      const Outcome here = Call(fixture_.channel(), method, request, "Bearer " + key);
      const Outcome there = Call(fixture_.channel(), method, *missing, "Bearer " + key);
      EXPECT_EQ(here.code, there.code);
      EXPECT_EQ(here.text, there.text);
      if (IsBulk(method) && here.code == grpc::StatusCode::OK) continue;
      EXPECT_EQ(here.code, grpc::StatusCode::PERMISSION_DENIED) << here.text;
    }
  });
}

TEST_F(AuthMatrixTest, WhatIsForEverybodyAsksForNoKeyAndGivesNobodyASession) {
  int methods = 0;
  for (const auto* service : service::rpc::ContractServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      if (!IsForEverybody(method)) continue;
      ++methods;
      SCOPED_TRACE(method.full_name());
      const std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                                 ->GetPrototype(method.input_type())
                                                 ->New());
      for (const std::string& header :
           {std::string(), std::string("Bearer x"), "Bearer " + fixture_.operator_key}) {
        EXPECT_EQ(Call(fixture_.channel(), method, *request, header).code,
                  method.name() == "SignIn" ? grpc::StatusCode::FAILED_PRECONDITION
                                            : grpc::StatusCode::NOT_FOUND);
      }
    }
  }
  EXPECT_EQ(methods, 3);
}

TEST_F(AuthMatrixTest, RolesReachTheirServicesOnly) {
  ForEveryMethod([&](const MethodDescriptor& method, Message& request) {
    Fill(request, "blog");
    const std::string service = method.service()->name();
    const Outcome backend =
        Call(fixture_.channel(), method, request, "Bearer " + fixture_.backend_key);
    const Outcome moderator =
        Call(fixture_.channel(), method, request, "Bearer " + fixture_.moderator_key);
    EXPECT_EQ(backend.code == grpc::StatusCode::PERMISSION_DENIED, service != "CommentService")
        << backend.text;
    const bool for_operators =
        method.name() == "SetReasonCodes" || method.name() == "ListAuditEvents";
    const bool may_moderate =
        (service == "ModerationService" && !for_operators) || method.name() == "ExplainComment";
    EXPECT_EQ(moderator.code == grpc::StatusCode::PERMISSION_DENIED, !may_moderate)
        << moderator.text;
    EXPECT_NE(backend.code, grpc::StatusCode::UNKNOWN);
    EXPECT_NE(moderator.code, grpc::StatusCode::UNKNOWN);
  });
}

}  // namespace
}  // namespace replyguard::tests
