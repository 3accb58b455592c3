// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/pages.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/duration_flags.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

struct AuditFlags {
  std::string kind;
  std::string key_id;
  std::string actor;
  std::string since;
  std::int64_t count = 50;
};

std::string KindText(v1::AuditEvent::Kind kind) {
  const std::string name = v1::AuditEvent::Kind_Name(kind);
  if (name.size() < sizeof("KIND_")) return "unknown";
  return absl::StrReplaceAll(absl::AsciiStrToLower(name.substr(sizeof("KIND_") - 1)), {{"_", "-"}});
}

ExitCode Pages(Context& context, const Connection& connection, v1::ListAuditEventsRequest request,
               std::int64_t count) {
  constexpr std::int64_t kPageMax = 500;
  const auto stub = v1::ModerationService::NewStub(connection.channel());
  Table table({"TIME", "KIND", "ACT", "SUBJECT", "BY", "WHAT"});
  const grpc::Status status =
      ReadPages(connection, *stub, &v1::ModerationService::Stub::ListAuditEvents, count, kPageMax,
                request, [&](const v1::ListAuditEventsResponse& response) {
                  for (const v1::AuditEvent& event : response.events()) {
                    if (context.json()) {
                      context.out << JsonOf(event) << "\n";
                    } else {
                      table.Add({TimeText(event.create_time()), KindText(event.kind()), event.act(),
                                 event.subject(), event.actor(), SafeLine(event.summary(), 80)});
                    }
                  }
                  return response.events_size();
                });
  if (!status.ok()) return Fail(context, status);
  table.Print(context.out, context.style);
  return ExitCode::kOk;
}

ExitCode Audit(Context& context, const AuditFlags& flags) {
  v1::ListAuditEventsRequest request;
  // The model is of every site, so that its acts are none of one site.
  request.set_parent(flags.kind == "model" ? "sites/-" : SiteNameOrAll(context.settings));
  request.set_actor_key_id(flags.key_id);
  request.set_actor(flags.actor);
  if (!flags.kind.empty()) {
    v1::AuditEvent::Kind kind = v1::AuditEvent::KIND_UNSPECIFIED;
    v1::AuditEvent::Kind_Parse(
        "KIND_" + absl::AsciiStrToUpper(absl::StrReplaceAll(flags.kind, {{"-", "_"}})), &kind);
    request.set_kind(kind);
  }
  if (!flags.since.empty()) {
    if (const auto status = ApplySince(flags.since, *request.mutable_start_time()); !status.ok()) {
      return Fail(context, ExitCode::kUsage, std::string(status.message()));
    }
  }
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    return Pages(context, connection, request, flags.count);
  });
}

}  // namespace

void AddAudit(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(app, selection, config::Scope::kClient, "audit",
                                 "Prints what people did beside deciding, newest first; of every "
                                 "site the key covers when none is configured.");
  const auto flags = std::make_shared<AuditFlags>();
  command
      ->add_option("--kind", flags->kind,
                   "Only site, rule, api-key, model, escalation, reason-codes or bulk")
      ->type_name("")
      ->check(CLI::IsMember(
          {"site", "rule", "api-key", "model", "escalation", "reason-codes", "bulk"}));
  command->add_option("--key", flags->key_id, "Only by this key")->type_name("");
  command->add_option("--by", flags->actor, "Only by whoever has this name")->type_name("");
  command->add_option("--since", flags->since, "Only within this time, such as 24h or 7d")
      ->type_name("");
  command->add_option("--count", flags->count, "At most so many")
      ->type_name("")
      ->capture_default_str();
  RunWith(command, selection, flags, &Audit);
}

}  // namespace replyguard::service::cli
