// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_doctor.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/model_exclusions.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/label_view.h"

namespace replyguard::service::cli {
namespace {

constexpr std::int32_t kLabelsMax = 20'000;
constexpr std::int32_t kProblemsMax = 500;

struct DoctorFlags {
  std::int32_t labels = 0;
  std::int32_t problems = 0;
  ExclusionFlags exclusions;
  std::string page_token;
};

// The command that gives it the other label, and the one that takes it back.
std::string Remedy(const v1::ReviewedLabel& label) {
  if (!label.comment().empty()) {
    return absl::StrCat("replyguard queue ", label.spam() ? "approve " : "spam ", label.comment(),
                        "; or replyguard queue undo --comment ", label.comment());
  }
  return absl::StrCat("replyguard learn --from - <<< '",
                      JsonObject({{"id", label.external_id()}, {"label", std::string("none")}}),
                      "'; or with its text and the label ", label.spam() ? "ham" : "spam");
}

LabelLine LineOf(const v1::ReviewedLabel& label) {
  return {label.comment().empty() ? label.external_id() : label.comment(), label.spam(),
          absl::StrCat(ActorText(!label.import().empty() ? label.import()
                                 : !label.rule().empty() ? label.rule()
                                                         : label.labelled_by()),
                       ", ", TimeText(label.label_time())),
          label.excerpt(), Remedy(label)};
}

ShareLine LineOf(const v1::LabelShare& share) {
  return {share.count(), share.total_count(), share.lower_bound(), share.upper_bound()};
}

LabelReviewView ViewOf(const v1::ReviewLabelsResponse& review) {
  LabelReviewView view;
  view.label_count = review.label_count();
  view.spam_count = review.spam_count();
  view.trained = review.trained();
  view.contradiction_count = review.contradiction_count();
  view.confident_count = review.confident_count();
  view.conflict_count = review.conflict_count();
  for (const auto& one : review.contradictions()) {
    ContradictionLines lines{LineOf(one.label()), one.log_odds_against(), one.confident(), {}};
    for (const auto& reason : one.reasons()) lines.reasons.push_back(reason.text());
    view.contradictions.push_back(std::move(lines));
  }
  for (const auto& one : review.conflicts()) {
    ConflictLines lines{one.same_text(), one.spam_count(), one.ham_count(), {}};
    for (const auto& label : one.labels()) lines.labels.push_back(LineOf(label));
    view.conflicts.push_back(std::move(lines));
  }
  for (const auto& one : review.sources()) {
    const std::string key = ActorText(one.source());
    const auto without = [&] {
      if (one.source().find("/imports/") != std::string::npos) return "--exclude-import ";
      return one.source().find("/rules/") != std::string::npos ? "--exclude-rule "
                                                               : "--exclude-labels-by ";
    };
    view.sources.push_back(
        {key, one.label_count(), one.suspicious(), LineOf(one.contradicted()),
         LineOf(one.others_contradicted()), LineOf(one.outvoted()), LineOf(one.others_outvoted()),
         absl::StrCat("to learn without it: replyguard model retrain ", without(), key)});
  }
  return view;
}

ExitCode RunDoctor(Context& context, const DoctorFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::ReviewLabelsRequest request;
    request.set_parent(*site);
    request.set_label_count_max(flags.labels);
    request.set_problem_count_max(flags.problems);
    const absl::Status named = Exclude(context.settings, flags.exclusions, request);
    if (!named.ok()) return Fail(context, ExitCode::kUsage, std::string(named.message()));
    request.set_page_token(flags.page_token);
    v1::ReviewLabelsResponse response;
    const grpc::Status status =
        connection.CallLong(*stub, &v1::ModelService::Stub::ReviewLabels, request, response);
    if (!status.ok()) return Fail(context, status);
    if (context.json()) {
      context.out << JsonOf(response) << "\n";
      return ExitCode::kOk;
    }
    PrintLabelReview(context.out, ViewOf(response), context.style);
    if (response.more_labels()) {
      context.out << "older labels were not looked at: --labels, at most " << kLabelsMax
                  << "; or go on with --older " << response.next_page_token() << "\n";
    }
    return ExitCode::kOk;
  });
}

}  // namespace

void AddModelDoctor(CLI::App& group, Selection& selection) {
  CLI::App* command =
      AddCommand(group, selection, config::Scope::kClient, "doctor",
                 "Lists the site's labels that the rest contradicts, texts with two labels, and "
                 "keys, people, imports and rules that disagree with everybody, each with the "
                 "command that mends it. Changes "
                 "nothing.");
  const auto flags = std::make_shared<DoctorFlags>();
  command->add_option("--labels", flags->labels, "Look at so many, the newest (default 5000)")
      ->type_name("N")
      ->check(CLI::Range(1, kLabelsMax));
  command
      ->add_option("--problems", flags->problems, "List at most so many of each kind (default 100)")
      ->type_name("N")
      ->check(CLI::Range(1, kProblemsMax));
  AddExclusions(command, &flags->exclusions);
  command
      ->add_option(
          "--older", flags->page_token,
          "Go on with older labels: the next_page_token of the answer before, with the same "
          "other options")
      ->type_name("TOKEN");
  RunWith(command, selection, flags, &RunDoctor);
}

}  // namespace replyguard::service::cli
