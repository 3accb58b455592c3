// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The moderators' queue: pages of it, leases on its items, its counts. One site, or every site that
// the key covers, merged here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/review/comment_filter.h"
#include "storage/queue_store.h"
#include "storage/thread_store.h"

namespace replyguard::service {

class SiteDirectory;
struct SiteView;

inline constexpr std::chrono::milliseconds kLeaseDurationMin{10'000};
inline constexpr std::chrono::milliseconds kLeaseDurationMax = storage::kLeaseTimeMax;
inline constexpr std::chrono::milliseconds kLeaseDurationDefault{300'000};

// Which items are meant; what is not set does not filter.
struct ReviewFilter {
  std::optional<storage::QueueCause> cause;
  // The queue of the shadow's disagreements (storage::QueueFilter::shadow).
  bool shadow = false;
  // Its times are not read. A site it names must be among those read; a thread that does not exist
  // has no items. A reason tells what the machine said: not together with kSampled.
  CommentFilter match{};
  // Only those for the operators, or only the others. LeaseNext takes the others unless told.
  std::optional<bool> escalated{};
  // Unless it is empty: only these of the sites that the key covers.
  std::vector<std::string> sites{};
};

// An item and whose it is.
struct ReviewItem {
  std::string site;
  storage::QueueItem item;
  // Comments of the site that have nearly its text, itself included, to storage::kAlikeCountMax,
  // and the oldest of them. 0 for a blind one, and where nobody counted.
  std::int32_t alike_count = 0;
  storage::CommentId alike_oldest{};
};

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
// Several sites cost a statement each. Common errors: PERMISSION_DENIED; SITE_NOT_FOUND;
// UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED.
class ReviewQueue {
 public:
  struct ListRequest {
    // Nothing: every site that the key covers.
    std::optional<std::string> site;
    ReviewFilter filter;
    storage::QueueOrder order = storage::QueueOrder::kOldest;
    // QueueCursorOf the last item of the page before; the same cursor serves all sites.
    std::optional<storage::QueueCursor> after;
    std::int32_t limit = 25;  // 1 to storage::kQueuePageMax
  };
  struct LeaseRequest {
    std::optional<std::string> site;
    ReviewFilter filter;
    storage::QueueOrder order = storage::QueueOrder::kOldest;
    std::int32_t count = 1;  // 1 to storage::kLeaseCountMax
    std::chrono::milliseconds duration = kLeaseDurationDefault;
  };
  struct LeaseChange {
    std::string site;
    storage::CommentId comment_id;
    std::string token;
    // Nothing or zero gives the item back.
    std::optional<std::chrono::milliseconds> extension;
  };

  ReviewQueue(const SiteDirectory& sites, storage::QueueStore& queue, storage::ThreadStore& threads,
              storage::CommentSearch& search, const Clock& clock, RandomSource& random);

  // A page shorter than the limit is the last.
  absl::StatusOr<std::vector<ReviewItem>> List(const Principal& principal,
                                               const ListRequest& request,
                                               storage::Deadline deadline) const;

  // The items with their tokens; empty when nothing waits that nobody holds. Unless a cause or a
  // probability is asked for, one item in ten is one that was drawn blind, if any waits, and these
  // make up what is missing when nothing else does.
  absl::StatusOr<std::vector<ReviewItem>> LeaseNext(const Principal& principal,
                                                    const LeaseRequest& request,
                                                    storage::Deadline deadline) const;

  // In the order given: whether the token still held its item. At most storage::kLeaseCountMax.
  // Every site is checked before any lease changes.
  absl::StatusOr<std::vector<bool>> ChangeLeases(const Principal& principal,
                                                 const std::vector<LeaseChange>& changes,
                                                 storage::Deadline deadline) const;

  absl::StatusOr<storage::QueueStats> Stats(const Principal& principal,
                                            const std::optional<std::string>& site,
                                            storage::Deadline deadline) const;

 private:
  absl::Status LeaseOf(const Principal& principal,
                       const std::vector<std::shared_ptr<const SiteView>>& sites,
                       const LeaseRequest& request, const std::string& token,
                       storage::Deadline deadline, std::vector<ReviewItem>* leased) const;
  // Best effort: an item is not kept from anybody for want of a count.
  void CountAlike(const std::vector<std::shared_ptr<const SiteView>>& sites,
                  std::vector<ReviewItem>* items, storage::Deadline deadline) const;

  const SiteDirectory& sites_;
  storage::QueueStore& queue_;
  storage::CommentSearch& search_;
  const FilterReader filters_;
  const Clock& clock_;
  RandomSource& random_;
};

}  // namespace replyguard::service
