// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/operate/work_progress.h"

namespace replyguard::service {

void WorkProgress::Begin(std::string_view stage) {
  MutexLock lock(mutex_);
  stage_ = std::string(stage);
}

void WorkProgress::Expect(std::int64_t total_count) {
  MutexLock lock(mutex_);
  total_count_ = total_count;
}

absl::Status WorkProgress::Check() const {
  if (stop() == Stop::kNo) return absl::OkStatus();
  return absl::CancelledError("the work is to end");
}

void WorkProgress::RequestStop(Stop why) {
  Stop expected = Stop::kNo;
  stop_.compare_exchange_strong(expected, why);
}

storage::OperationProgress WorkProgress::Now() const {
  MutexLock lock(mutex_);
  return {stage_, done_count_.load(std::memory_order_relaxed), total_count_};
}

}  // namespace replyguard::service
