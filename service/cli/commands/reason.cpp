// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::ModerationService::Stub;

struct ReasonFlags {
  std::vector<std::string> codes;  // "CODE=label"
  bool shown = false;
};

template <typename Response>
void Print(Context& context, const Response& response) {
  Table table({"CODE", "LABEL", "WITH", "AUTHOR SEES IT"});
  for (const v1::ReasonCode& code : response.reason_codes()) {
    std::string actions;
    for (const int action : code.actions()) {
      actions.append(actions.empty() ? "" : ", ");
      actions.append(Short(static_cast<v1::DecisionAction>(action)));
    }
    table.Add({code.code(), code.label(), actions.empty() ? "all" : actions,
               code.shown_to_author() ? "yes" : "no"});
  }
  table.Print(context.out, context.style);
  if (!response.own()) context.out << context.style.Dim("built in; others are taken too") << "\n";
}

ExitCode List(Context& context, const ReasonFlags& /*flags*/) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::ListReasonCodesRequest request;
    request.set_parent(*site);
    v1::ListReasonCodesResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::ListReasonCodes, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { Print(context, response); });
  });
}

ExitCode Set(Context& context, const ReasonFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  v1::SetReasonCodesRequest request;
  request.set_parent(*site);
  for (const std::string& typed : flags.codes) {
    const std::size_t equals = typed.find('=');
    if (equals == std::string::npos) {
      return Fail(context, ExitCode::kUsage, "a code is given as CODE=label");
    }
    v1::ReasonCode* code = request.add_reason_codes();
    code->set_code(typed.substr(0, equals));
    code->set_label(typed.substr(equals + 1));
    code->set_shown_to_author(flags.shown);
  }
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::SetReasonCodesResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::SetReasonCodes, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { Print(context, response); });
  });
}

}  // namespace

void AddReason(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "reason", "The reason codes that moderators may give.");
  CLI::App* list =
      AddCommand(*group, selection, config::Scope::kClient, "list", "Lists a site's reason codes.");
  RunWith(list, selection, std::make_shared<ReasonFlags>(), &List);
  CLI::App* set = AddCommand(*group, selection, config::Scope::kClient, "set",
                             "Sets a site's whole list; without codes the built-in one again.");
  const auto flags = std::make_shared<ReasonFlags>();
  set->add_option("codes", flags->codes, "Each as CODE=label");
  set->add_flag("--shown", flags->shown, "The website may show them to the author");
  RunWith(set, selection, flags, &Set);
}

}  // namespace replyguard::service::cli
