// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Networks that somebody whom we know has called from, since the process began. No more than kSlots
// are remembered: one may take the place of another.
//
// Thread-safe; never blocks.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <string_view>

namespace replyguard::service::rpc {

class KnownNetworks {
 public:
  static constexpr std::size_t kSlots = 16'384;

  void Note(std::string_view network) {
    const std::size_t hash = HashOf(network);
    std::atomic<std::size_t>& slot = slots_[hash % kSlots];
    // Looked at first: every call comes here.
    if (slot.load(std::memory_order_relaxed) != hash) slot.store(hash, std::memory_order_relaxed);
  }
  bool Has(std::string_view network) const {
    const std::size_t hash = HashOf(network);
    return slots_[hash % kSlots].load(std::memory_order_relaxed) == hash;
  }

 private:
  // 0: nobody.
  static std::size_t HashOf(std::string_view network) {
    return std::hash<std::string_view>{}(network) | (std::size_t{1} << 63U);
  }

  std::array<std::atomic<std::size_t>, kSlots> slots_{};
};

}  // namespace replyguard::service::rpc
