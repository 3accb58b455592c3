// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/undo.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "postgres/params.h"
#include "stores/decision_rows.h"
#include "stores/label_rows.h"
#include "stores/outbox.h"
#include "stores/queue_rows.h"

namespace replyguard::storage {
namespace {

constexpr Statement kGetUndo{
    "decision_get_undo",
    "SELECT " RG_DECISION_COLUMNS
    ", d.from_status_source, d.from_status_at, d.from_report_count, d.label_before, d.queue_before "
    "FROM replyguard.decisions d WHERE d.site_id = $1::bigint AND d.decision_id = $2::uuid"};

// What was drawn blind comes back as sent back: its decision told what the machine had said of it.
constexpr Statement kRequeue{
    "decision_requeue",
    "INSERT INTO replyguard.queue_items (site_id, comment_id, thread_id, author_id, ip_id, cause, "
    "entered_at, probability, uncertainty, usefulness, inclusion_probability, shadow, "
    "escalated_at, "
    "escalated_by, escalation) "
    "SELECT r.site_id, r.comment_id, r.thread_id, substring(c.author_hash FOR 16), "
    "substring(c.ip_hash FOR 16), CASE WHEN r.cause = 5 THEN 4 ELSE r.cause END, r.entered_at, "
    "CASE WHEN r.cause = 5 THEN c.probability ELSE r.probability END, "
    "CASE WHEN r.cause = 5 THEN $2::float8 ELSE r.uncertainty END, "
    "CASE WHEN r.cause = 5 THEN $3::integer ELSE coalesce(r.usefulness, 0) END, "
    "CASE WHEN r.cause <> 5 THEN r.inclusion_probability END, "
    "EXISTS (SELECT 1 FROM replyguard.shadow_verdicts v WHERE v.site_id = r.site_id "
    "AND v.comment_id = r.comment_id), r.escalated_at, r.escalated_by, r.escalation "
    "FROM jsonb_populate_record(NULL::replyguard.queue_items, $1::jsonb) r "
    "JOIN replyguard.comments c ON c.site_id = r.site_id AND c.comment_id = r.comment_id "
    "WHERE r.cause <> 6 OR EXISTS (SELECT 1 FROM replyguard.shadow_verdicts v "
    "WHERE v.site_id = r.site_id AND v.comment_id = r.comment_id) ON CONFLICT DO NOTHING"};

constexpr Statement kChain{
    "decision_chain",
    "SELECT d.decision_id, d.undoes, d.revision, d.from_report_count FROM replyguard.decisions d "
    "WHERE d.site_id = $1::bigint AND d.comment_id = $2::uuid ORDER BY d.revision DESC "
    "LIMIT $3::bigint"};

// The newest decisions of a comment, as undoing needs them. Each leads to a state: a plain one to a
// state of its own, an undo back to the state that was there before what it undoes.
class Chain {
 public:
  Chain(Tx& tx, SiteId site_id, const CommentId& comment_id) {
    const pqxx::result rows = tx.Exec(kChain, site_id, Id(comment_id), kUndoReachMax);
    // Oldest first.
    for (auto i = rows.size(); i-- > 0;) {
      Add({UuidAt(rows[i][0]), OptUuidAt(rows[i][1]), rows[i][2].as<std::int64_t>(),
           rows[i][3].as<std::int32_t>()});
    }
  }

  // Whether the comment, of this revision, is in the state to which the decision had led.
  bool InForce(const DecisionId& id, std::int64_t revision) const {
    const auto it = after_.find(id);
    return it != after_.end() && !steps_.empty() && steps_.back().revision == revision &&
           it->second.state == after_.at(steps_.back().id).state;
  }

  // By an undo that has not been undone itself.
  bool Undone(const DecisionId& id) const {
    std::set<DecisionId> undone;
    for (std::size_t i = steps_.size(); i-- > 0;) {
      const Step& step = steps_[i];
      if (step.undoes && !undone.contains(step.id)) undone.insert(*step.undoes);
    }
    return undone.contains(id);
  }

  // The reports that the decision left standing. REQUIRES: InForce.
  std::int32_t ReportsAfter(const DecisionId& id) const { return after_.at(id).reports; }

