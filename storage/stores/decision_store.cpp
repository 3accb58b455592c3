// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/decision_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "postgres/params.h"
#include "storage/lease_owner.h"
#include "stores/decision_rows.h"
#include "stores/label_rows.h"
#include "stores/outbox.h"
#include "stores/queue_rows.h"
#include "stores/undo.h"

namespace replyguard::storage {
namespace {

constexpr Statement kGet{"decision_get",
                         "SELECT " RG_DECISION_COLUMNS
                         " FROM replyguard.decisions d WHERE d.site_id = $1::bigint "
                         "AND d.decision_id = $2::uuid"};

// Held to the end of the transaction: an undo of the bulk decision begins before it, and is seen,
// or after it, and takes back what it decided.
constexpr Statement kBulkUndone{"decision_bulk_undone",
                                "SELECT undo_begun FROM replyguard.bulks WHERE site_id = "
                                "$1::bigint AND bulk_id = $2::uuid FOR SHARE"};

constexpr Statement kList{"decision_list",
                          "SELECT " RG_DECISION_COLUMNS
                          " FROM replyguard.decisions d WHERE d.site_id = $1::bigint "
                          "AND ($2::uuid IS NULL OR d.comment_id = $2::uuid) "
                          "AND ($3::text = '' OR d.actor_key_id = $3::text) "
                          "AND ($4::smallint IS NULL OR d.action = $4::smallint) "
                          "AND ($5::timestamptz IS NULL OR d.decided_at >= $5::timestamptz) "
                          "AND ($6::timestamptz IS NULL OR d.decided_at < $6::timestamptz) "
                          "AND ($7::uuid IS NULL OR d.decision_id < $7::uuid) "
                          "AND ($9::text = '' OR d.actor = $9::text) "
                          "AND ($10::uuid IS NULL OR d.bulk_id = $10::uuid) "
                          "ORDER BY d.decision_id DESC LIMIT $8::bigint"};

CommentStatus StatusAfter(DecisionAction action) {
  switch (action) {
    case DecisionAction::kApprove:
      return CommentStatus::kApproved;
    case DecisionAction::kSpam:
      return CommentStatus::kSpam;
    case DecisionAction::kTrash:
      return CommentStatus::kTrashed;
    case DecisionAction::kHold:
    case DecisionAction::kUndo:
      break;
  }
  return CommentStatus::kPending;
}

// The label to be in force afterwards; nothing when it stays.
std::optional<LabelClass> LabelAfter(const DecisionRequest& request, const DecidedComment& before) {
  const DecisionAction action = request.action;
  if (request.teaches && action == DecisionAction::kApprove) return LabelClass::kHam;
  if (request.teaches && action == DecisionAction::kSpam) return LabelClass::kSpam;
  const bool contradicts_spam =
      before.label == LabelClass::kSpam && action != DecisionAction::kSpam;
  const bool contradicts_ham = before.label == LabelClass::kHam &&
                               (action == DecisionAction::kSpam || action == DecisionAction::kHold);
  if (contradicts_spam || contradicts_ham) return LabelClass::kNone;
  return std::nullopt;
}

// One call of Decide inside its transaction.
class Deciding {
 public:
  Deciding(Tx& tx, SiteId site_id, const Actor& actor, const std::vector<DecisionRequest>& requests,
           Timestamp now)
      : tx_(tx),
        site_id_(site_id),
        actor_(actor),
        requests_(requests),
        at_(now),
        results_(requests.size()) {}

  absl::StatusOr<std::vector<DecisionResult>> Run() {
    std::vector<CommentId> ids;
    for (const DecisionRequest& request : requests_) ids.push_back(request.comment_id);
    // Before the comments, as UndoSome does.
    if (BulkIsUndone()) return absl::AbortedError("the bulk decision has been undone");
    found_ = LockForDecision(tx_, site_id_, ids);
    if (!found_.empty()) {
      const auto at = EnterSiteLog(tx_, site_id_, at_);
      if (!at.ok()) return at.status();
      at_ = *at;
    }
    for (std::size_t i = 0; i < requests_.size(); ++i) DecideOne(i);
    InsertQueueItems(tx_, held_);
    if (const absl::Status status = AppendEvents(tx_, std::move(events_)); !status.ok())
      return status;
    Teach();
    ReadBack();
    return std::move(results_);
  }

 private:
  bool BulkIsUndone() {
    if (!actor_.bulk_id) return false;
    const pqxx::result rows = tx_.Exec(kBulkUndone, site_id_, Id(*actor_.bulk_id));
    return !rows.empty() && rows[0][0].as<bool>();
  }

  void DecideOne(std::size_t i) {
    const DecisionRequest& request = requests_[i];
    DecisionResult& result = results_[i];
    const auto it = found_.find(request.comment_id);
    if (it == found_.end()) {
      result.status = absl::NotFoundError("there is no such comment");
      return;
    }
    const DecidedComment& before = it->second;
    if (request.expected_revision && *request.expected_revision != before.revision) {
      RefuseDecision(DecisionRefusal::kStaleRevision, "the comment has changed since it was read",
                     result);
    } else if (request.respect_lease && !LeaseHolds(request, before)) {
      RefuseDecision(DecisionRefusal::kLeased,
                     "another lease holds the comment, or this one was lost", result);
    }
    if (!result.status.ok()) {
      result.other_decision = NewestDecision(tx_, site_id_, request.comment_id);
      return;
    }
    Apply(i, before);
  }

