// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The reasons of an assessment, as they are stored with it (storage::Assessment::details_json) and
// answered.
//
// INVARIANT of every assessment made here: the scores of the reasons of kind kClassifier add up to
// Assessment::score, exactly.
//
// Thread-safety: pure functions and plain values. Privacy: made from masked text only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/comment.h"
#include "storage/types.h"

namespace replyguard::service {

inline constexpr std::size_t kReasonsMax = 64;
inline constexpr std::size_t kReasonTextBytesMax = 500;
inline constexpr std::size_t kReasonSpansMax = 16;

enum class ReasonKind {
  kPolicy = 1,      // a rule or a setting of the site's policy
  kClassifier = 2,  // a feature, or the rest of them
};

// The classifier's reason that holds what earlier comments of the author and the network add.
inline constexpr std::string_view kHistoryCode = "HISTORY";

// A stretch of the stored body: [begin, end) in bytes.
struct ReasonSpan {
  std::int32_t begin = 0;
  std::int32_t end = 0;
  friend bool operator==(const ReasonSpan&, const ReasonSpan&) = default;
};

struct AssessmentReason {
  ReasonKind kind = ReasonKind::kPolicy;
  // "LINKS_MAX", "UNTRAINED", "RULE", ...; of the classifier: "WORD", "WORD_PAIR", "CHAR3",
  // "CHAR4", "CHAR5", "SHAPE", "AUTHOR", "CONTEXT", "HISTORY", "BIAS", "REST".
  std::string code;
  // For people, valid UTF-8, at most kReasonTextBytesMax.
  std::string text;
  // Log-odds in units of 2^-20 nat; absent for kPolicy.
  std::optional<std::int64_t> score;
  // Own-site comments that held the feature.
  std::optional<std::int64_t> spam_count;
  std::optional<std::int64_t> ham_count;
  std::vector<ReasonSpan> spans;
  // The rule's id, for code "RULE".
  std::optional<storage::RuleId> rule_id;
  bool decisive = false;
  friend bool operator==(const AssessmentReason&, const AssessmentReason&) = default;
};

struct AssessmentDetails {
  // The deciding ones first.
  std::vector<AssessmentReason> reasons;
  // Such as "author_history"; a missing check is never a pass.
  std::vector<std::string> not_consulted;
  bool degraded = false;
  friend bool operator==(const AssessmentDetails&, const AssessmentDetails&) = default;
};

// Adds a reason of the policy's, its text cut; before all others where it decides. Nothing where
// there are kReasonsMax already.
void AddReason(AssessmentDetails& details, std::string_view code, std::string text, bool decisive);

// The reason that says what was mended in a comment before it was judged ("body: CUT").
inline constexpr std::string_view kMendedCode = "MENDED";

// As stored, within storage::kAssessmentDetailsBytesMax: where that is not enough, the spans go,
// and then the ends of the texts. REQUIRES: the bounds above.
std::string DetailsToJson(const AssessmentDetails& details);

// What ToJson wrote; empty details for "{}", an empty text and anything that is not ours (a newer
// server may have written it): reasons that cannot be read never make a comment unreadable.
AssessmentDetails DetailsFromJson(std::string_view text);

// The same, of the policy's reasons alone, which stand before the classifier's: much faster.
std::vector<AssessmentReason> PolicyReasonsFromJson(std::string_view text);

// What stands in stored details exactly when a reason has this code. REQUIRES: a code of
// UPPER_SNAKE_CASE.
std::string StoredCode(std::string_view code);

// The same when the first reason, one of the policy's that decided, has this code.
std::string StoredFirstCode(std::string_view code);

inline AssessmentDetails DetailsOf(const storage::Assessment& assessment) {
  return DetailsFromJson(assessment.details_json);
}

}  // namespace replyguard::service
