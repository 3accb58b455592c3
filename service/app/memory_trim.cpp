// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/memory_trim.h"

#include <malloc.h>

namespace replyguard::service {

MemoryTrim::MemoryTrim()
    : thread_([this] {
        while (pacer_.Pause(kMemoryLookInterval)) {
          if (mallinfo2().fordblks > kUnusedBytesMax) malloc_trim(0);
        }
      }) {}

MemoryTrim::~MemoryTrim() {
  pacer_.Stop();
  thread_.join();
}

}  // namespace replyguard::service