  // Without a token nobody else may hold the comment. A token that the item no longer has was lost
  // to another moderator, a decision or an edit, and what its holder saw is out of date; one that
  // has merely run out still tells that nothing happened since.
  bool LeaseHolds(const DecisionRequest& request, const DecidedComment& before) const {
    if (before.leased && IsOwnLease(before.lease_token, actor_.key_id)) return true;
    if (request.lease_token.empty()) {
      return !before.leased || std::find(actor_.lease_tokens.begin(), actor_.lease_tokens.end(),
                                         before.lease_token) != actor_.lease_tokens.end();
    }
    return request.lease_token == before.lease_token;
  }

  void Apply(std::size_t i, const DecidedComment& before) {
    const DecisionRequest& request = requests_[i];
    DecisionWrite write;
    write.to_source = actor_.source;
    Decision& d = write.decision;
    d.site_id = site_id_;
    d.decision_id = MakeDecisionId(at_, i);
    d.comment_id = request.comment_id;
    d.action = request.action;
    d.actor = actor_.name;
    d.actor_key_id = actor_.key_id;
    d.bulk_id = actor_.bulk_id;
    d.from_status = before.status;
    d.to_status = StatusAfter(request.action);
    d.reason_code = request.reason_code;
    d.note = request.note;
    d.revision = before.revision + 1;
    d.decided_at = at_;
    const auto label = LabelAfter(request, before);
    d.teaches = label && *label != LabelClass::kNone;
    WriteDecision(tx_, before, write, std::nullopt);
    if (label) labels_.emplace_back(i, d.comment_id, *label);
    events_.push_back(DecidedEvent(d, before.thread_id));
    if (request.action == DecisionAction::kHold) {
      NewQueueItem item;
      item.site_id = site_id_;
      item.comment_id = request.comment_id;
      item.thread_id = before.thread_id;
      item.author_hash = before.author_hash;
      item.ip_hash = before.ip_hash;
      item.entry.cause = QueueCause::kReturned;
      item.probability = before.probability;
      item.entered_at = at_;
      held_.push_back(item);
    }
    results_[i].decision = d;
  }

  void Teach() {
    if (labels_.empty()) return;
    LabelAppender appender(tx_);
    for (const auto& [i, comment_id, label] : labels_) {
      const NewLabel meta{site_id_, LabelSource::kHuman, actor_.key_id,
                          results_[i].decision->decision_id, at_};
      results_[i].cap = appender.FromComment(meta, comment_id, label).cap;
      if (results_[i].cap != LabelCap::kNone) results_[i].decision->teaches = false;
    }
  }

  void ReadBack() {
    std::vector<CommentId> ids;
    std::vector<DecisionResult*> results;
    for (DecisionResult& result : results_) {
      if (!result.decision) continue;
      ids.push_back(result.decision->comment_id);
      results.push_back(&result);
    }
    std::vector<CommentRecord> comments = ReadComments(tx_, site_id_, ids);
    for (std::size_t i = 0; i < comments.size(); ++i) results[i]->comment = std::move(comments[i]);
  }

  Tx& tx_;
  const SiteId site_id_;
  const Actor& actor_;
  const std::vector<DecisionRequest>& requests_;
  // From the log's head on, the time of all decisions of the call.
  Timestamp at_;
  std::vector<DecisionResult> results_;
  std::map<CommentId, DecidedComment> found_;
  std::vector<std::tuple<std::size_t, CommentId, LabelClass>> labels_;  // by request
  std::vector<NewEvent> events_;
  std::vector<NewQueueItem> held_;
};

}  // namespace

absl::StatusOr<std::vector<DecisionResult>> PostgresDecisionStore::Decide(
    SiteId site_id, const Actor& actor, const std::vector<DecisionRequest>& requests, Timestamp now,
    Deadline deadline) {
  if (requests.size() > kDecisionBatchMax)
    return absl::InvalidArgumentError("too many decisions in one call");
  std::set<CommentId> seen;
  for (const DecisionRequest& request : requests) {
    if (!seen.insert(request.comment_id).second)
      return absl::InvalidArgumentError("a comment is named twice");
    if (request.action == DecisionAction::kUndo)
      return absl::InvalidArgumentError("an undo is not a decision");
  }
  return RunTransaction(pool_, deadline,
                        [&](Tx& tx) { return Deciding(tx, site_id, actor, requests, now).Run(); });
}

absl::StatusOr<DecisionResult> PostgresDecisionStore::Undo(SiteId site_id, const Actor& actor,
                                                           const DecisionId& decision_id,
                                                           Timestamp now, Deadline deadline) {
  return RunTransaction(pool_, deadline,
                        [&](Tx& tx) { return UndoDecision(tx, site_id, actor, decision_id, now); });
}

absl::StatusOr<Decision> PostgresDecisionStore::Get(SiteId site_id, const DecisionId& decision_id,
                                                    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Decision> {
    const pqxx::result rows = tx.Exec(kGet, site_id, Id(decision_id));
    if (rows.empty()) return absl::NotFoundError("there is no such decision");
    return ReadDecision(rows[0]);
  });
}

absl::StatusOr<std::vector<Decision>> PostgresDecisionStore::List(const DecisionQuery& query,
                                                                  Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<Decision>> {
    std::optional<int> action;
    if (query.action) action = static_cast<int>(*query.action);
    std::vector<Decision> out;
    for (const auto& row :
         tx.Exec(kList, query.site_id, OptId(query.comment_id), Text(query.actor_key_id), action,
                 OptTime(query.decided_from), OptTime(query.decided_until), OptId(query.before),
                 std::clamp(query.limit, 1, kDecisionPageMax), Text(query.actor),
                 OptId(query.bulk_id))) {
      out.push_back(ReadDecision(row));
    }
    return out;
  });
}

}  // namespace replyguard::storage
