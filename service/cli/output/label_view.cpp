// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/label_view.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kWhereColumnsMax = 120;
constexpr std::size_t kTextColumnsMax = 100;
constexpr std::size_t kRemedyColumnsMax = 400;

std::string ShareText(const ShareLine& share) {
  if (share.of == 0) return "-";
  return absl::StrFormat("%d of %d (%.1f to %.1f %%)", share.count, share.of, 100 * share.low,
                         100 * share.high);
}

void PrintLabel(std::ostream& out, const LabelLine& label) {
  out << SafeLine(label.where, kWhereColumnsMax) << " is labelled "
      << (label.spam ? "spam" : "good");
  if (!label.by.empty()) out << " by " << SafeLine(label.by, kWhereColumnsMax);
  out << "\n    \"" << SafeLine(label.excerpt, kTextColumnsMax) << "\"\n";
}

void PrintRemedy(std::ostream& out, const std::string& remedy, const Style& style) {
  if (!remedy.empty()) out << "    " << style.Dim(SafeLine(remedy, kRemedyColumnsMax)) << "\n";
}

void Print(std::ostream& out, const ContradictionLines& one, const Style& style) {
  PrintLabel(out, one.label);
  out << absl::StrFormat("    log-odds against it %.2f%s", one.log_odds_against,
                         one.confident ? "" : ", which may be chance");
  if (!one.reasons.empty()) out << ": " << SafeLine(absl::StrJoin(one.reasons, ", "), 200);
  out << "\n";
  PrintRemedy(out, one.label.remedy, style);
}

void Print(std::ostream& out, const ConflictLines& one, const Style& style) {
  out << (one.same_text ? "the same text" : "nearly the same text") << ": " << one.spam_count
      << " spam, " << one.ham_count << " good\n";
  for (const LabelLine& label : one.labels) {
    out << "  ";
    PrintLabel(out, label);
    PrintRemedy(out, label.remedy, style);
  }
}

}  // namespace

void PrintLabelReview(std::ostream& out, const LabelReviewView& view, const Style& style) {
  out << view.label_count << " labels, " << view.spam_count << " of them spam\n";
  if (!view.trained) {
    out << "Too few labels to tell which are wrong.\n";
  } else {
    out << style.Bold(absl::StrFormat("%d labels that the rest contradicts, %d with confidence",
                                      view.contradiction_count, view.confident_count))
        << "\n";
    for (const auto& one : view.contradictions) Print(out, one, style);
  }
  out << style.Bold(absl::StrFormat("%d texts with two labels", view.conflict_count)) << "\n";
  for (const auto& one : view.conflicts) Print(out, one, style);
  Table table({"source", "labels", "contradicted", "the others", "outvoted", "the others", ""});
  for (const SourceLine& source : view.sources) {
    table.Add({source.source, absl::StrFormat("%d", source.label_count),
               ShareText(source.contradicted), ShareText(source.others_contradicted),
               ShareText(source.outvoted), ShareText(source.others_outvoted),
               source.suspicious ? "disagrees with everybody" : ""});
  }
  table.Print(out, style);
  for (const SourceLine& source : view.sources) {
    if (source.suspicious) PrintRemedy(out, source.remedy, style);
  }
}

}  // namespace replyguard::service::cli
