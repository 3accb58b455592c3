// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/moderation_service.pb.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/moderation.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/rpc/handlers/stream_source.h"
#include "service/usecases/authorize.h"
#include "service/usecases/review/queue.h"
#include "service/usecases/review/queue_watch.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kQueuePageStandard = 25;

// What ListQueue and LeaseNext have in common.
template <typename Request, typename Input>
absl::Status ReadSelection(const CallContext& call, const Request& request, Input& input) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kReview);
  if (!may.ok()) return may;
  auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  input.site = *std::move(site);
  validation::Violations violations;
  input.filter = FromProto(request.filter(), violations);
  const auto order = FromProto(request.order());
  if (order) {
    input.order = *order;
  } else {
    violations.Add("order", "VALUE_INVALID", "Must be one of the orders.");
  }
  return violations.empty() ? absl::OkStatus() : InvalidFields(violations);
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListQueueRequest& request, v1::ListQueueResponse& response) {
  ReviewQueue::ListRequest input;
  absl::Status status = ReadSelection(call, request, input);
  if (!status.ok()) return status;
  const auto limit = PageSize(request.page_size(), kQueuePageStandard, storage::kQueuePageMax);
  if (!limit.ok()) return limit.status();
  input.limit = *limit;
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  if (*cursor) {
    CursorReader reader(**cursor);
    storage::QueueCursor after;
    after.uncertainty = reader.Real();
    after.usefulness = static_cast<std::int32_t>(reader.Number());
    after.entered_at = storage::Timestamp(std::chrono::microseconds(reader.Number()));
    after.comment_id = reader.Id();
    if (!reader.ok()) return BadPageToken();
    input.after = after;
  }
  const auto rows = use_cases.queue.List(*call.principal, input, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_items(),
      response.mutable_next_page_token(),
      [](const ReviewItem& row, v1::QueueItem* out) { ToProto(row, out); },
      [](const ReviewItem& row) {
        const storage::QueueCursor end = storage::QueueCursorOf(row.item);
        return CursorWriter()
            .Real(end.uncertainty)
            .Number(end.usefulness)
            .Number(end.entered_at.time_since_epoch().count())
            .Id(end.comment_id)
            .Take();
      });
  return absl::OkStatus();
}

absl::Status Lease(const UseCases& use_cases, const CallContext& call,
                   const v1::LeaseNextRequest& request, v1::LeaseNextResponse& response) {
  ReviewQueue::LeaseRequest input;
  absl::Status status = ReadSelection(call, request, input);
  if (!status.ok()) return status;
  const auto count = PageSize(request.count(), 1, storage::kLeaseCountMax, "count");
  if (!count.ok()) return count.status();
  input.count = *count;
  if (request.has_lease_duration()) {
    const auto duration = FromProto(request.lease_duration());
    if (!duration)
      return InvalidField("lease_duration", "OUT_OF_RANGE", "Must be a valid duration.");
    input.duration = *duration;
  }
  const auto items = use_cases.queue.LeaseNext(*call.principal, input, call.deadline);
  if (!items.ok()) return items.status();
  for (const ReviewItem& item : *items) ToProto(item, response.add_items());
  return absl::OkStatus();
}

absl::Status ChangeLeases(const UseCases& use_cases, const CallContext& call,
                          const v1::UpdateLeaseRequest& request,
                          v1::UpdateLeaseResponse& response) {
  std::vector<ReviewQueue::LeaseChange> changes;
  validation::Violations violations;
  for (int i = 0; i < request.changes_size(); ++i) {
    const v1::LeaseChange& in = request.changes(i);
    const std::string path = "changes[" + std::to_string(i) + "].";
    const std::optional<UuidName> name = ParseUuidName(in.comment(), "comments");
    if (!name) {
      violations.Add(path + "comment", "NAME_INVALID",
                     "Must be \"sites/{site}/comments/{comment}\".");
      continue;
    }
    ReviewQueue::LeaseChange change{name->site, name->id, in.lease_token(), std::nullopt};
    if (in.has_extension()) {
      change.extension = FromProto(in.extension());
      if (!change.extension) {
        violations.Add(path + "extension", "OUT_OF_RANGE", "Must be a valid duration.");
      }
    }
    changes.push_back(std::move(change));
  }
  if (!violations.empty()) return InvalidFields(violations);
  const auto held = use_cases.queue.ChangeLeases(*call.principal, changes, call.deadline);
  if (!held.ok()) return held.status();
  for (const bool one : *held) response.add_held(one);
  return absl::OkStatus();
}

absl::Status Stats(const UseCases& use_cases, const CallContext& call,
                   const v1::GetQueueStatsRequest& request, v1::GetQueueStatsResponse& response) {
  const auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto stats = use_cases.queue.Stats(*call.principal, *site, call.deadline);
  if (stats.ok()) ToProto(*stats, response.mutable_stats());
  return stats.status();
}

absl::StatusOr<std::unique_ptr<StreamSource>> Watch(const UseCases& use_cases,
                                                    const CallContext& call,
                                                    const v1::WatchQueueRequest& request,
                                                    std::function<void()> on_ready) {
  const auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  return MakeSource<v1::WatchQueueResponse>(
      use_cases.queue_watch.Watch(*call.principal, *site, std::move(on_ready)),
      [](const QueueBatch& batch, v1::WatchQueueResponse& response) {
        for (const ReviewItem& item : batch.entered) ToProto(item, response.add_entered());
        for (const QueueBatch::Left& left : batch.left) {
          response.add_left(CommentName(left.site, left.comment_id));
        }
        if (batch.stats) ToProto(*batch.stats, response.mutable_stats());
      });
}

}  // namespace

void AddQueueMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::ListQueueRequest, v1::ListQueueResponse>(
      "ModerationService.ListQueue",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return List(use_cases, call, request, response);
      });
  table.AddBlocking<v1::LeaseNextRequest, v1::LeaseNextResponse>(
      "ModerationService.LeaseNext",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Lease(use_cases, call, request, response);
      });
  table.AddBlocking<v1::UpdateLeaseRequest, v1::UpdateLeaseResponse>(
      "ModerationService.UpdateLease",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return ChangeLeases(use_cases, call, request, response);
      });
  table.AddBlocking<v1::GetQueueStatsRequest, v1::GetQueueStatsResponse>(
      "ModerationService.GetQueueStats",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Stats(use_cases, call, request, response);
      });
  table.AddStream<v1::WatchQueueRequest, v1::WatchQueueResponse>(
      "ModerationService.WatchQueue",
      [use_cases](const CallContext& call, const auto& request, std::function<void()> on_ready) {
        return Watch(use_cases, call, request, std::move(on_ready));
      });
}

}  // namespace replyguard::service::rpc
