// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/key_rates.h"

#include <algorithm>

namespace replyguard::service::auth {

std::chrono::nanoseconds KeyRates::Take(const std::string& credential,
                                        const std::optional<storage::CallRate>& own, Time now) {
  const std::optional<storage::CallRate>& rate = own ? own : standard_;
  if (!rate) return {};
  const std::chrono::nanoseconds interval = std::chrono::nanoseconds(std::chrono::seconds(1)) /
                                            std::max<std::int32_t>(rate->per_second, 1);
  MutexLock lock(mutex_);
  if (due_.size() >= kRatedKeysMax) {
    std::erase_if(due_, [now](const auto& entry) { return entry.second <= now; });
    if (due_.size() >= kRatedKeysMax) due_.clear();
  }
  Time& due = due_[credential];
  const Time next = std::max(due, now) + interval;
  const std::chrono::nanoseconds ahead = next - now - interval * rate->burst;
  if (ahead > std::chrono::nanoseconds::zero()) return ahead;
  due = next;
  return {};
}

}  // namespace replyguard::service::auth
