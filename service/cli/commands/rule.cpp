// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <ctime>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "replyguard/v1/admin_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/duration_flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

using AdminStub = v1::AdminService::Stub;

constexpr int kTestedCommentsMax = 10'000;

struct RuleFlags {
  std::string kind;
  std::string pattern;
  std::string action = "hold";
  std::string reason;
  std::string expires_in;
  bool log_only = false;
  bool teaches = false;
  int comment_count = 1000;
};

struct RemoveFlags {
  std::string rule;
};

// "word" of KIND_WORD.
std::string Lower(const std::string& name, std::size_t prefix_bytes) {
  return name.size() < prefix_bytes ? "unknown" : absl::AsciiStrToLower(name.substr(prefix_bytes));
}
std::string KindText(const v1::Rule& rule) {
  return Lower(v1::Rule::Kind_Name(rule.kind()), sizeof("KIND_") - 1);
}
std::string ActionText(const v1::Rule& rule) {
  return Lower(v1::Rule::Action_Name(rule.action()), sizeof("ACTION_") - 1);
}

// The rule that the flags describe; their own checks have refused unknown kinds and actions.
// INVALID_ARGUMENT.
absl::StatusOr<v1::Rule> RuleFrom(const RuleFlags& flags) {
  v1::Rule rule;
  v1::Rule::Kind kind = v1::Rule::KIND_UNSPECIFIED;
  v1::Rule::Kind_Parse("KIND_" + absl::AsciiStrToUpper(flags.kind), &kind);
  rule.set_kind(kind);
  v1::Rule::Action action = v1::Rule::ACTION_UNSPECIFIED;
  v1::Rule::Action_Parse("ACTION_" + absl::AsciiStrToUpper(flags.action), &action);
  rule.set_action(action);
  rule.set_pattern(flags.pattern);
  rule.set_reason(flags.reason);
  rule.set_log_only(flags.log_only);
  rule.set_teaches(flags.teaches);
  if (flags.expires_in.empty()) return rule;
  if (absl::Status status = ApplyExpiresIn(flags.expires_in, *rule.mutable_expire_time());
      !status.ok()) {
    return status;
  }
  return rule;
}

// Runs `body(stub, connection, site)` with an operator's key.
using Body = std::function<ExitCode(AdminStub&, const Connection&, const std::string& site)>;
ExitCode WithSite(Context& context, const Body& body) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    return body(*stub, connection, *site);
  });
}

ExitCode Add(Context& context, const RuleFlags& flags) {
  const auto rule = RuleFrom(flags);
  if (!rule.ok()) return Fail(context, ExitCode::kUsage, std::string(rule.status().message()));
  return WithSite(context, [&](AdminStub& stub, const Connection& connection, const auto& site) {
    v1::CreateRuleRequest request;
    request.set_parent(site);
    *request.mutable_rule() = *rule;
    v1::CreateRuleResponse response;
    const grpc::Status status = connection.Call(stub, &AdminStub::CreateRule, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response.rule(), [&] {
      context.out << SafeLine(response.rule().name(), 200) << "  " << KindText(response.rule())
                  << " -> " << ActionText(response.rule())
                  << (response.rule().log_only() ? ", noted only" : "")
                  << (response.rule().teaches() ? ", teaches" : "") << "\n";
    });
  });
}

std::string StateText(const v1::Rule& rule) {
  std::string noted = rule.log_only() ? "noted only" : "in force";
  if (rule.teaches()) noted += ", teaches";
  if (!rule.has_expire_time()) return noted;
  const bool expired = rule.expire_time().seconds() <= std::time(nullptr);
  return (expired ? "expired " : noted + " until ") + TimeText(rule.expire_time());
}

