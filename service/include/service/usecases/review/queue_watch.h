// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// WatchQueue: the queue as it changes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/events/subscription.h"
#include "service/usecases/review/queue.h"
#include "service/usecases/review/queue_counts.h"
#include "storage/event_log.h"
#include "storage/queue_store.h"

namespace replyguard::service {

// One change, or only the counts (the first batch, and a sign of life).
struct QueueBatch {
  std::vector<ReviewItem> entered;
  struct Left {
    std::string site;
    storage::CommentId comment_id;
  };
  std::vector<Left> left;
  std::optional<storage::QueueStats> stats;  // none until they could be counted
};
using QueueSubscription = Subscription<QueueBatch>;

// Thread-safe. Holds references; they outlive it and every subscription.
class QueueWatch {
 public:
  QueueWatch(const SiteDirectory& sites, storage::QueueStore& queue, storage::EventLog& events,
             Hub& hub, const Clock& clock);

  // Never blocks. The first batch holds the counts; what is in the queue already is
  // ReviewQueue::List's to say. Changes are told at least once, newest state first seen: an item
  // that entered and left in between may not be told at all. The counts beside a change may be
  // older than it where counting takes long (QueueCounts); newer ones follow. Errors and `on_ready`
  // as of EventStream::Watch.
  absl::StatusOr<std::shared_ptr<QueueSubscription>> Watch(const Principal& principal,
                                                           const std::optional<std::string>& site,
                                                           std::function<void()> on_ready) const;

 private:
  const SiteDirectory& sites_;
  storage::QueueStore& queue_;
  storage::EventLog& events_;
  Hub& hub_;
  mutable QueueCounts counts_;
};

}  // namespace replyguard::service
