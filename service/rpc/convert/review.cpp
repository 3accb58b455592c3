// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/review.h"

#include <algorithm>
#include <utility>

#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/moderation.h"
#include "service/rpc/names/resource_names.h"
#include "service/rpc/status/status_mapping.h"

namespace replyguard::service::rpc {
namespace {

static_assert(static_cast<int>(storage::AuditKind::kSite) == v1::AuditEvent::KIND_SITE &&
              static_cast<int>(storage::AuditKind::kRule) == v1::AuditEvent::KIND_RULE &&
              static_cast<int>(storage::AuditKind::kApiKey) == v1::AuditEvent::KIND_API_KEY &&
              static_cast<int>(storage::AuditKind::kModel) == v1::AuditEvent::KIND_MODEL &&
              static_cast<int>(storage::AuditKind::kEscalation) ==
                  v1::AuditEvent::KIND_ESCALATION &&
              static_cast<int>(storage::AuditKind::kReasonCodes) ==
                  v1::AuditEvent::KIND_REASON_CODES &&
              static_cast<int>(storage::AuditKind::kBulk) == v1::AuditEvent::KIND_BULK);

constexpr std::string_view kNameInvalid = "NAME_INVALID";

v1::Bulk::State StateOf(const storage::BulkRecord& bulk) {
  if (!bulk.action) return v1::Bulk::STATE_PREVIEWED;
  if (bulk.undo_begun) {
    return bulk.to_undo_count > 0 ? v1::Bulk::STATE_UNDOING : v1::Bulk::STATE_UNDONE;
  }
  return bulk.tried_count < bulk.total_count ? v1::Bulk::STATE_APPLYING : v1::Bulk::STATE_APPLIED;
}

}  // namespace

void ReadTime(bool given, const google::protobuf::Timestamp& in, std::string_view field,
              std::optional<storage::Timestamp>* out, validation::Violations& violations) {
  if (!given) return;
  *out = FromProto(in);
  if (!*out) violations.Add(field, "VALUE_INVALID", "Must be a valid time.");
}

void ReadMatch(const std::string& text, const std::string& network, const std::string& language,
               const std::string& reason, const std::string& campaign, CommentFilter* filter,
               validation::Violations& violations) {
  filter->text = text;
  filter->network = network;
  filter->language = language;
  if (reason.find('/') == std::string::npos) {
    filter->reason = reason;
  } else if (auto rule = ParseUuidName(reason, "rules")) {
    filter->rule_site = std::move(rule->site);
    filter->rule_id = rule->id;
  } else {
    violations.Add("filter.reason", kNameInvalid,
                   "Must be a code, or \"sites/{site}/rules/{rule}\".");
  }
  if (campaign.empty()) return;
  if (auto name = ParseUuidName(campaign, "campaigns")) {
    filter->campaign_site = std::move(name->site);
    filter->campaign = name->id;
  } else {
    violations.Add("filter.campaign", kNameInvalid,
                   "Must be \"sites/{site}/campaigns/{comment}\".");
  }
}

void ReadThread(const std::string& name, CommentFilter* filter,
                validation::Violations& violations) {
  if (name.empty()) return;
  if (auto thread = ParseThreadName(name)) {
    filter->thread_site = std::move(thread->site);
    filter->thread_key = std::move(thread->rest);
  } else {
    violations.Add("filter.thread", kNameInvalid, "Must be \"sites/{site}/threads/{thread}\".");
  }
}

CommentFilter FromProto(const v1::CommentFilter& in, validation::Violations& violations) {
  CommentFilter out;
  ReadMatch(in.text(), in.network(), in.language(), in.reason(), in.campaign(), &out, violations);
  out.author_id = in.author_id();
  ReadThread(in.thread(), &out, violations);
  if (in.has_probability_min()) out.probability_min = in.probability_min();
  if (in.has_probability_max()) out.probability_max = in.probability_max();
  ReadTime(in.has_start_time(), in.start_time(), "filter.start_time", &out.received_from,
           violations);
  ReadTime(in.has_end_time(), in.end_time(), "filter.end_time", &out.received_until, violations);
  return out;
}

std::vector<storage::CommentStatus> StatusesFromProto(
    const google::protobuf::RepeatedField<int>& statuses, validation::Violations& violations) {
  std::vector<storage::CommentStatus> out;
  for (const int number : statuses) {
    const auto status = FromProto(static_cast<v1::CommentStatus>(number));
    if (!status || *status == storage::CommentStatus::kDeleted) {
      violations.Add("statuses", "VALUE_INVALID", "Must be PENDING, APPROVED, SPAM or TRASHED.");
      break;
    }
    if (std::find(out.begin(), out.end(), *status) == out.end()) out.push_back(*status);
  }
  return out;
}

std::vector<std::string> SitesFromProto(const google::protobuf::RepeatedPtrField<std::string>& in,
                                        std::string_view field,
                                        validation::Violations& violations) {
  std::vector<std::string> out;
  if (static_cast<std::size_t>(in.size()) > kSearchSitesMax) {
    violations.Add(field, "OUT_OF_RANGE", "At most 100 sites are named.");
    return out;
  }
  for (const std::string& name : in) {
    if (auto site = ParseSiteName(name)) {
      out.push_back(*std::move(site));
    } else {
      violations.Add(field, kNameInvalid, "Must be \"sites/{site}\".");
      break;
    }
  }
  return out;
}

storage::ReasonCode FromProto(const v1::ReasonCode& in, std::string_view field,
                              validation::Violations& violations) {
  storage::ReasonCode out;
  out.code = in.code();
  out.label = in.label();
  out.shown_to_author = in.shown_to_author();
  for (const int number : in.actions()) {
    const auto action = FromProto(static_cast<v1::DecisionAction>(number));
    if (!action || *action == storage::DecisionAction::kUndo) {
      violations.Add(field, "VALUE_INVALID", "Must be APPROVE, SPAM, TRASH or HOLD.");
      break;
    }
    if (std::find(out.actions.begin(), out.actions.end(), *action) == out.actions.end()) {
      out.actions.push_back(*action);
    }
  }
  return out;
}

void ToProto(const StatusCounts& counts,
             google::protobuf::RepeatedPtrField<v1::CommentStatusCount>* out) {
  for (const auto& [status, count] : counts) {
    v1::CommentStatusCount* one = out->Add();
    one->set_status(ToProto(status));
    one->set_count(count);
  }
}

void ToProto(std::string_view site, const AuthorHistory& history, v1::AuthorHistory* out) {
  v1::Comment newest;
  ToProtoWithoutAssessment(site, history.newest, &newest);
  *out->mutable_author() = newest.author();
  ToProto(history.counts, out->mutable_counts());
  out->set_decided_by_people_count(history.decided_by_people_count);
  out->set_more(history.more);
  ToProto(history.first_at, out->mutable_first_time());
  ToProto(history.last_at, out->mutable_last_time());
  for (const auto& comment : history.comments) ToProto(site, comment, out->add_comments());
  for (const std::string& name : history.names) out->add_display_names(name);
  out->set_network(history.network);
  ToProto(history.network_others.counts, out->mutable_network_counts());
  out->set_network_author_count(history.network_others.author_count);
}

void ToProto(std::string_view site, const Campaign& campaign, v1::Campaign* out) {
  out->set_name(CampaignName(site, campaign.comment_id));
  out->set_comment_count(campaign.comment_count);
  ToProto(campaign.group.counts, out->mutable_counts());
  out->set_author_count(campaign.group.author_count);
  out->set_network_count(campaign.group.network_count);
  ToProto(campaign.first_at, out->mutable_first_time());
  ToProto(campaign.last_at, out->mutable_last_time());
  ToProto(site, campaign.newest, out->mutable_newest_comment());
}

void ToProto(std::string_view site, const storage::BulkRecord& bulk, v1::Bulk* out) {
  out->set_name(BulkName(site, bulk.bulk_id));
  out->set_state(StateOf(bulk));
  if (bulk.action) out->set_action(static_cast<v1::DecisionAction>(*bulk.action));
  out->set_reason_code(bulk.reason_code);
  out->set_actor(bulk.actor);
  ToProto(bulk.created_at, out->mutable_create_time());
  if (bulk.applied_at) ToProto(*bulk.applied_at, out->mutable_apply_time());
  out->set_total_count(bulk.total_count);
  out->set_decided_count(bulk.decided_count);
  out->set_skipped_count(bulk.skipped_count);
  out->set_undone_count(bulk.undone_count);
  out->set_remaining_count(bulk.undo_begun ? bulk.to_undo_count
                                           : bulk.total_count - bulk.tried_count);
}

void ToProto(std::string_view site, const BulkSkip& skip, v1::BulkSkip* out) {
  out->set_comment(CommentName(site, skip.comment_id));
  out->set_reason(ReasonOf(skip.status));
  out->set_message(std::string(PublicMessage(skip.status)));
  if (skip.other_decision) ToProto(site, *skip.other_decision, out->mutable_other_decision());
}

void ToProto(std::string_view site, const storage::CommentNote& note, v1::CommentNote* out) {
  out->set_name(CommentName(site, note.comment_id) + "/notes/" + note.note_id.ToHex());
  out->set_text(note.text);
  out->set_actor(note.actor);
  out->set_actor_key_id(note.actor_key_id);
  ToProto(note.written_at, out->mutable_create_time());
}

void ToProto(const storage::Escalation& escalation, v1::Escalation* out) {
  out->set_reason(escalation.reason);
  out->set_actor(escalation.actor);
  ToProto(escalation.escalated_at, out->mutable_create_time());
}

void ToProto(const storage::ReasonCode& code, v1::ReasonCode* out) {
  out->set_code(code.code);
  out->set_label(code.label);
  for (const storage::DecisionAction action : code.actions) {
    out->add_actions(static_cast<v1::DecisionAction>(action));
  }
  out->set_shown_to_author(code.shown_to_author);
}

void ToProto(std::string_view site, const storage::AuditEvent& event, v1::AuditEvent* out) {
  const std::string own = "auditEvents/" + event.event_id.ToHex();
  out->set_name(site.empty() ? own : SiteName(site) + "/" + own);
  out->set_kind(static_cast<v1::AuditEvent::Kind>(event.kind));
  out->set_act(event.act);
  out->set_subject(event.subject);
  out->set_actor(event.actor);
  out->set_actor_key_id(event.actor_key_id);
  out->set_summary(event.summary);
  ToProto(event.created_at, out->mutable_create_time());
}

}  // namespace replyguard::service::rpc
