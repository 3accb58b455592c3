// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/events/event_stream.h"

#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/validation/violation.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// A cursor that cannot be resumed from, and what to do about it.
absl::Status OutOfRange(storage::EventLog& events, storage::SiteId site_id, std::int64_t cursor,
                        storage::Deadline deadline) {
  const auto head = events.Head(site_id, deadline);
  if (!head.ok()) return FromStorage(head.status());
  ErrorDetail detail;
  const bool ahead = cursor > head->newest;
  detail.reason = std::string(ahead ? reasons::kCursorAhead : reasons::kCursorExpired);
  detail.metadata["oldest_cursor"] = std::to_string(head->oldest - 1);
  detail.metadata["head_cursor"] = std::to_string(head->newest);
  return MakeError(absl::StatusCode::kOutOfRange,
                   ahead ? "this log never gave that cursor: list the threads anew and resume from "
                           "head_cursor"
                         : "events after that cursor are no longer kept: list the threads anew and "
                           "resume from head_cursor",
                   detail);
}

absl::StatusOr<std::vector<storage::Event>> Read(storage::EventLog& events, storage::SiteId site_id,
                                                 std::int64_t cursor, std::int32_t limit,
                                                 storage::Deadline deadline) {
  auto page = events.Read(site_id, cursor, limit, deadline);
  if (page.ok()) return page;
  if (absl::IsOutOfRange(page.status())) return OutOfRange(events, site_id, cursor, deadline);
  return FromStorage(page.status());
}

class EventFollower final : public EventSubscription {
 public:
  EventFollower(const FollowerOwner& owner, std::function<void()> on_ready,
                storage::EventLog& events, std::int64_t cursor)
      : EventSubscription(owner, std::move(on_ready)),
        events_(events),
        site_id_(owner.site),
        cursor_(cursor) {}

 private:
  absl::StatusOr<bool> Read(storage::Deadline deadline) override {
    auto page = service::Read(events_, site_id_, cursor_, kStreamEventsMax, deadline);
    if (!page.ok()) return page.status();
    if (page->empty()) return false;
    cursor_ = page->back().sequence;
    Put({*std::move(page), cursor_});
    return true;
  }
  void PutHeartbeat() override { Put({{}, cursor_}); }

  storage::EventLog& events_;
  const storage::SiteId site_id_;
  std::int64_t cursor_;  // the hub's thread only
};

absl::Status CheckCursor(std::int64_t cursor) {
  if (cursor >= 0) return absl::OkStatus();
  return InvalidField("cursor", validation::reason::kOutOfRange, "Must be 0 or more.");
}

}  // namespace

EventStream::EventStream(const SiteDirectory& sites, storage::EventLog& events, Hub& hub)
    : sites_(sites), events_(events), hub_(hub) {}

absl::StatusOr<EventStream::Page> EventStream::List(const Principal& principal,
                                                    const std::string& site, std::int64_t cursor,
                                                    std::int32_t limit,
                                                    storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kComments, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(limit, 1, storage::kEventPageMax, "page_size", violations, "events");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  if (absl::Status status = CheckCursor(cursor); !status.ok()) return status;

  const storage::SiteId site_id = (*view)->record.site_id;
  // The head after the page, so that it is never older than what the page holds.
  auto events = Read(events_, site_id, cursor, limit, deadline);
  if (!events.ok()) return events.status();
  const auto head = events_.Head(site_id, deadline);
  if (!head.ok()) return FromStorage(head.status());
  Page page;
  page.cursor = events->empty() ? cursor : events->back().sequence;
  page.head_cursor = head->newest;
  page.events = *std::move(events);
  return page;
}

absl::StatusOr<std::shared_ptr<EventSubscription>> EventStream::Watch(
    const Principal& principal, const std::string& site, std::int64_t cursor,
    std::function<void()> on_ready) const {
  const auto view = sites_.Enter(principal, Permission::kComments, site);
  if (!view.ok()) return view.status();
  if (absl::Status status = CheckCursor(cursor); !status.ok()) return status;
  FollowerOwner owner{
      CredentialOf(principal), (*view)->record.site_id,
      [site](const Principal& now) { return Authorize(now, Permission::kComments, site); }};
  auto follower =
      std::make_shared<EventFollower>(std::move(owner), std::move(on_ready), events_, cursor);
  if (absl::Status status = hub_.Add(follower); !status.ok()) return status;
  return follower;
}

}  // namespace replyguard::service
