// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replyguard/v1/admin_service.grpc.pb.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/policy_flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kExcerptColumns = 60;

struct BacktestFlags {
  int days = 30;
  int comment_count = 20'000;
  std::int64_t generation = 0;  // 0: what was said then
  std::vector<std::string> rule;
  std::string rule_action = "hold";
  int examples = 10;
  PolicyFlags policy;
};

v1::Rule RuleFrom(const BacktestFlags& flags) {
  v1::Rule rule;
  v1::Rule::Kind kind = v1::Rule::KIND_UNSPECIFIED;
  v1::Rule::Kind_Parse("KIND_" + absl::AsciiStrToUpper(flags.rule[0]), &kind);
  rule.set_kind(kind);
  v1::Rule::Action action = v1::Rule::ACTION_UNSPECIFIED;
  v1::Rule::Action_Parse("ACTION_" + absl::AsciiStrToUpper(flags.rule_action), &action);
  rule.set_action(action);
  rule.set_pattern(flags.rule[1]);
  rule.set_reason("a backtest");
  return rule;
}

std::string LabelText(v1::BacktestLabel label) {
  if (label == v1::BACKTEST_LABEL_GOOD) return "good";
  return label == v1::BACKTEST_LABEL_SPAM ? "spam" : "undecided";
}

// "12 (now 10)".
std::string Cell(std::int64_t tested, std::int64_t present) {
  if (tested == present) return absl::StrCat(tested);
  return absl::StrCat(tested, " (now ", present, ")");
}

void AddRow(Table& table, const char* label, const v1::BacktestTally& tested,
            const v1::BacktestTally& present) {
  table.Add({label, Cell(tested.approve_count(), present.approve_count()),
             Cell(tested.hold_count(), present.hold_count()),
             Cell(tested.spam_count(), present.spam_count())});
}

void AddExample(Table& table, const v1::BacktestKind& kind, const v1::BacktestExample& example) {
  table.Add({example.comment(), LabelText(kind.label()), Short(kind.recorded_verdict()),
             Short(kind.present_verdict()), Short(kind.verdict()),
             example.has_probability() ? absl::StrFormat("%.3f", example.probability()) : "-",
             SafeLine(example.excerpt(), kExcerptColumns)});
}

std::int64_t CountOf(const v1::BacktestTally& tally) {
  return tally.approve_count() + tally.hold_count() + tally.spam_count();
}

void Print(Context& context, const v1::BacktestResponse& response) {
  context.out << response.comment_count() << " comments judged again"
              << (response.cut() && !response.stopped() ? ", the newest" : "");
  if (response.stopped()) {
    context.out << " before the time was over: none that came after "
                << (response.has_until_time() ? TimeText(response.until_time()) : "the first");
  }
  if (response.has_from_time()) context.out << ", since " << TimeText(response.from_time());
  context.out << "; " << response.effect_count() << " otherwise than by the policy of now, "
              << response.changed_count() << " than when they came\n";
  Table table({"PEOPLE SAY", "APPROVED", "HELD", "SPAM"});
  AddRow(table, "good", response.tested().good(), response.present().good());
  AddRow(table, "spam", response.tested().spam(), response.present().spam());
  AddRow(table, "undecided", response.tested().undecided(), response.present().undecided());
  table.Print(context.out, context.style);
  context.out << response.tested().spam().spam_count() << " caught, "
              << response.tested().good().spam_count() << " good ones lost, "
              << response.tested().spam().approve_count() << " missed\n";
  if (response.comment_count() > 0 && CountOf(response.recorded().good()) == 0 &&
      CountOf(response.recorded().spam()) == 0) {
    context.out
        << "no moderator approved or called spam any of them: nothing tells what was right\n";
  }
  if (response.has_rule_hits()) {
    const v1::BacktestRuleHits& hits = response.rule_hits();
    context.out << "the rule hits " << hits.hit_count() << ": " << hits.good_count() << " good, "
                << hits.spam_count() << " spam, " << hits.undecided_count() << " undecided";
    if (hits.unknown_count() > 0) {
      context.out << "; of " << hits.unknown_count() << " more the address is no longer known";
    }
    context.out << "\n";
  }
  Table examples({"COMMENT", "PEOPLE SAY", "CAME", "NOW", "THEN", "SPAM", "TEXT"});
  for (const v1::BacktestKind& kind : response.kinds()) {
    for (const v1::BacktestExample& example : kind.examples()) {
      AddExample(examples, kind, example);
    }
  }
  examples.Print(context.out, context.style);
}

// The site's policy with what the flags change.
ExitCode ReadPolicy(Context& context, const Connection& connection, const std::string& site,
                    const PolicyFlags& flags, v1::Policy& policy) {
  const auto stub = v1::AdminService::NewStub(connection.channel());
  v1::GetSiteRequest request;
  request.set_name(site);
  v1::GetSiteResponse response;
  const grpc::Status status =
      connection.Call(*stub, &v1::AdminService::Stub::GetSite, request, response);
  if (!status.ok()) return Fail(context, status);
  policy = response.site().policy();
  const absl::Status applied = ApplyPolicy(flags, policy);
  if (applied.ok()) return ExitCode::kOk;
  return Fail(context, ExitCode::kUsage, std::string(applied.message()));
}

ExitCode RunBacktest(Context& context, const BacktestFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    v1::BacktestRequest request;
    request.set_parent(*site);
    request.set_days(flags.days);
    request.set_comment_count_max(flags.comment_count);
    request.set_example_count_max(flags.examples);
    if (flags.generation != 0) {
      request.set_generation(absl::StrCat("modelGenerations/", flags.generation));
    }
    if (!flags.rule.empty()) *request.mutable_rule() = RuleFrom(flags);
    if (AnyGiven(flags.policy)) {
      const ExitCode read =
          ReadPolicy(context, connection, *site, flags.policy, *request.mutable_policy());
      if (read != ExitCode::kOk) return read;
    }
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::BacktestResponse response;
    const grpc::Status status =
        connection.CallLong(*stub, &v1::ModelService::Stub::Backtest, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { Print(context, response); });
  });
}

}  // namespace

void AddBacktest(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(app, selection, config::Scope::kClient, "backtest",
                                 "What a policy, a rule or another generation of the model would "
                                 "have done to past comments, against what moderators decided.");
  const auto flags = std::make_shared<BacktestFlags>();
  command->add_option("--days", flags->days, "Comments of the last so many days, 1 to 365")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 365));
  command->add_option("--count", flags->comment_count, "Of these the newest, 1 to 20000")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 20'000));
  command
      ->add_option("--generation", flags->generation,
                   "Score with this generation, as it stood when each comment came, instead of "
                   "taking what was said then")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--rule", flags->rule,
                   "A rule to add: word, domain, cidr or author, and what it looks for")
      ->type_name("KIND PATTERN")
      ->expected(2);
  command
      ->add_option("--rule-action", flags->rule_action,
                   "What the rule does: spam, hold, approve or discard")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::IsMember({"spam", "hold", "approve", "discard"}));
  command->add_option("--examples", flags->examples, "Of each kind, 1 to 50")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 50));
  AddPolicyFlags(*command, flags->policy);
  RunWith(command, selection, flags, &RunBacktest);
  command->footer(
      "Example: replyguard backtest --days 30 --spam-threshold 0.8\n"
      "         replyguard backtest --rule word casino --rule-action spam");
}

}  // namespace replyguard::service::cli
