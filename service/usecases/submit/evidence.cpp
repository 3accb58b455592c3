// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/submit/evidence.h"

namespace replyguard::service {
namespace {

// Trust (the streaks) comes from people alone: what a machine let through is no voucher.
policy::SeenBefore Convert(const storage::SeenBefore& seen) {
  return {seen.approved_count,
          seen.pending_count,
          seen.spam_count,
          seen.trashed_count,
          seen.by_people.approved_streak,
          seen.by_people.verified_approved_streak,
          seen.recent_count};
}

policy::Lookup<policy::SeenBefore> LookUp(
    const storage::HistoryContext* context, const std::vector<storage::KeyedHash>& asked,
    const storage::SeenBefore storage::HistoryContext::*what) {
  using Result = policy::Lookup<policy::SeenBefore>;
  if (asked.empty()) return Result::NotApplicable();
  if (context == nullptr) return Result::NotConsulted();
  return Result::Found(Convert(context->*what));
}

policy::Lookup<policy::ThreadEvidence> LookUpThread(const PreparedComment& prepared,
                                                    const storage::HistoryContext* context) {
  using Result = policy::Lookup<policy::ThreadEvidence>;
  if (!prepared.is_new) return Result::NotApplicable();
  if (context == nullptr) return Result::NotConsulted();
  policy::ThreadEvidence evidence;
  if (context->thread) {
    evidence.closed = context->thread->state == storage::ThreadState::kClosed;
    evidence.published_at = context->thread->published_at;
  } else if (prepared.comment && prepared.comment->thread_publish_time()) {
    evidence.published_at = prepared.comment->thread_publish_time();
  } else {
    return Result::NotApplicable();
  }
  return Result::Found(evidence);
}

policy::Lookup<policy::ParentEvidence> LookUpParent(const PreparedComment& prepared,
                                                    const storage::HistoryContext* context) {
  using Result = policy::Lookup<policy::ParentEvidence>;
  if (!prepared.is_new || !prepared.query.parent_id) return Result::NotApplicable();
  if (context == nullptr) return Result::NotConsulted();
  return Result::Found({context->parent_in_thread});
}

policy::Lookup<policy::ClassifierEvidence> Convert(const std::optional<classifier::Result>& said) {
  using Result = policy::Lookup<policy::ClassifierEvidence>;
  if (!said) return Result::Failed();
  policy::ClassifierEvidence evidence;
  evidence.probability = said->probability;
  evidence.spam_labels = static_cast<std::int64_t>(said->training.spam);
  evidence.ham_labels = static_cast<std::int64_t>(said->training.ham);
  evidence.has_starter = said->training.trained;
  return Result::Found(evidence);
}

}  // namespace

policy::CommentText TextOf(const PreparedComment& prepared) {
  policy::CommentText text;
  text.body = prepared.text.body;
  text.author_name = prepared.text.author_name;
  text.author_url = prepared.text.author_url;
  text.email_domain = prepared.text.author_email_domain;
  text.author_ids = prepared.author_ids;
  return text;
}

policy::Evidence EvidenceOf(const PreparedComment& prepared, const storage::HistoryContext* context,
                            const std::optional<classifier::Result>& said) {
  policy::Evidence evidence;
  evidence.text = TextOf(prepared);
  evidence.rule_matches = prepared.rule_matches;
  evidence.network_rules_unknown = prepared.network_rules_unknown;
  evidence.author_verified = prepared.author_verified;
  evidence.honeypot_filled = prepared.honeypot_filled;
  evidence.form_fill_time = prepared.form_fill_time;
  evidence.thread = LookUpThread(prepared, context);
  evidence.parent = LookUpParent(prepared, context);
  evidence.author = LookUp(context, prepared.query.author_hashes, &storage::HistoryContext::author);
  evidence.network = LookUp(context, prepared.query.ip_hashes, &storage::HistoryContext::ip);
  evidence.same_text = LookUp(context, prepared.query.body_hashes, &storage::HistoryContext::body);
  evidence.classifier = Convert(said);
  evidence.now = prepared.now;
  return evidence;
}

}  // namespace replyguard::service
