// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/rpc_method.h>

#include <chrono>
#include <string>

#include "replyguard/v1/admin_service.grpc.pb.h"
#include "replyguard/v1/comment_service.grpc.pb.h"
#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/doctor/checks.h"

namespace replyguard::service::cli {
namespace {

using config::OptionKey;

constexpr std::chrono::seconds kWait{5};

// grpc.health.v1.Health/Check. Its messages are one string and one enum, each field 1: the same
// bytes as these well-known types.
grpc::Status AskHealth(grpc::Channel& channel, int& serving) {
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext call;
  call.set_deadline(std::chrono::system_clock::now() + kWait);
  google::protobuf::StringValue request;  // empty: the server as a whole
  google::protobuf::Int32Value response;
  grpc::Status status =
      grpc::internal::BlockingUnaryCall<google::protobuf::StringValue, google::protobuf::Int32Value,
                                        google::protobuf::MessageLite,
                                        google::protobuf::MessageLite>(&channel, method, &call,
                                                                       request, &response);
  serving = response.value();
  return status;
}

// Tries a key with a call that only its role may make. Answers whether it was accepted.
template <typename Try>
void CheckKey(const Context& context, OptionKey option, KeyUse use, Report& report, Try attempt) {
  const std::string name(config::OptionOf(option).name);
  if (context.settings.Text(option).empty()) return;
  const auto connection = Connection::Open(context.settings, use);
  if (!connection.ok()) return;
  const grpc::Status status = attempt(*connection);
  if (status.ok()) {
    report.Ok(name, "the server takes it");
    return;
  }
  const CallError error = DecodeError(status);
  report.Fail(name, error.code + ": " + error.message,
              error.code == "UNAUTHENTICATED"
                  ? std::string(kKeyRefusedHint)
                  : "is it revoked, expired, or of another role or site?");
}

void CheckKeys(const Context& context, const std::string& site, Report& report) {
  CheckKey(context, OptionKey::kClientOperatorKey, KeyUse::kOperator, report,
           [](const Connection& connection) {
             v1::ListSitesRequest request;
             request.set_page_size(1);
             v1::ListSitesResponse response;
             return connection.Call(*v1::AdminService::NewStub(connection.channel()),
                                    &v1::AdminService::Stub::ListSites, request, response);
           });
  CheckKey(context, OptionKey::kClientModeratorKey, KeyUse::kModerator, report,
           [&](const Connection& connection) {
             v1::GetQueueStatsRequest request;
             request.set_parent(site.empty() ? "sites/-" : site);
             v1::GetQueueStatsResponse response;
             return connection.Call(*v1::ModerationService::NewStub(connection.channel()),
                                    &v1::ModerationService::Stub::GetQueueStats, request, response);
           });
  if (site.empty()) return;
  CheckKey(context, OptionKey::kClientSiteKey, KeyUse::kBackend, report,
           [&](const Connection& connection) {
             v1::ListEventsRequest request;
             request.set_parent(site);
             request.set_page_size(1);
             v1::ListEventsResponse response;
             return connection.Call(*v1::CommentService::NewStub(connection.channel()),
                                    &v1::CommentService::Stub::ListEvents, request, response);
           });
}

}  // namespace

void CheckServer(const Context& context, Report& report) {
  const std::string& address = context.settings.Text(OptionKey::kClientServer);
  const auto channel = OpenChannel(context.settings);
  if (!channel.ok()) {
    report.Fail("server", std::string(channel.status().message()), "see client.tls_ca");
    return;
  }
  int serving = 0;
  const grpc::Status status = AskHealth(**channel, serving);
  if (!status.ok()) {
    const CallError error = DecodeError(status);
    report.Fail("server", address + ": " + error.code + ": " + error.message,
                "is replyguard serve running, and client.server right?");
    return;
  }
  if (serving != 1) {
    report.Fail("server", address + " says NOT_SERVING", "see its log: it says what it waits for");
    return;
  }
  report.Ok("server", address + " is serving");
  CheckKeys(context, SiteName(context.settings).value_or(""), report);
}

}  // namespace replyguard::service::cli
