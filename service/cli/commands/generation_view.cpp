// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/generation_view.h"

#include <ostream>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/model_calibration.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kNamesWidth = 400;

std::string Number(const std::string& name) { return std::string(LastPart(name)); }

std::string Text(const v1::ModelShare& share) {
  const double seen = share.total_count() == 0 ? 0
                                               : static_cast<double>(share.count()) /
                                                     static_cast<double>(share.total_count());
  return absl::StrFormat("%d of %d: %.2f %% (%.2f to %.2f)", share.count(), share.total_count(),
                         100 * seen, 100 * share.lower_bound(), 100 * share.upper_bound());
}

std::string VerdictText(v1::Verdict verdict) {
  std::string name = v1::Verdict_Name(verdict);
  constexpr std::string_view kPrefix = "VERDICT_";
  return name.substr(0, kPrefix.size()) == kPrefix ? name.substr(kPrefix.size()) : name;
}

void PrintExclusions(Context& context, const v1::ModelGeneration& generation) {
  const std::string keys = KeysOf(generation);
  context.out << "  leaves out the labels of "
              << (keys == "-" ? "nobody" : SafeLine(keys, kNamesWidth)) << "\n";
  if (!generation.has_carried_over()) return;
  std::vector<std::string> names;
  for (const std::string& name : generation.carried_over().names()) {
    names.push_back(name.starts_with("apiKeys/") ? ActorText(name) : name);
  }
  context.out << "  as generation " << Number(generation.carried_over().generation())
              << " does: " << SafeLine(absl::StrJoin(names, " "), kNamesWidth)
              << " (without them: --exclude-nothing-else)\n";
}

}  // namespace

std::string KeysOf(const v1::ModelGeneration& generation) {
  std::vector<std::string> keys;
  for (const std::string& key : generation.excluded_api_keys()) keys.push_back(ActorText(key));
  for (const std::string& person : generation.excluded_people()) keys.push_back(person);
  for (const std::string& import : generation.excluded_imports()) keys.push_back(import);
  for (const std::string& rule : generation.excluded_rules()) keys.push_back(rule);
  return keys.empty() ? "-" : absl::StrJoin(keys, " ");
}

void Print(Context& context, const v1::ModelComparison& comparison) {
  const auto& base = comparison.base();
  const auto& candidate = comparison.candidate();
  context.out << comparison.held_out_count() << " of " << comparison.label_count()
              << " labels held out, " << comparison.held_out_spam_count() << " of them spam; "
              << comparison.excluded_count() << " labels left out\n";
  Table table({"", "generation " + Number(base.generation()),
               "generation " + Number(candidate.generation())});
  table.Add({"good comments lost", Text(base.ham_lost()), Text(candidate.ham_lost())});
  if (base.has_weighted_ham_lost() && candidate.has_weighted_ham_lost()) {
    table.Add({"of all good ones, weighted", WeightedText(base.weighted_ham_lost()),
               WeightedText(candidate.weighted_ham_lost())});
  }
  table.Add({"spam missed", Text(base.spam_missed()), Text(candidate.spam_missed())});
  const auto add = [&table](const char* name, double a, double b) {
    table.Add({name, absl::StrFormat("%.4f", a), absl::StrFormat("%.4f", b)});
  };
  add("1-ROCA %", base.one_minus_roca_pct(), candidate.one_minus_roca_pct());
  add("errors %", base.error_pct(), candidate.error_pct());
  add("calibration error", base.calibration_error(), candidate.calibration_error());
  add("LAM %", base.lam_pct(), candidate.lam_pct());
  add("Brier score", base.brier(), candidate.brier());
  add("spam caught % at 0.1 % loss", base.spam_caught_pct_at_0_1(),
      candidate.spam_caught_pct_at_0_1());
  add("spam caught % at 0.5 % loss", base.spam_caught_pct_at_0_5(),
      candidate.spam_caught_pct_at_0_5());
  table.Print(context.out, context.style);
  context.out << comparison.changed_count() << " held-out verdicts differ\n";
  if (comparison.changes().empty()) return;
  Table changes({"comment", "is", "was", "becomes"});
  for (const auto& change : comparison.changes()) {
    changes.Add({change.comment().empty() ? change.external_id() : change.comment(),
                 change.label() == v1::LABEL_SPAM ? "spam" : "good",
                 VerdictText(change.base_verdict()), VerdictText(change.candidate_verdict())});
  }
  changes.Print(context.out, context.style);
}

// The columns of replyguard evaluate.
void Print(Context& context, const v1::ModelEvaluation& evaluation) {
  const v1::ModelFigures& figures = evaluation.figures();
  context.out << "generation " << Number(figures.generation()) << ": "
              << evaluation.held_out_count() << " of " << evaluation.label_count()
              << " labels held out, " << evaluation.held_out_spam_count() << " of them spam\n";
  Table table({"1-ROCA %", "ERROR %", "HAM LOST %", "SPAM MISSED %", "LAM %", "BRIER", "ECE",
               "CAUGHT AT 0.1 %", "AT 0.5 %"});
  const auto text = [](int decimals, double figure) {
    return absl::StrFormat("%.*f", decimals, figure);
  };
  table.Add({text(3, figures.one_minus_roca_pct()), text(2, figures.error_pct()),
             text(2, figures.ham_misclassified_pct()), text(2, figures.spam_misclassified_pct()),
             text(2, figures.lam_pct()), text(4, figures.brier()),
             text(4, figures.calibration_error()), text(1, figures.spam_caught_pct_at_0_1()),
             text(1, figures.spam_caught_pct_at_0_5())});
  table.Print(context.out, context.style);
  context.out << "at the sites' thresholds: good comments lost " << Text(figures.ham_lost())
              << "; spam missed " << Text(figures.spam_missed()) << "\n";
}

void Print(Context& context, const v1::ModelGeneration& generation) {
  context.out << context.style.Bold("generation " + Number(generation.name()))
              << (generation.active() ? "  active" : "") << "\n";
  PrintExclusions(context, generation);
  context.out << "  made " << TimeText(generation.create_time());
  if (!generation.created_by().empty()) context.out << " by " << ActorText(generation.created_by());
  context.out << "\n";
  if (const auto& base = generation.base(); generation.has_base()) {
    context.out << "  begins with an imported model of " << base.spam_count() << " spam and "
                << base.ham_count() << " good labels";
    if (base.learnt_position() > 0) {
      context.out << ", which stands for the labels up to " << base.learnt_position() << "\n";
    } else {
      context.out << "\n  all labels of this server are learnt on top of that: whichever the file "
                     "knows already counts\n  twice, and flatters it in a comparison (model import "
                     "--learnt-to)\n";
    }
  }
  if (!generation.note().empty()) context.out << "  " << SafeLine(generation.note(), 400) << "\n";
}

void Print(Context& context, const v1::ModelActivation& activation) {
  if (activation.has_comparison()) Print(context, activation.comparison());
  context.out << "generation " << Number(activation.generation()) << " is active since "
              << TimeText(activation.activate_time()) << (activation.forced() ? ", forced" : "")
              << "; servers change over once they have built it (replyguard model show)\n";
}

std::string LostText(const v1::ModelFigures& figures) {
  return "generation " + Number(figures.generation()) + " " + Text(figures.ham_lost());
}

std::string MissedText(const v1::ModelFigures& figures) { return Text(figures.spam_missed()); }

}  // namespace replyguard::service::cli
