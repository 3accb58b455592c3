// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "replyguard/v1/comment_service.pb.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/rpc/handlers/stream_source.h"
#include "service/usecases/events/event_stream.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kEventPageStandard = 100;

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListEventsRequest& request, v1::ListEventsResponse& response) {
  absl::StatusOr<std::string> site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto limit = PageSize(request.page_size(), kEventPageStandard, storage::kEventPageMax);
  if (!limit.ok()) return limit.status();
  const auto page =
      use_cases.events.List(*call.principal, *site, request.cursor(), *limit, call.deadline);
  if (!page.ok()) return page.status();
  for (const storage::Event& event : page->events) ToProto(*site, event, response.add_events());
  response.set_cursor(page->cursor);
  response.set_head_cursor(page->head_cursor);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<StreamSource>> Watch(const UseCases& use_cases,
                                                    const CallContext& call,
                                                    const v1::WatchEventsRequest& request,
                                                    std::function<void()> on_ready) {
  absl::StatusOr<std::string> site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  return MakeSource<v1::WatchEventsResponse>(
      use_cases.events.Watch(*call.principal, *site, request.cursor(), std::move(on_ready)),
      [site = *site](const EventBatch& batch, v1::WatchEventsResponse& response) {
        for (const storage::Event& event : batch.events) {
          ToProto(site, event, response.add_events());
        }
        response.set_cursor(batch.cursor);
      });
}

}  // namespace

void AddEventMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::ListEventsRequest, v1::ListEventsResponse>(
      "CommentService.ListEvents",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return List(use_cases, call, request, response);
      });
  table.AddStream<v1::WatchEventsRequest, v1::WatchEventsResponse>(
      "CommentService.WatchEvents",
      [use_cases](const CallContext& call, const auto& request, std::function<void()> on_ready) {
        return Watch(use_cases, call, request, std::move(on_ready));
      });
}

}  // namespace replyguard::service::rpc
