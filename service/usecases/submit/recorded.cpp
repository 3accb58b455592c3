// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/submit/recorded.h"

#include <algorithm>
#include <string_view>

#include "service/policy/decision.h"
#include "service/policy/site_policy.h"
#include "usecases/classify.h"

namespace replyguard::service {
namespace {

bool Said(const AssessmentDetails& details, std::string_view code) {
  return std::any_of(details.reasons.begin(), details.reasons.end(),
                     [code](const AssessmentReason& reason) {
                       return reason.kind == ReasonKind::kPolicy && reason.code == code;
                     });
}

}  // namespace

std::optional<classifier::Result> RecordedResult(const storage::Assessment& assessment,
                                                 const AssessmentDetails& details) {
  if (!assessment.probability || !assessment.score) return std::nullopt;
  classifier::Result result;
  result.score = *assessment.score;
  result.probability = *assessment.probability;
  result.training.trained = !Said(details, policy::code::kUntrained);
  return result;
}

classifier::Result WithRecordedHistory(const classifier::Partial& text,
                                       const AssessmentDetails& details) {
  classifier::Result result = classifier::Model::Finish(text, {});
  for (const AssessmentReason& reason : details.reasons) {
    if (reason.kind != ReasonKind::kClassifier || reason.code != kHistoryCode) continue;
    result.score += reason.score.value_or(0);
  }
  result.probability = classifier::Probability(result.score);
  return result;
}

storage::HistoryContext RecordedContext(const AssessmentDetails& details) {
  storage::HistoryContext context;
  if (Said(details, policy::code::kFlood)) {
    // Whose it was is not told; either holds.
    context.author.recent_count = storage::kRecentCountMax;
    context.ip.recent_count = storage::kRecentCountMax;
  }
  if (Said(details, policy::code::kDuplicate)) context.body.recent_count = 1;
  if (Said(details, policy::code::kTrustedAuthor)) {
    context.author.by_people.approved_streak = policy::kTrustedAfterCountMax;
    context.author.by_people.verified_approved_streak = policy::kTrustedAfterCountMax;
  }
  return context;
}

void AddRecordedMatches(const AssessmentDetails& details, const std::vector<policy::Rule>& rules,
                        policy::Time now, std::vector<policy::RuleMatch>* matches) {
  for (const AssessmentReason& reason : details.reasons) {
    if (!reason.rule_id) continue;
    const std::string id = reason.rule_id->ToHex();
    const bool there = std::any_of(matches->begin(), matches->end(),
                                   [&id](const auto& match) { return match.rule->id == id; });
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const policy::Rule& one) {
      return one.id == id && one.kind == storage::RuleKind::kCidr &&
             (!one.expires_at || *one.expires_at > now);
    });
    if (there || rule == rules.end()) continue;
    policy::RuleMatch match;
    match.rule = &*rule;
    match.field = "author_ip";
    matches->push_back(match);
  }
}

std::vector<storage::KeyedHash> RecordedBodyHashes(const storage::CommentRecord& comment) {
  storage::KeyedHash hash;
  if (comment.body_hash.size() != hash.mac.size()) return {};
  hash.key_id = comment.hmac_key_id;
  std::copy(comment.body_hash.begin(), comment.body_hash.end(), hash.mac.begin());
  return {hash};
}

}  // namespace replyguard::service
