// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "replyguard/v1/moderation_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/queue.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::ModerationService::Stub;

struct EscalateFlags {
  std::string comment;
  std::string reason;
};

struct CampaignFlags {
  std::int32_t count = 20;
  std::int32_t least = 2;
};

ExitCode Escalate(Context& context, const EscalateFlags& flags) {
  const auto name = NameIn(context.settings, "comments", flags.comment);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::EscalateCommentRequest request;
    request.set_name(*name);
    request.set_reason(flags.reason);
    v1::EscalateCommentResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::EscalateComment, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] {
      context.out << *name << "  is for the operators, by "
                  << SafeLine(response.escalation().actor(), 100) << "\n";
    });
  });
}

ExitCode Deescalate(Context& context, const EscalateFlags& flags) {
  const auto name = NameIn(context.settings, "comments", flags.comment);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::DeescalateCommentRequest request;
    request.set_name(*name);
    v1::DeescalateCommentResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::DeescalateComment, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response,
                      [&] { context.out << *name << "  waits for every moderator again\n"; });
  });
}

ExitCode Campaigns(Context& context, const CampaignFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kModerator, [&](const Connection& connection) {
    const auto stub = v1::ModerationService::NewStub(connection.channel());
    v1::ListCampaignsRequest request;
    request.set_parent(*site);
    request.set_page_size(flags.count);
    request.set_waiting_count_min(flags.least);
    v1::ListCampaignsResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::ListCampaigns, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] {
      Table table({"WAIT", "CAMPAIGN", "TEXT"});
      for (const v1::WaitingCampaign& campaign : response.campaigns()) {
        table.Add({std::to_string(campaign.waiting_count()), std::string(LastPart(campaign.name())),
                   SafeLine(campaign.newest_comment().body(), 60)});
      }
      if (table.empty()) context.out << "No comments that wait are alike.\n";
      table.Print(context.out, context.style);
    });
  });
}

}  // namespace

void AddQueueDesk(CLI::App& group, Selection& selection) {
  CLI::App* escalate = AddCommand(group, selection, config::Scope::kClient, "escalate",
                                  "Leaves a comment that waits to the operators.");
  const auto flags = std::make_shared<EscalateFlags>();
  escalate->add_option("comment", flags->comment, "Its name, or the last part of it")->required();
  escalate->add_option("--why", flags->reason, "For the operators")->type_name("");
  RunWith(escalate, selection, flags, &Escalate);

  CLI::App* back =
      AddCommand(group, selection, config::Scope::kClient, "deescalate", "Takes that back.");
  const auto back_flags = std::make_shared<EscalateFlags>();
  back->add_option("comment", back_flags->comment, "Its name, or the last part of it")->required();
  RunWith(back, selection, back_flags, &Deescalate);

  CLI::App* campaigns = AddCommand(group, selection, config::Scope::kClient, "campaigns",
                                   "Lists groups of waiting comments that are nearly the same.");
  const auto campaign_flags = std::make_shared<CampaignFlags>();
  campaigns->add_option("--count", campaign_flags->count, "At most so many, 1 to 50")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  campaigns->add_option("--least", campaign_flags->least, "Only with at least so many, 2 to 1000")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(2, 1000));
  RunWith(campaigns, selection, campaign_flags, &Campaigns);
}

}  // namespace replyguard::service::cli
