// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/review/desk.h"

#include <utility>

namespace replyguard::service::cli {

using Stub = v1::ModerationService::Stub;

Desk::Desk(const Connection& connection, v1::LeaseNextRequest next)
    : connection_(connection),
      stub_(v1::ModerationService::NewStub(connection.channel())),
      next_(std::move(next)) {}

Outcome Desk::Run(const Job& job) {
  return std::visit([this](const auto& what) { return Do(what); }, job);
}

Outcome Desk::Do(const LeaseJob& job) {
  Leased leased;
  v1::LeaseNextRequest request = next_;
  request.set_count(job.count);
  v1::LeaseNextResponse response;
  leased.status = connection_.Call(*stub_, &Stub::LeaseNext, request, response);
  leased.items.assign(response.items().begin(), response.items().end());
  v1::GetQueueStatsRequest ask;
  ask.set_parent(next_.parent());
  v1::GetQueueStatsResponse stats;
  // A figure in the title alone: without it the review goes on.
  if (leased.status.ok() && connection_.Call(*stub_, &Stub::GetQueueStats, ask, stats).ok()) {
    leased.waiting_count = stats.stats().pending_count();
  }
  return leased;
}

Outcome Desk::Do(const DecideJob& job) {
  Decided decided;
  decided.job = job;
  v1::ModerateCommentsRequest request;
  for (const v1::QueueItem& item : job.items) {
    v1::ModerationAction& action = *request.add_actions();
    action.set_comment(item.comment().name());
    action.set_action(job.action);
    action.set_etag(item.comment().etag());
    action.set_lease_token(item.lease().token());
  }
  decided.status = connection_.Call(*stub_, &Stub::ModerateComments, request, decided.response);
  const auto count = static_cast<std::size_t>(decided.response.results_size());
  if (decided.status.ok() && count != job.items.size()) {
    decided.status = {grpc::StatusCode::INTERNAL, "the server answered for other comments"};
  }
  if (!decided.status.ok()) return decided;
  for (std::size_t i = 0; i < count; ++i) {
    const v1::ModerationResult& result = decided.response.results(static_cast<int>(i));
    if (result.has_error()) continue;
    last_decision_ = result.decision().name();
    deeds_[job.act].push_back({job.items[i], last_decision_});
  }
  return decided;
}

Outcome Desk::Do(const EscalateJob& job) {
  Escalated escalated;
  escalated.job = job;
  for (const v1::QueueItem& item : job.items) {
    v1::EscalateCommentRequest request;
    request.set_name(item.comment().name());
    v1::EscalateCommentResponse response;
    const grpc::Status& status = escalated.statuses.emplace_back(
        connection_.Call(*stub_, &Stub::EscalateComment, request, response));
    if (status.ok()) deeds_[job.act].push_back({item, {}});
  }
  return escalated;
}

grpc::Status Desk::TakeBack(Deed* deed) {
  if (deed->decision.empty()) {
    v1::DeescalateCommentRequest request;
    request.set_name(deed->item.comment().name());
    v1::DeescalateCommentResponse response;
    return connection_.Call(*stub_, &Stub::DeescalateComment, request, response);
  }
  v1::UndoDecisionRequest request;
  request.set_name(deed->decision);
  v1::UndoDecisionResponse response;
  grpc::Status status = connection_.Call(*stub_, &Stub::UndoDecision, request, response);
  if (!status.ok()) return status;
  if (deed->decision == last_decision_) last_decision_.clear();
  // No more than the etag: an item that is judged blind stays so.
  deed->item.mutable_comment()->set_etag(response.comment().etag());
  return status;
}

Outcome Desk::Do(const UndoJob& job) {
  Undone undone;
  undone.act = job.act;
  std::vector<Deed> left;
  for (Deed& deed : deeds_[job.act]) {
    undone.escalation = deed.decision.empty();
    const grpc::Status status = TakeBack(&deed);
    if (!status.ok()) {
      if (undone.status.ok()) undone.status = status;
      left.push_back(std::move(deed));
      continue;
    }
    deed.item.clear_lease();
    undone.items.push_back(std::move(deed.item));
  }
  deeds_.erase(job.act);
  if (!left.empty()) deeds_[job.act] = std::move(left);
  return undone;
}

Outcome Desk::Do(const RenewJob& job) {
  v1::UpdateLeaseRequest request;
  request.mutable_changes()->Assign(job.changes.begin(), job.changes.end());
  v1::UpdateLeaseResponse response;
  return Renewed{connection_.Call(*stub_, &Stub::UpdateLease, request, response)};
}

}  // namespace replyguard::service::cli
