// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/moderation.h"

#include <optional>

#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/review.h"
#include "service/rpc/names/resource_names.h"

namespace replyguard::service::rpc {
namespace {

template <typename Proto, typename Ours>
constexpr bool Same(Proto proto, Ours ours) {
  return static_cast<int>(proto) == static_cast<int>(ours);
}
static_assert(Same(v1::QueueItem::CAUSE_HELD, storage::QueueCause::kHeld));
static_assert(Same(v1::QueueItem::CAUSE_REPORTED, storage::QueueCause::kReported));
static_assert(Same(v1::QueueItem::CAUSE_EDITED, storage::QueueCause::kEdited));
static_assert(Same(v1::QueueItem::CAUSE_RETURNED, storage::QueueCause::kReturned));
static_assert(Same(v1::QueueItem::CAUSE_SHADOW, storage::QueueCause::kShadow));
static_assert(Same(v1::DECISION_ACTION_APPROVE, storage::DecisionAction::kApprove));
static_assert(Same(v1::DECISION_ACTION_SPAM, storage::DecisionAction::kSpam));
static_assert(Same(v1::DECISION_ACTION_TRASH, storage::DecisionAction::kTrash));
static_assert(Same(v1::DECISION_ACTION_HOLD, storage::DecisionAction::kHold));
static_assert(Same(v1::DECISION_ACTION_UNDO, storage::DecisionAction::kUndo));
static_assert(Same(v1::QUEUE_ORDER_OLDEST, storage::QueueOrder::kOldest));
static_assert(Same(v1::QUEUE_ORDER_NEWEST, storage::QueueOrder::kNewest));
static_assert(Same(v1::QUEUE_ORDER_UNCERTAIN, storage::QueueOrder::kUncertain));
static_assert(Same(v1::QUEUE_ORDER_USEFUL, storage::QueueOrder::kUseful));
static_assert(Same(v1::QueueItem::CAUSE_BLIND_SAMPLE, storage::QueueCause::kSampled));

}  // namespace

void ToProto(const ReviewItem& item, v1::QueueItem* out) {
  v1::Comment* comment = out->mutable_comment();
  if (item.item.cause == storage::QueueCause::kSampled) {
    // Whoever judges it must not learn what became of it.
    ToProtoWithoutAssessment(item.site, item.item.comment, comment);
    comment->clear_status();
    comment->clear_status_source();
    comment->clear_status_time();
    comment->clear_report_count();
  } else {
    ToProto(item.site, item.item.comment, comment);
  }
  out->set_cause(static_cast<v1::QueueItem::Cause>(item.item.cause));
  out->set_usefulness(item.item.usefulness);
  ToProto(item.item.entered_at, out->mutable_enter_time());
  out->set_alike_count(item.alike_count);
  if (item.alike_count > 1) out->set_campaign(CampaignName(item.site, item.alike_oldest));
  if (item.item.escalation) ToProto(*item.item.escalation, out->mutable_escalation());
  out->set_note_count(item.item.note_count);
  if (!item.item.lease_until) return;
  out->mutable_lease()->set_token(item.item.lease_token);
  out->mutable_lease()->set_holder(item.item.lease_holder);
  ToProto(*item.item.lease_until, out->mutable_lease()->mutable_expire_time());
}

void ToProto(std::string_view site, const storage::Decision& decision, v1::Decision* out) {
  out->set_name(DecisionName(site, decision.decision_id));
  out->set_comment(CommentName(site, decision.comment_id));
  out->set_action(static_cast<v1::DecisionAction>(decision.action));
  out->set_actor(decision.actor);
  out->set_actor_key_id(decision.actor_key_id);
  out->set_previous_status(ToProto(decision.from_status));
  out->set_status(ToProto(decision.to_status));
  out->set_teaches(decision.teaches);
  out->set_reason_code(decision.reason_code);
  out->set_note(decision.note);
  if (decision.undoes) out->set_undone_decision(DecisionName(site, *decision.undoes));
  ToProto(decision.decided_at, out->mutable_create_time());
  if (decision.bulk_id) out->set_bulk(BulkName(site, *decision.bulk_id));
}

void ToProto(const storage::QueueStats& stats, v1::QueueStats* out) {
  out->set_pending_count(stats.pending_count);
  out->set_leased_count(stats.leased_count);
  out->set_reported_count(stats.reported_count);
  if (stats.oldest_entered_at) ToProto(*stats.oldest_entered_at, out->mutable_oldest_enter_time());
  out->set_decided_last_day_count(stats.decided_last_day_count);
  out->set_blind_sample_count(stats.sampled_count);
  out->set_shadow_count(stats.shadow_count);
}

std::optional<storage::DecisionAction> FromProto(v1::DecisionAction action) {
  if (!v1::DecisionAction_IsValid(action) || action == v1::DECISION_ACTION_UNSPECIFIED) {
    return std::nullopt;
  }
  return static_cast<storage::DecisionAction>(action);
}

std::optional<storage::CommentStatus> FromProto(v1::CommentStatus status) {
  if (!v1::CommentStatus_IsValid(status) || status == v1::COMMENT_STATUS_UNSPECIFIED) {
    return std::nullopt;
  }
  return static_cast<storage::CommentStatus>(status);
}

std::optional<storage::QueueOrder> FromProto(v1::QueueOrder order) {
  if (!v1::QueueOrder_IsValid(order)) return std::nullopt;
  if (order == v1::QUEUE_ORDER_UNSPECIFIED) return storage::QueueOrder::kOldest;
  return static_cast<storage::QueueOrder>(order);
}

ReviewFilter FromProto(const v1::QueueFilter& filter, validation::Violations& violations) {
  ReviewFilter out;
  if (!v1::QueueItem::Cause_IsValid(filter.cause())) {
    violations.Add("filter.cause", "VALUE_INVALID", "Must be one of the causes.");
  } else if (filter.cause() != v1::QueueItem::CAUSE_UNSPECIFIED) {
    out.cause = static_cast<storage::QueueCause>(filter.cause());
  }
  if (filter.has_probability_min()) out.match.probability_min = filter.probability_min();
  if (filter.has_probability_max()) out.match.probability_max = filter.probability_max();
  out.match.author_id = filter.author_id();
  out.shadow = filter.shadow();
  ReadMatch(filter.text(), filter.network(), filter.language(), filter.reason(), filter.campaign(),
            &out.match, violations);
  out.sites = SitesFromProto(filter.sites(), "filter.sites", violations);
  if (!v1::EscalationFilter_IsValid(filter.escalation())) {
    violations.Add("filter.escalation", "VALUE_INVALID", "Must be one of the filters.");
  } else if (filter.escalation() != v1::ESCALATION_FILTER_UNSPECIFIED) {
    out.escalated = filter.escalation() == v1::ESCALATION_FILTER_ESCALATED;
  }
  ReadThread(filter.thread(), &out.match, violations);
  return out;
}

}  // namespace replyguard::service::rpc