 private:
  struct Step {
    DecisionId id;
    std::optional<DecisionId> undoes;
    std::int64_t revision = 0;  // after it
    std::int32_t reports = 0;   // before it
  };
  struct After {
    std::int64_t state = 0;         // named by the revision that was the first in it
    std::int64_t state_before = 0;  // negative: nothing but this decision has seen it
    std::int32_t reports = 0;
    std::int32_t reports_before = 0;
  };

  void Add(Step step) {
    After after;
    // A revision in between was an edit: no decision leads back across it.
    const bool follows = !steps_.empty() && steps_.back().revision == step.revision - 1;
    after.state_before = follows ? after_.at(steps_.back().id).state : -step.revision;
    after.state = step.revision;
    after.reports_before = step.reports;
    if (step.undoes) {
      if (const auto it = after_.find(*step.undoes); it != after_.end()) {
        after.state = it->second.state_before;
        after.reports = it->second.reports_before + step.reports - it->second.reports;
      }
    }
    after_.emplace(step.id, after);
    steps_.push_back(std::move(step));
  }

  std::vector<Step> steps_;
  std::map<DecisionId, After> after_;
};

DecisionResult RefuseUndo(Tx& tx, const Chain& chain, const Decision& asked) {
  DecisionResult result;
  if (chain.Undone(asked.decision_id)) {
    RefuseDecision(DecisionRefusal::kUndone, "the decision has been undone already", result);
  } else {
    RefuseDecision(DecisionRefusal::kSuperseded,
                   "the comment has been decided or edited again since", result);
  }
  result.other_decision = NewestDecision(tx, asked.site_id, asked.comment_id);
  return result;
}

}  // namespace

absl::StatusOr<DecisionResult> UndoDecision(Tx& tx, SiteId site_id, const Actor& actor,
                                            const DecisionId& decision_id, Timestamp now) {
  const pqxx::result rows = tx.Exec(kGetUndo, site_id, Id(decision_id));
  DecisionResult result;
  result.status = absl::NotFoundError("there is no such decision");
  if (rows.empty()) return result;
  const pqxx::row row = rows[0];
  const Decision undone = ReadDecision(row);
  const auto found = LockForDecision(tx, site_id, {undone.comment_id});
  if (found.empty()) return result;
  const DecidedComment& before = found.begin()->second;
  const Chain chain(tx, site_id, undone.comment_id);
  if (!chain.InForce(decision_id, before.revision)) return RefuseUndo(tx, chain, undone);
  const auto at = EnterSiteLog(tx, site_id, now);
  if (!at.ok()) return at.status();

  const auto extra = [&row](int i) {
    return row[static_cast<pqxx::row::size_type>(kDecisionColumns + i)];
  };
  const std::int64_t label_then = extra(3).as<std::int64_t>();
  DecisionWrite write;
  write.to_source = EnumAt<StatusSource>(extra(0));
  write.to_status_at = TextAt(extra(1));
  // Reports that came in since stand.
  write.to_report_count = std::max(
      0, extra(2).as<std::int32_t>() + before.report_count - chain.ReportsAfter(decision_id));
  Decision& d = write.decision;
  d.site_id = site_id;
  d.decision_id = MakeDecisionId(*at, 0);
  d.comment_id = undone.comment_id;
  d.action = DecisionAction::kUndo;
  d.actor = actor.name;
  d.actor_key_id = actor.key_id;
  d.bulk_id = actor.bulk_id;
  d.from_status = before.status;
  d.to_status = undone.from_status;
  d.teaches = label_then != before.label_position;
  d.undoes = undone.decision_id;
  d.revision = before.revision + 1;
  d.decided_at = *at;
  // A report that came in since stays in the queue.
  WriteDecision(tx, before, write, undone.decided_at);
  if (!extra(4).is_null()) {
    tx.Exec(kRequeue, TextAt(extra(4)), UncertaintyOf(before.probability),
            UsefulnessOf(before.probability, 0));
  }
  if (const absl::Status status = AppendEvents(tx, {DecidedEvent(d, before.thread_id)});
      !status.ok())
    return status;
  if (d.teaches) {
    const Appended appended = LabelAppender(tx).FromPosition(
        NewLabel{site_id, LabelSource::kHuman, actor.key_id, d.decision_id, *at}, d.comment_id,
        label_then);
    if (appended.cap != LabelCap::kNone) d.teaches = false;
  }
  result.status = absl::OkStatus();
  result.decision = d;
  result.comment = std::move(ReadComments(tx, site_id, {d.comment_id}).front());
  return result;
}

}  // namespace replyguard::storage
