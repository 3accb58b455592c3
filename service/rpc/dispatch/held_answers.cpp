// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/held_answers.h"

#include <algorithm>
#include <utility>

namespace replyguard::service::rpc {

HeldAnswers::Held::~Held() { answers_->Release(*this); }

bool HeldAnswers::IsFull(Lane lane) const {
  MutexLock lock(mutex_);
  const auto found = lanes_.find(lane);
  const std::size_t of_lane = found == lanes_.end() ? 0 : found->second;
  return of_lane >= kLaneBytesMax || (of_lane >= kSpareBytes && bytes() + of_lane >= kBytesMax);
}

std::unique_ptr<HeldAnswers::Held> HeldAnswers::Hold(Lane lane, std::size_t bytes, Client client) {
  if (bytes < kCountedBytesMin) return nullptr;
  std::unique_ptr<Held> held(new Held(shared_from_this(), lane, bytes));
  MutexLock lock(mutex_);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  lanes_[lane] += bytes;
  held->entry_ =
      entries_.insert(entries_.end(), {std::move(client), std::chrono::steady_clock::now()});
  return held;
}

void HeldAnswers::Release(const Held& held) {
  MutexLock lock(mutex_);
  bytes_.fetch_sub(held.bytes_, std::memory_order_relaxed);
  const auto lane = lanes_.find(held.lane_);
  lane->second -= held.bytes_;
  if (lane->second == 0) lanes_.erase(lane);
  entries_.erase(held.entry_);
}

void HeldAnswers::EndOverdue(Time since) {
  std::vector<std::function<void()>> ends;
  const Time now = std::chrono::steady_clock::now();
  {
    MutexLock lock(mutex_);
    for (Held::Entry& entry : entries_) {
      if (entry.since > since) break;
      if (!entry.client.end_call) continue;
      ends.push_back(std::exchange(entry.client.end_call, nullptr));
      entry.ended = now;
    }
  }
  ended_count_.fetch_add(static_cast<std::int64_t>(ends.size()), std::memory_order_relaxed);
  for (const auto& end : ends) end();  // not under the lock: it may release what is held
}

std::vector<std::string> HeldAnswers::Unended(Time before) const {
  std::vector<std::string> connections;
  {
    MutexLock lock(mutex_);
    for (const Held::Entry& entry : entries_) {
      if (entry.ended > before || entry.client.connection.empty()) continue;
      connections.push_back(entry.client.connection);
    }
  }
  // Not under the lock, for which every answer waits.
  std::sort(connections.begin(), connections.end());
  connections.erase(std::unique(connections.begin(), connections.end()), connections.end());
  return connections;
}

}  // namespace replyguard::service::rpc
