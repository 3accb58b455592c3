// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_shadow.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/client/pages.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using Stub = v1::ModelService::Stub;

constexpr std::int64_t kPageMax = 200;
constexpr std::size_t kExcerptColumns = 50;

struct SetFlags {
  std::int64_t generation = 0;
  bool off = false;
};

struct LookFlags {
  int days = 30;
  std::int64_t generation = 0;  // 0: the one set last
  bool unsettled = false;
  std::int64_t count = 25;
};

std::string NameOf(std::int64_t number) {
  return number == 0 ? std::string() : absl::StrCat("modelGenerations/", number);
}

void Print(Context& context, const v1::ShadowSetting& setting) {
  if (setting.generation().empty()) {
    context.out << "no shadow\n";
    return;
  }
  context.out << "generation " << SafeLine(LastPart(setting.generation()), 20)
              << " is the shadow since " << TimeText(setting.set_time())
              << "; servers ask it once they have built it (replyguard model show)\n";
}

ExitCode Set(Context& context, const SetFlags& flags) {
  if (flags.off == (flags.generation != 0)) {
    return Fail(context, ExitCode::kUsage, "give a generation's number, or --off");
  }
  v1::SetShadowGenerationRequest request;
  request.set_generation(NameOf(flags.generation));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::SetShadowGenerationResponse response;
    const grpc::Status status =
        connection.Call(*stub, &Stub::SetShadowGeneration, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { Print(context, response.setting()); });
  });
}

void Print(Context& context, const v1::ShadowReport& report) {
  Print(context, report.setting());
  if (report.generation().empty()) return;
  context.out << report.compared_count() << " new comments judged by generation "
              << SafeLine(LastPart(report.generation()), 20) << " too, " << report.disagreed_count()
              << " otherwise; people have settled "
              << report.active_right_count() + report.shadow_right_count() << ": "
              << report.shadow_right_count() << " for the shadow, " << report.active_right_count()
              << " against it\n";
  Table table({"ANSWERED", "SHADOW", "COMMENTS", "SHADOW RIGHT", "SHADOW WRONG"});
  for (const v1::ShadowVerdictCount& count : report.counts()) {
    const bool differ = count.verdict() != count.shadow_verdict();
    table.Add({Short(count.verdict()), Short(count.shadow_verdict()), absl::StrCat(count.count()),
               differ ? absl::StrCat(count.shadow_right_count()) : "",
               differ ? absl::StrCat(count.active_right_count()) : ""});
  }
  table.Print(context.out, context.style);
  if (report.disagreed_count() > 0) {
    context.out << context.style.Dim(
        "which they are: replyguard model shadow list; to settle them: replyguard queue next "
        "--shadow\n");
  }
}

ExitCode Report(Context& context, const LookFlags& flags) {
  v1::GetShadowReportRequest request;
  request.set_parent(SiteNameOrAll(context.settings));
  request.set_days(flags.days);
  request.set_generation(NameOf(flags.generation));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::GetShadowReportResponse response;
    const grpc::Status status = connection.Call(*stub, &Stub::GetShadowReport, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { Print(context, response.report()); });
  });
}

std::string Probability(bool there, double value) {
  return there ? absl::StrFormat("%.3f", value) : "-";
}

std::string RightText(v1::ShadowDisagreement::Right right) {
  if (right == v1::ShadowDisagreement::RIGHT_SHADOW) return "shadow";
  return right == v1::ShadowDisagreement::RIGHT_ACTIVE ? "active" : "";
}

ExitCode ListPages(Context& context, const Connection& connection,
                   v1::ListShadowDisagreementsRequest request, std::int64_t count) {
  const auto stub = v1::ModelService::NewStub(connection.channel());
  Table table({"COMMENT", "ANSWERED", "SHADOW", "SPAM", "BY SHADOW", "RIGHT", "TEXT"});
  const grpc::Status status =
      ReadPages(connection, *stub, &Stub::ListShadowDisagreements, count, kPageMax, request,
                [&](const v1::ListShadowDisagreementsResponse& response) {
                  for (const v1::ShadowDisagreement& one : response.disagreements()) {
                    if (context.json()) context.out << JsonOf(one) << "\n";
                    table.Add({one.comment(), Short(one.verdict()), Short(one.shadow_verdict()),
                               Probability(one.has_probability(), one.probability()),
                               Probability(one.has_shadow_probability(), one.shadow_probability()),
                               RightText(one.right()), SafeLine(one.excerpt(), kExcerptColumns)});
                  }
                  return response.disagreements_size();
                });
  if (!status.ok()) return Fail(context, status);
  if (context.json()) return ExitCode::kOk;
  if (table.empty()) context.out << "No disagreements.\n";
  table.Print(context.out, context.style);
  if (!request.page_token().empty())
    context.out << context.style.Dim("there are more: --count") << "\n";
  return ExitCode::kOk;
}

ExitCode List(Context& context, const LookFlags& flags) {
  v1::ListShadowDisagreementsRequest request;
  request.set_parent(SiteNameOrAll(context.settings));
  request.set_generation(NameOf(flags.generation));
  request.set_unsettled_only(flags.unsettled);
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    return ListPages(context, connection, request, flags.count);
  });
}

void AddGeneration(CLI::App* command, LookFlags& flags, const std::string& help) {
  command->add_option("--generation", flags.generation, help)
      ->type_name("N")
      ->check(CLI::PositiveNumber);
}

}  // namespace

void AddShadow(CLI::App& group, Selection& selection) {
  constexpr auto kClient = config::Scope::kClient;
  CLI::App* shadow = AddCommand(group, selection, kClient, "shadow",
                                "Lets a generation judge new comments beside the active one, "
                                "without effect; report and list tell where they differ.");
  const auto set = std::make_shared<SetFlags>();
  shadow->add_option("generation", set->generation, "Its number")->check(CLI::PositiveNumber);
  shadow->add_flag("--off", set->off, "Take the shadow off");
  // A command and a group at once: what is under it runs instead of it.
  shadow->callback([shadow, &selection, set] {
    if (!shadow->get_subcommands().empty()) return;
    selection.command = [set](Context& context) { return Set(context, *set); };
  });

  CLI::App* report = AddCommand(*shadow, selection, kClient, "report",
                                "How often the shadow differed, and who was right.");
  const auto reported = std::make_shared<LookFlags>();
  report->add_option("--days", reported->days, "The last so many days, 1 to 365")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 365));
  AddGeneration(report, *reported, "Of this shadow instead of the one set last");
  RunWith(report, selection, reported, &Report);

  CLI::App* list = AddCommand(*shadow, selection, kClient, "list",
                              "Lists the comments on which the shadow differed.");
  const auto listed = std::make_shared<LookFlags>();
  list->add_flag("--unsettled", listed->unsettled, "Only those that no person has settled");
  list->add_option("--count", listed->count, "At most so many")
      ->type_name("N")
      ->capture_default_str();
  AddGeneration(list, *listed, "Only of this shadow");
  RunWith(list, selection, listed, &List);
}

}  // namespace replyguard::service::cli
