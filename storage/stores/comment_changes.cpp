// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/comment_changes.h"

#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/limit.h"
#include "stores/decision_rows.h"
#include "stores/label_rows.h"
#include "stores/outbox.h"
#include "stores/queue_rows.h"

namespace replyguard::storage {
namespace {

// Absent texts (null parameters) stay. What was said first is kept by the first edit.
constexpr Statement kEdit{
    "comment_edit",
    "UPDATE replyguard.comments c SET body = coalesce($3::text, c.body), "
    "body_masked = CASE WHEN $3::text IS NULL THEN c.body_masked ELSE $4::boolean END, "
    "body_hash = CASE WHEN $3::text IS NULL THEN c.body_hash ELSE $5::bytea END, "
    "author_name = coalesce($6::text, c.author_name), author_url = coalesce($7::text, c.author_url), "
    "status = $8::smallint, "
    "status_source = CASE WHEN $19::boolean THEN c.status_source ELSE 1 END, "
    "status_at = CASE WHEN $19::boolean THEN c.status_at ELSE $9::timestamptz END, edited_at = $9::timestamptz, "
    "edit_floor = $18::smallint, "
    "revision = c.revision + 1, "
    "first_assessment = coalesce(c.first_assessment, jsonb_build_object('verdict', c.verdict, 'blatant', c.blatant, "
    "'probability', c.probability, 'score', c.score, 'model_id', c.model_id, 'policy_revision', c.policy_revision, "
    "'assessed_at_us', " RG_US("c.assessed_at") ", 'details', c.assessment_details::jsonb)), "
    "verdict = $10::smallint, blatant = $11::boolean, probability = $12::float8, score = $13::bigint, "
    "model_id = $14::text, policy_revision = $15::bigint, assessed_at = $16::timestamptz, "
    "assessment_details = $17::text WHERE c.site_id = $1::bigint AND c.comment_id = $2::uuid"};

constexpr Statement kDequeue{
    "queue_remove",
    "DELETE FROM replyguard.queue_items WHERE site_id = $1::bigint AND comment_id = $2::uuid"};

// A report ends the blindness: whoever looks must see what is said of it. How it was drawn stays.
constexpr Statement kReveal{
    "queue_reveal",
    "UPDATE replyguard.queue_items SET cause = 2, probability = $3::float8, "
    "uncertainty = $4::float8, usefulness = $5::integer "
    "WHERE site_id = $1::bigint AND comment_id = $2::uuid AND cause = 5"};
// What the shadow said was about the text before.
constexpr Statement kForgetShadow{
    "shadow_forget",
    "DELETE FROM replyguard.shadow_verdicts WHERE site_id = $1::bigint AND comment_id = $2::uuid"};

constexpr Statement kErase{
    "comment_erase",
    "UPDATE replyguard.comments SET author_name = '', author_email_masked = '', "
    "author_email_domain = '', "
    "author_hash = NULL, author_url = '', author_verified = false, body = '', body_masked = false, "
    "body_hash = NULL, "
    "ip_masked = '', ip_hash = NULL, user_agent = '', referrer = '', language = '', context = "
    "'{}', status = 5, "
    "status_source = 3, status_at = $3::timestamptz, revision = revision + 1, report_count = 0, "
    "assessment_details = '{}', first_assessment = first_assessment - 'details' "
    "WHERE site_id = $1::bigint AND comment_id = $2::uuid"};

constexpr Statement kEraseReports{
    "reports_erase",
    "DELETE FROM replyguard.reports WHERE site_id = $1::bigint AND comment_id = $2::uuid"};

constexpr Statement kNoteErasure{
    "label_erasure",
    "INSERT INTO replyguard.label_erasures (site_id, position, sample_id, asked_at) "
    "SELECT l.site_id, l.position, l.sample_id, least($3::timestamptz, now()) FROM "
    "replyguard.labels l "
    "WHERE l.site_id = $1::bigint AND l.sample_id = $2::text ORDER BY l.position DESC LIMIT 1 ON "
    "CONFLICT DO NOTHING"};

constexpr Statement kEraseNotes{"notes_erase",
                                "SELECT replyguard.blank_notes($1::bigint, $2::uuid)"};

// Its address may tell of the author. What was still to be told is gone with the comment.
constexpr Statement kEraseCallback{
    "callback_erase",
    "DELETE FROM replyguard.akismet_callbacks WHERE site_id = $1::bigint AND comment_id = "
    "$2::uuid"};

constexpr Statement kCountReports{
    "reports_count",
    "SELECT count(*) FROM (SELECT 1 FROM replyguard.reports r WHERE r.site_id = $1::bigint "
    "AND r.reporter_hash = $2::bytea AND r.reported_at > $3::timestamptz - interval '1 hour' LIMIT "
    "$4::bigint) r"};

constexpr Statement kReport{"report_insert",
                            "INSERT INTO replyguard.reports (site_id, comment_id, reporter_hash, "
                            "reason_code, note, reported_at) "
                            "VALUES ($1::bigint, $2::uuid, $3::bytea, $4::text, $5::text, "
                            "$6::timestamptz) ON CONFLICT DO NOTHING"};

constexpr Statement kCountReport{"comment_reported",
                                 "UPDATE replyguard.comments SET report_count = report_count + 1 "
                                 "WHERE site_id = $1::bigint AND comment_id = $2::uuid"};

NewEvent EventOf(SiteId site_id, EventType type, const CommentId& id, const DecidedComment& comment,
                 Timestamp at) {
  NewEvent event;
  event.site_id = site_id;
  event.type = type;
  event.comment_id = id;
  event.thread_id = comment.thread_id;
  event.previous_status = comment.status;
  event.created_at = at;
  return event;
}

NewQueueItem ItemOf(SiteId site_id, const CommentId& id, const DecidedComment& comment,
                    QueueEntry entry, std::optional<double> probability, Timestamp at) {
  NewQueueItem item;
  item.site_id = site_id;
  item.comment_id = id;
  item.thread_id = comment.thread_id;
  item.author_hash = comment.author_hash;
  item.ip_hash = comment.ip_hash;
  item.entry = entry;
  item.probability = probability;
  item.entered_at = at;
  return item;
}

absl::Status NoComment() { return absl::NotFoundError("there is no such comment"); }

// Text as the server wants it for a nullable parameter. A NUL would end it early: refused here.
absl::StatusOr<std::optional<std::string>> Nullable(const std::optional<std::string>& text) {
  if (text && text->find('\0') != std::string::npos)
    return absl::InvalidArgumentError("a value cannot be stored");
  return text;
}

absl::Status WriteEdit(Tx& tx, const CommentEdit& edit, Timestamp at) {
  const MaskedEdit& m = *edit.changes;
  const Assessment& a = edit.outcome.assessment;
  const auto body = Nullable(m.body());
  const auto name = Nullable(m.author_name());
  const auto url = Nullable(m.author_url());
  if (!body.ok() || !name.ok() || !url.ok())
    return absl::InvalidArgumentError("a value cannot be stored");
  std::optional<std::string> hash;
  if (!m.body_hashes().empty()) hash = "\\x" + m.body_hashes().front().Hex();
  tx.Exec(kEdit, edit.site_id, Id(edit.comment_id), *body, m.body_changed(), hash, *name, *url,
          static_cast<int>(edit.outcome.status), Time(at), static_cast<int>(a.verdict), a.blatant,
          a.probability, a.score, Text(a.model_id), a.policy_revision, Time(a.assessed_at),
          a.details_json.empty() ? std::string("{}") : a.details_json,
          static_cast<int>(edit.edit_floor), edit.keeps_status);
  return absl::OkStatus();
}

// Gives the comment its new place in the queue, if there is one, instead of the old one. What was
// passed to the operators stays with them: an edit must not take it away from them.
bool Requeue(Tx& tx, const CommentEdit& edit, const DecidedComment& before, Timestamp at) {
  const auto waiting = LockEscalation(tx, edit.site_id, edit.comment_id);
  const std::optional<Escalation> escalation = waiting.ok() ? *waiting : std::nullopt;
  tx.Exec(kDequeue, edit.site_id, Id(edit.comment_id));
  std::optional<QueueEntry> entry = edit.outcome.queue;
  if (!entry && escalation && edit.outcome.status == CommentStatus::kApproved) {
    entry = QueueEntry{QueueCause::kEdited, std::nullopt};
  }
  if (!entry) return false;
  InsertQueueItems(tx, {ItemOf(edit.site_id, edit.comment_id, before, *entry,
                               edit.outcome.assessment.probability, at)});
  if (escalation) EscalateItem(tx, edit.site_id, edit.comment_id, *escalation);
  return true;
}

}  // namespace

absl::StatusOr<CommentRecord> EditComment(Tx& tx, const CommentEdit& edit) {
  const auto found = LockForDecision(tx, edit.site_id, {edit.comment_id});
  if (found.empty()) return NoComment();
  const DecidedComment& before = found.begin()->second;
  if (before.revision != edit.expected_revision ||
      before.report_count != edit.expected_report_count) {
    return absl::AbortedError("the comment has changed since it was read");
  }
  const auto at = EnterSiteLog(tx, edit.site_id, edit.now);
  if (!at.ok()) return at.status();
  if (const absl::Status status = WriteEdit(tx, edit, *at); !status.ok()) return status;
  tx.Exec(kForgetShadow, edit.site_id, Id(edit.comment_id));
  std::vector<NewEvent> events{
      EventOf(edit.site_id, EventType::kEdited, edit.comment_id, before, *at)};
  events.front().status = edit.outcome.status;
  if (Requeue(tx, edit, before, *at)) {
    if (before.status != CommentStatus::kPending &&
        edit.outcome.status == CommentStatus::kPending) {
      events.push_back(EventOf(edit.site_id, EventType::kQueued, edit.comment_id, before, *at));
      events.back().status = edit.outcome.status;
    }
  }
  if (const absl::Status status = AppendEvents(tx, std::move(events)); !status.ok()) return status;
  return std::move(ReadComments(tx, edit.site_id, {edit.comment_id}).front());
}

absl::Status EraseComment(Tx& tx, const EraseRequest& request) {
  const auto found = LockForDecision(tx, request.site_id, {request.comment_id});
  if (found.empty()) return NoComment();
  const DecidedComment& before = found.begin()->second;
  const auto at = EnterSiteLog(tx, request.site_id, request.now);
  if (!at.ok()) return at.status();
  tx.Exec(kErase, request.site_id, Id(request.comment_id), Time(*at));
  tx.Exec(kDequeue, request.site_id, Id(request.comment_id));
  tx.Exec(kForgetShadow, request.site_id, Id(request.comment_id));
  tx.Exec(kEraseNotes, request.site_id, Id(request.comment_id));
  tx.Exec(kEraseReports, request.site_id, Id(request.comment_id));
  tx.Exec(kEraseCallback, request.site_id, Id(request.comment_id));
  NewEvent event = EventOf(request.site_id, EventType::kErased, request.comment_id, before, *at);
  if (absl::Status status = AppendEvents(tx, {std::move(event)}); !status.ok()) return status;
  if (before.label != LabelClass::kNone) {
    LabelAppender(tx).FromComment(
        NewLabel{request.site_id, LabelSource::kHuman, request.actor_key_id, std::nullopt, *at},
        request.comment_id, LabelClass::kNone);
  }
  // Also when it carried none any more: earlier entries hold the text.
  tx.Exec(kNoteErasure, request.site_id, Text(CommentSampleId(request.comment_id)), Time(*at));
  return absl::OkStatus();
}

absl::StatusOr<ReportResult> ReportComment(Tx& tx, const CommentReport& report) {
  const auto found = LockForDecision(tx, report.site_id, {report.comment_id});
  if (found.empty()) return NoComment();
  const DecidedComment& before = found.begin()->second;
  if (before.status != CommentStatus::kApproved && before.status != CommentStatus::kPending) {
    return absl::FailedPreconditionError("readers do not see this comment");
  }
  ReportResult result;
  const pqxx::result inserted =
      tx.Exec(kReport, report.site_id, Id(report.comment_id), Bytes(report.reporter_hash),
              Text(report.reason_code), Text(report.note), Time(report.now));
  result.counted = inserted.affected_rows() == 1;
  if (!result.counted) return result;
  const pqxx::result reports = tx.Exec(kCountReports, report.site_id, Bytes(report.reporter_hash),
                                       Time(report.now), report.hourly_limit + 1);
  if (reports[0][0].as<std::int32_t>() > report.hourly_limit) {
    return LimitReached("this reader has sent too many reports; try again later");
  }
  tx.Exec(kCountReport, report.site_id, Id(report.comment_id));
  // An undo must see that the report came after the decision it takes back.
  const auto at = EnterSiteLog(tx, report.site_id, report.now);
  if (!at.ok()) return at.status();
  const bool revealed =
      tx.Exec(kReveal, report.site_id, Id(report.comment_id), before.probability,
              UncertaintyOf(before.probability), UsefulnessOf(before.probability, 0))
          .affected_rows() == 1;
  result.queued =
      revealed || InsertQueueItems(tx, {ItemOf(report.site_id, report.comment_id, before,
                                               QueueEntry{QueueCause::kReported, std::nullopt},
                                               before.probability, *at)}) == 1;
  if (!result.queued) return result;
  NewEvent event = EventOf(report.site_id, EventType::kQueued, report.comment_id, before, *at);
  event.status = before.status;
  if (const absl::Status status = AppendEvents(tx, {std::move(event)}); !status.ok()) return status;
  return result;
}

}  // namespace replyguard::storage