ExitCode List(Context& context) {
  return WithSite(context, [&](AdminStub& stub, const Connection& connection, const auto& site) {
    Table table({"RULE", "LOOKS AT", "FOR", "THEN", "STATE", "REASON"});
    v1::ListRulesRequest request;
    request.set_parent(site);
    do {
      v1::ListRulesResponse response;
      const grpc::Status status = connection.Call(stub, &AdminStub::ListRules, request, response);
      if (!status.ok()) return Fail(context, status);
      for (const v1::Rule& rule : response.rules()) {
        if (context.json()) context.out << JsonOf(rule) << "\n";
        table.Add({std::string(LastPart(rule.name())), KindText(rule), rule.pattern(),
                   ActionText(rule), StateText(rule), rule.reason()});
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    if (context.json()) return ExitCode::kOk;
    if (table.empty()) context.out << "No rules: see replyguard rule add --help.\n";
    table.Print(context.out, context.style);
    return ExitCode::kOk;
  });
}

ExitCode Remove(Context& context, const RemoveFlags& flags) {
  const auto name = NameIn(context.settings, "rules", flags.rule);
  if (!name.ok()) return Fail(context, ExitCode::kUsage, std::string(name.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::AdminService::NewStub(connection.channel());
    v1::DeleteRuleRequest request;
    request.set_name(*name);
    v1::DeleteRuleResponse response;
    const grpc::Status status = connection.Call(*stub, &AdminStub::DeleteRule, request, response);
    if (!status.ok()) return Fail(context, status);
    if (context.json()) {
      context.out << JsonObject({{"removed", *name}}) << "\n";
    } else {
      context.out << SafeLine(*name, 200) << "  removed\n";
    }
    return ExitCode::kOk;
  });
}

void PrintTested(Context& context, const v1::TestPolicyResponse& response) {
  context.out << response.tested_count() << " past comments judged, " << response.changed_count()
              << " differently: " << response.lost_count()
              << " that moderators approved would be spam, " << response.caught_count()
              << " that they called spam would be caught\n";
  Table table({"COMMENT", "NOW", "THEN"});
  for (const v1::VerdictChange& change : response.changes()) {
    table.Add({change.comment(), Short(change.present_verdict()), Short(change.tested_verdict())});
  }
  table.Print(context.out, context.style);
  if (response.changed_count() > response.changes_size()) {
    context.out << "and " << response.changed_count() - response.changes_size() << " more\n";
  }
}

ExitCode Test(Context& context, const RuleFlags& flags) {
  auto rule = RuleFrom(flags);
  if (!rule.ok()) return Fail(context, ExitCode::kUsage, std::string(rule.status().message()));
  if (rule->reason().empty()) rule->set_reason("a test");
  return WithSite(context, [&](AdminStub& stub, const Connection& connection, const auto& site) {
    v1::TestPolicyRequest request;
    request.set_parent(site);
    *request.mutable_rule() = *rule;
    request.set_comment_count(flags.comment_count);
    v1::TestPolicyResponse response;
    const grpc::Status status = connection.Call(stub, &AdminStub::TestPolicy, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { PrintTested(context, response); });
  });
}

void AddRuleFlags(CLI::App& command, RuleFlags& flags) {
  command
      .add_option("kind", flags.kind,
                  "What it looks at: word (in body, name or website), domain (of links, website or "
                  "email), cidr (the author's network) or author (an author id)")
      ->required()
      ->check(CLI::IsMember({"word", "domain", "cidr", "author"}));
  command
      .add_option("pattern", flags.pattern,
                  "What it looks for, such as casino, example.org/user or 203.0.113.0/24")
      ->required();
  command.add_option("--action", flags.action, "spam, hold, approve or discard (blatant spam)")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::IsMember({"spam", "hold", "approve", "discard"}));
}

}  // namespace

void AddRule(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "rule", "A site's own rules: words, domains, networks, authors.");
  CLI::App* add = AddCommand(*group, selection, config::Scope::kClient, "add",
                             "Adds a rule; it is in force everywhere within a second.");
  const auto added = std::make_shared<RuleFlags>();
  AddRuleFlags(*add, *added);
  add->add_option("--reason", added->reason, "Why there is this rule, for who meets it")
      ->type_name("")
      ->required();
  add->add_option("--expires-in", added->expires_in, "Until then it counts, such as 90d")
      ->type_name("");
  add->add_flag("--log-only", added->log_only, "Only note it in the reasons; decide nothing");
  add->add_flag("--teach", added->teaches,
                "What it decides becomes a label, within the site's teaching limits; model retrain "
                "--exclude-rule leaves these out");
  add->footer(
      "Example: replyguard rule add word casino --action spam --reason 'gambling adverts'\n"
      "Try it on past comments first: replyguard rule test word casino --action spam");
  RunWith(add, selection, added, &Add);

  SetCommand(AddCommand(*group, selection, config::Scope::kClient, "list",
                        "Lists the rules, newest first."),
             selection, List);

  CLI::App* remove =
      AddCommand(*group, selection, config::Scope::kClient, "remove", "Removes a rule.");
  const auto removed = std::make_shared<RemoveFlags>();
  remove->add_option("rule", removed->rule, "Its name, or the last part of it: see rule list")
      ->required();
  RunWith(remove, selection, removed, &Remove);

  CLI::App* test = AddCommand(*group, selection, config::Scope::kClient, "test",
                              "Which past comments a rule would have judged otherwise. Changes "
                              "nothing.");
  const auto tested = std::make_shared<RuleFlags>();
  AddRuleFlags(*test, *tested);
  test->add_option("--count", tested->comment_count, "How many of the newest, 1 to 10000")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, kTestedCommentsMax));
  test->footer("Example: replyguard rule test domain example.org --action spam --count 5000");
  RunWith(test, selection, tested, &Test);
}

}  // namespace replyguard::service::cli
