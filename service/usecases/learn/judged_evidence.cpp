// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/judged_evidence.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "service/policy/decision.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

storage::JudgedQuery QueryFor(storage::SiteId site, const classifier::ModelId& kind) {
  storage::JudgedQuery query;
  query.site_id = site;
  query.model_id_prefix = kind.ToString();
  query.model_id_prefix.resize(query.model_id_prefix.find(".e") + 1);
  // What only a trained model says; until then everything is held.
  for (const std::string_view code :
       {policy::code::kLikelySpam, policy::code::kLikelyHam, policy::code::kUnsure}) {
    query.details.push_back(StoredCode(code));
  }
  for (const std::string_view code : {policy::code::kLikelySpam, policy::code::kLikelyHam}) {
    query.decided.push_back(StoredFirstCode(code));
  }
  return query;
}

bool IsDrawn(const storage::JudgedComment& comment) {
  return comment.inclusion_probability && comment.drawn;
}

}  // namespace

absl::StatusOr<JudgedEvidence> GatherEvidence(storage::LabelLog& labels, storage::SiteId site,
                                              const classifier::ModelId& kind,
                                              storage::Deadline deadline) {
  const storage::JudgedQuery query = QueryFor(site, kind);
  const auto comments = labels.Judged(query, deadline);
  if (!comments.ok()) return FromStorage(comments.status());
  std::optional<storage::Timestamp> first_draw;
  for (const storage::JudgedComment& comment : *comments) {
    if (!IsDrawn(comment)) continue;
    first_draw = std::min(first_draw.value_or(comment.received_at), comment.received_at);
  }
  JudgedEvidence evidence;
  for (const storage::JudgedComment& comment : *comments) {
    if (!comment.inclusion_probability || (first_draw && comment.received_at < *first_draw)) {
      ++evidence.left_out_count;
      continue;
    }
    const bool spam = comment.label == storage::LabelClass::kSpam;
    JudgedEvidence::Item item;
    item.judged.score = comment.score;
    item.judged.label = spam ? classifier::Class::kSpam : classifier::Class::kHam;
    item.judged.weight = 1 / *comment.inclusion_probability;
    item.probability = comment.probability;
    evidence.items.push_back(item);
    evidence.spam_count += spam ? 1 : 0;
    evidence.blind_count += IsDrawn(comment) ? 1 : 0;
  }
  if (first_draw) return evidence;
  const auto decides = labels.DecidedAlone(query, deadline);
  if (!decides.ok()) return FromStorage(decides.status());
  if (!*decides) return evidence;
  return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kTooFewJudged,
                   "the machine decides comments alone, and of those drawn blind "
                   "(blind_sample_rate) 0 have been judged: nothing tells how right it is with "
                   "them; " +
                       std::to_string(evidence.items.size()) +
                       " judged comments were held, and it takes drawn ones as well");
}

}  // namespace replyguard::service
