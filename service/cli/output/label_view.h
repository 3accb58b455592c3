// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "service/cli/output/style.h"

// What the label doctor found, for people: of a server's labels and of a file's. One thread.
namespace replyguard::service::cli {

// One label and what can be done about it.
struct LabelLine {
  std::string where;  // a comment's name, or file and line
  bool spam = false;
  std::string by;       // who, and when; may be empty
  std::string excerpt;  // untrusted
  std::string remedy;   // a command, or what to do
};

struct ContradictionLines {
  LabelLine label;
  double log_odds_against = 0;
  bool confident = false;
  std::vector<std::string> reasons;  // the texts
};

struct ConflictLines {
  bool same_text = false;
  std::int64_t spam_count = 0;
  std::int64_t ham_count = 0;
  std::vector<LabelLine> labels;
};

struct ShareLine {
  std::int64_t count = 0;
  std::int64_t of = 0;
  double low = 0;
  double high = 1;
};

struct SourceLine {
  std::string source;
  std::int64_t label_count = 0;
  bool suspicious = false;
  ShareLine contradicted;
  ShareLine others_contradicted;
  ShareLine outvoted;
  ShareLine others_outvoted;
  std::string remedy;
};

struct LabelReviewView {
  std::int64_t label_count = 0;
  std::int64_t spam_count = 0;
  bool trained = false;
  std::int64_t contradiction_count = 0;
  std::int64_t confident_count = 0;
  std::vector<ContradictionLines> contradictions;
  std::int64_t conflict_count = 0;
  std::vector<ConflictLines> conflicts;
  std::vector<SourceLine> sources;
};

void PrintLabelReview(std::ostream& out, const LabelReviewView& view, const Style& style);

}  // namespace replyguard::service::cli
