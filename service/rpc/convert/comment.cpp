// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/comment.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/names/resource_names.h"
#include "service/usecases/etag.h"

namespace replyguard::service::rpc {
namespace {

// Author.author_id: the first 16 bytes of the author's hash.
constexpr std::size_t kAuthorIdBytes = 16;

template <typename Proto, typename Ours>
constexpr bool Same(Proto proto, Ours ours) {
  return static_cast<int>(proto) == static_cast<int>(ours);
}
static_assert(Same(v1::COMMENT_STATUS_PENDING, storage::CommentStatus::kPending));
static_assert(Same(v1::COMMENT_STATUS_APPROVED, storage::CommentStatus::kApproved));
static_assert(Same(v1::COMMENT_STATUS_SPAM, storage::CommentStatus::kSpam));
static_assert(Same(v1::COMMENT_STATUS_TRASHED, storage::CommentStatus::kTrashed));
static_assert(Same(v1::COMMENT_STATUS_DELETED, storage::CommentStatus::kDeleted));
static_assert(Same(v1::STATUS_SOURCE_MACHINE, storage::StatusSource::kMachine));
static_assert(Same(v1::STATUS_SOURCE_MODERATOR, storage::StatusSource::kModerator));
static_assert(Same(v1::STATUS_SOURCE_BACKEND, storage::StatusSource::kBackend));
static_assert(Same(v1::VERDICT_APPROVE, storage::Verdict::kApprove));
static_assert(Same(v1::VERDICT_HOLD, storage::Verdict::kHold));
static_assert(Same(v1::VERDICT_SPAM, storage::Verdict::kSpam));
static_assert(Same(v1::Thread::STATE_OPEN, storage::ThreadState::kOpen));
static_assert(Same(v1::Thread::STATE_CLOSED, storage::ThreadState::kClosed));
static_assert(Same(v1::Event::TYPE_QUEUED, storage::EventType::kQueued));
static_assert(Same(v1::Event::TYPE_DECIDED, storage::EventType::kDecided));
static_assert(Same(v1::Event::TYPE_EDITED, storage::EventType::kEdited));
static_assert(Same(v1::Event::TYPE_ERASED, storage::EventType::kErased));
static_assert(Same(v1::Event::TYPE_THREAD_CHANGED, storage::EventType::kThreadChanged));
static_assert(Same(v1::Reason::KIND_POLICY, ReasonKind::kPolicy));
static_assert(Same(v1::Reason::KIND_CLASSIFIER, ReasonKind::kClassifier));

// Exact: a double holds every multiple of 2^-20 of the sizes that occur.
double Nats(std::int64_t score) {
  return static_cast<double>(score) / static_cast<double>(storage::kScoreUnitsPerNat);
}

void AuthorToProto(const storage::CommentRecord& comment, v1::Author* out) {
  out->set_display_name(comment.author_name);
  out->set_masked_email(comment.author_email_masked);
  out->set_url(comment.author_url);
  out->set_masked_ip(comment.ip_masked);
  out->set_verified(comment.author_verified);
  if (!comment.author_hash.empty()) {
    const std::size_t size = std::min(comment.author_hash.size(), kAuthorIdBytes);
    out->set_author_id(absl::BytesToHexString(absl::string_view(comment.author_hash.data(), size)));
  }
}

}  // namespace

v1::CommentStatus ToProto(storage::CommentStatus status) {
  return static_cast<v1::CommentStatus>(status);
}

v1::Verdict ToProto(storage::Verdict verdict) { return static_cast<v1::Verdict>(verdict); }

void ToProto(std::string_view site, const AssessmentReason& reason, v1::Reason* out) {
  out->set_kind(static_cast<v1::Reason::Kind>(reason.kind));
  out->set_code(reason.code);
  out->set_text(reason.text);
  if (reason.score) out->set_log_odds(Nats(*reason.score));
  if (reason.spam_count) out->set_spam_count(*reason.spam_count);
  if (reason.ham_count) out->set_ham_count(*reason.ham_count);
  for (const ReasonSpan& span : reason.spans) {
    auto* span_out = out->add_spans();
    span_out->set_begin_byte(span.begin);
    span_out->set_end_byte(span.end);
  }
  if (reason.rule_id) out->set_rule(RuleName(site, *reason.rule_id));
  out->set_decisive(reason.decisive);
}

void ToProto(std::string_view site, const storage::Assessment& assessment,
             const AssessmentDetails& details, v1::Assessment* out) {
  out->set_verdict(ToProto(assessment.verdict));
  out->set_blatant(assessment.blatant);
  if (assessment.probability) out->set_probability(*assessment.probability);
  if (assessment.score) out->set_log_odds(Nats(*assessment.score));
  out->set_model_id(assessment.model_id);
  out->set_policy_revision(assessment.policy_revision);
  ToProto(assessment.assessed_at, out->mutable_assess_time());
  out->mutable_reasons()->Reserve(static_cast<int>(details.reasons.size()));
  for (const AssessmentReason& reason : details.reasons) ToProto(site, reason, out->add_reasons());
  for (const std::string& name : details.not_consulted) out->add_not_consulted(name);
  out->set_degraded(details.degraded);
}

void ToProto(std::string_view site, const storage::Assessment& assessment, v1::Assessment* out) {
  ToProto(site, assessment, DetailsOf(assessment), out);
}

void ToProto(std::string_view site, const storage::CommentRecord& comment, v1::Comment* out) {
  ToProtoWithoutAssessment(site, comment, out);
  if (comment.status != storage::CommentStatus::kDeleted) {
    ToProto(site, comment.assessment, out->mutable_assessment());
  }
}

void ToProtoWithoutAssessment(std::string_view site, const storage::CommentRecord& comment,
                              v1::Comment* out) {
  out->set_name(CommentName(site, comment.comment_id));
  out->set_thread(ThreadName(site, comment.thread_key));
  if (comment.parent_id) out->set_parent_comment(CommentName(site, *comment.parent_id));
  AuthorToProto(comment, out->mutable_author());
  out->set_body(comment.body);
  out->set_body_masked(comment.body_masked);
  out->set_language(comment.language);
  out->set_status(ToProto(comment.status));
  out->set_status_source(static_cast<v1::StatusSource>(comment.status_source));
  ToProto(comment.status_at, out->mutable_status_time());
  ToProto(comment.submitted_at, out->mutable_submit_time());
  if (comment.edited_at) ToProto(*comment.edited_at, out->mutable_edit_time());
  out->set_etag(EtagOf(comment.revision));
  out->set_report_count(comment.report_count);
}

void ToProto(std::string_view site, const storage::ThreadRecord& thread, v1::Thread* out) {
  out->set_name(ThreadName(site, thread.key));
  out->set_uri(thread.uri);
  out->set_title(thread.title);
  out->set_state(static_cast<v1::Thread::State>(thread.state));
  if (thread.published_at) ToProto(*thread.published_at, out->mutable_publish_time());
  ToProto(thread.created_at, out->mutable_create_time());
  out->set_etag(EtagOf(thread.revision));
}

void ToProto(std::string_view site, const storage::Event& event, v1::Event* out) {
  out->set_sequence(event.sequence);
  out->set_type(static_cast<v1::Event::Type>(event.type));
  if (event.comment_id) out->set_comment(CommentName(site, *event.comment_id));
  out->set_thread(ThreadName(site, event.thread_key));
  if (event.status && event.type != storage::EventType::kErased) {
    out->set_status(ToProto(*event.status));
  }
  if (event.previous_status) out->set_previous_status(ToProto(*event.previous_status));
  out->set_reason_code(event.reason_code);
  if (event.decision_id) out->set_decision(DecisionName(site, *event.decision_id));
  ToProto(event.created_at, out->mutable_create_time());
}

}  // namespace replyguard::service::rpc
