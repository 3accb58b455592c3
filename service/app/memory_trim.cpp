// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/memory_trim.h"

#if defined(REPLYGUARD_TCMALLOC)
#include <gperftools/malloc_extension.h>
#endif

namespace replyguard::service {
namespace {

#if defined(REPLYGUARD_TCMALLOC)
void GiveBack() {
  MallocExtension& memory = *MallocExtension::instance();
  std::size_t unused = 0;
  if (!memory.GetNumericProperty("tcmalloc.pageheap_free_bytes", &unused)) return;
  if (unused > kUnusedBytesMax) memory.ReleaseFreeMemory();
}
#else
void GiveBack() {}  // a sanitizer's own malloc
#endif

}  // namespace

MemoryTrim::MemoryTrim()
    : thread_([this] {
        while (pacer_.Pause(kMemoryLookInterval)) GiveBack();
      }) {}

MemoryTrim::~MemoryTrim() {
  pacer_.Stop();
  thread_.join();
}

}  // namespace replyguard::service
