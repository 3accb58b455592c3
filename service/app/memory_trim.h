// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Gives memory that is not used any more back to the system: after a flood, tcmalloc keeps what the
// flood has freed, and hands it back by and by as more is freed.
#pragma once

#include <chrono>
#include <cstddef>
#include <thread>

#include "service/usecases/pacer.h"

namespace replyguard::service {

inline constexpr std::chrono::seconds kMemoryLookInterval{5};
// Less is kept: it will be asked for again, and to give it back costs a few milliseconds.
inline constexpr std::size_t kUnusedBytesMax = 64U << 20U;

// Thread-safe.
class MemoryTrim {
 public:
  MemoryTrim();
  ~MemoryTrim();
  MemoryTrim(const MemoryTrim&) = delete;
  MemoryTrim& operator=(const MemoryTrim&) = delete;

 private:
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
