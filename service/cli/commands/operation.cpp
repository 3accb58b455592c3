// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "replyguard/v1/operation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/operation_follow.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::OperationService::Stub;

struct ListFlags {
  std::string kind;
  bool running = false;
  std::int64_t count = 50;
};

struct NameFlags {
  std::string name;
};

// "operations/7" of "7".
std::string FullName(const NameFlags& flags) {
  return flags.name.find('/') == std::string::npos ? "operations/" + flags.name : flags.name;
}

void AddRow(const v1::Operation& operation, Table& table) {
  const v1::OperationMetadata metadata = MetadataOf(operation);
  table.Add({std::string(LastPart(operation.name())), KindText(metadata.kind()),
             StateText(metadata.state()), TimeText(metadata.create_time()),
             ActorText(metadata.created_by()),
             operation.has_error() ? operation.error().message()
             : operation.done() || metadata.total_count() == 0
                 ? ""
                 : absl::StrCat(metadata.stage(), ", ",
                                100 * metadata.done_count() / metadata.total_count(), " %")});
}

ExitCode List(Context& context, const ListFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    constexpr std::int64_t kPage = 500;
    const auto stub = v1::OperationService::NewStub(connection.channel());
    v1::ListOperationsRequest request;
    if (!flags.kind.empty()) {
      v1::OperationMetadata::Kind kind{};
      v1::OperationMetadata::Kind_Parse("KIND_" + absl::AsciiStrToUpper(flags.kind), &kind);
      request.set_kind(kind);
    }
    if (flags.running) request.set_done(false);
    Table table({"operation", "kind", "state", "started", "by", ""});
    for (std::int64_t left = flags.count; left > 0;) {
      request.set_page_size(static_cast<std::int32_t>(std::min(left, kPage)));
      v1::ListOperationsResponse response;
      const grpc::Status status = connection.Call(*stub, &Stub::ListOperations, request, response);
      if (!status.ok()) return Fail(context, status);
      for (const v1::Operation& operation : response.operations()) {
        if (context.json()) {
          context.out << JsonOf(operation) << "\n";
        } else {
          AddRow(operation, table);
        }
      }
      left -= response.operations_size();
      request.set_page_token(response.next_page_token());
      if (request.page_token().empty()) break;
    }
    table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

// Asks for one operation by one of the methods and prints it.
template <typename Request, typename Response>
ExitCode CallAndPrint(Context& context, const NameFlags& flags,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                   Response*)) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::OperationService::NewStub(connection.channel());
    Request request;
    request.set_name(FullName(flags));
    Response response;
    const grpc::Status status = connection.Call(*stub, method, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response.operation(),
                      [&] { PrintOperation(context, response.operation()); });
  });
}

ExitCode Show(Context& context, const NameFlags& flags) {
  return CallAndPrint(context, flags, &Stub::GetOperation);
}

ExitCode Cancel(Context& context, const NameFlags& flags) {
  return CallAndPrint(context, flags, &Stub::CancelOperation);
}

ExitCode Wait(Context& context, const NameFlags& flags) {
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::OperationService::NewStub(connection.channel());
    v1::GetOperationRequest request;
    request.set_name(FullName(flags));
    v1::GetOperationResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::GetOperation, request, response);
    if (!status.ok()) return Fail(context, status);
    return FollowOperation(context, connection, response.operation(), Follow::kOperation);
  });
}

void AddOne(CLI::App& group, Selection& selection, const std::string& name, const std::string& help,
            ExitCode (*run)(Context&, const NameFlags&)) {
  const auto flags = std::make_shared<NameFlags>();
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, name, help);
  command->add_option("operation", flags->name, "Its number or name")->required();
  RunWith(command, selection, flags, run);
}

}  // namespace

void AddOperation(CLI::App& app, Selection& selection) {
  CLI::App* group =
      AddGroup(app, "operation", "Work that takes long: retraining, comparing, activating.");
  const auto flags = std::make_shared<ListFlags>();
  CLI::App* list =
      AddCommand(*group, selection, config::Scope::kClient, "list", "Lists them, newest first.");
  list->add_option("--kind", flags->kind, "Only of this kind")
      ->check(CLI::IsMember({"retrain", "import", "compare", "evaluate", "activate"}));
  list->add_flag("--running", flags->running, "Only those that have not ended");
  list->add_option("--count", flags->count, "At most so many")
      ->type_name("")
      ->capture_default_str();
  RunWith(list, selection, flags, &List);
  AddOne(*group, selection, "show", "Shows one, and what came of it.", &Show);
  AddOne(*group, selection, "wait", "Waits until it has ended, then shows what came of it.", &Wait);
  AddOne(*group, selection, "cancel", "Lets it end without an effect.", &Cancel);
}

}  // namespace replyguard::service::cli
