// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/queue_sampler.h"

#include <algorithm>

namespace replyguard::service {
namespace {

constexpr std::chrono::seconds kSampleInterval{10};
constexpr std::chrono::seconds kSampleTimeMax{5};

}  // namespace

void QueueSampler::Start() {
  thread_ = std::thread([this] {
    do {
      Sample();
    } while (pacer_.Pause(kSampleInterval));
  });
}

void QueueSampler::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void QueueSampler::Sample() {
  const auto totals = statistics_.Queue(std::chrono::steady_clock::now() + kSampleTimeMax);
  if (!totals.ok()) return;
  pending_count_.store(totals->pending_count);
  const auto age =
      totals->oldest_at ? clock_.Now() - *totals->oldest_at : std::chrono::microseconds(0);
  oldest_age_us_.store(std::max<std::int64_t>(age.count(), 0));
}

}  // namespace replyguard::service
