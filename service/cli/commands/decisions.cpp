// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

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
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

struct DecisionFlags {
  std::string comment;
  std::string key_id;
  std::string actor;
  std::string bulk;
  std::string since;
  std::int64_t count = 50;
};

void AddRow(Table& table, const v1::Decision& decision) {
  table.Add({TimeText(decision.create_time()), Short(decision.action()),
             std::string(LastPart(decision.comment())),
             Short(decision.previous_status()) + " -> " + Short(decision.status()),
             decision.teaches() ? "teaches" : "-", decision.actor(), decision.reason_code(),
             std::string(LastPart(decision.name()))});
}

ExitCode List(Context& context, const Connection& connection, v1::ListDecisionsRequest request,
              std::int64_t count) {
  constexpr std::int64_t kPage = 500;
  const auto stub = v1::ModerationService::NewStub(connection.channel());
  Table table({"TIME", "ACTION", "COMMENT", "STATUS", "TEACHES", "BY", "REASON", "DECISION"});
  const grpc::Status status =
      ReadPages(connection, *stub, &v1::ModerationService::Stub::ListDecisions, count, kPage,
                request, [&](const v1::ListDecisionsResponse& response) {
                  for (const v1::Decision& decision : response.decisions()) {
                    if (context.json()) {
                      context.out << JsonOf(decision) << "\n";
                    } else {
                      AddRow(table, decision);
                    }
                  }
                  return response.decisions_size();
                });
  if (!status.ok()) return Fail(context, status);
  table.Print(context.out, context.style);
  return ExitCode::kOk;
}

ExitCode Decisions(Context& context, const DecisionFlags& flags) {
  v1::ListDecisionsRequest request;
  request.set_parent(SiteNameOrAll(context.settings));
  request.set_actor_key_id(flags.key_id);
  request.set_actor(flags.actor);
  if (!flags.bulk.empty()) {
    const auto bulk = NameIn(context.settings, "bulks", flags.bulk);
    if (!bulk.ok()) return Fail(context, ExitCode::kUsage, std::string(bulk.status().message()));
    request.set_bulk(*bulk);
  }
  if (!flags.since.empty()) {
    if (const auto status = ApplySince(flags.since, *request.mutable_start_time()); !status.ok()) {
      return Fail(context, ExitCode::kUsage, std::string(status.message()));
    }
  }
  if (!flags.comment.empty()) {
    const auto comment = NameIn(context.settings, "comments", flags.comment);
    if (!comment.ok())
      return Fail(context, ExitCode::kUsage, std::string(comment.status().message()));
    request.set_comment(*comment);
  }
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    return List(context, connection, request, flags.count);
  });
}

}  // namespace

void AddDecisions(CLI::App& app, Selection& selection) {
  CLI::App* command =
      AddCommand(app, selection, config::Scope::kClient, "decisions",
                 "Prints the decisions, newest first; of every site the key covers when none "
                 "is configured.");
  const auto flags = std::make_shared<DecisionFlags>();
  command->add_option("--comment", flags->comment, "Only those of this comment")->type_name("");
  command->add_option("--key", flags->key_id, "Only those made with this key")->type_name("");
  command->add_option("--by", flags->actor, "Only those by whoever has this name")->type_name("");
  command->add_option("--bulk", flags->bulk, "Only those of this bulk decision")->type_name("");
  command->add_option("--since", flags->since, "Only within this time, such as 24h or 7d")
      ->type_name("");
  command->add_option("--count", flags->count, "At most so many")
      ->type_name("")
      ->capture_default_str();
  RunWith(command, selection, flags, &Decisions);
}

}  // namespace replyguard::service::cli
