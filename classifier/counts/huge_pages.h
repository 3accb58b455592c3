// An allocator for tables that are read at random: large ones ask for huge pages, as most of such a
// read is otherwise spent on finding the page.
//
// Where the system gives none, nothing changes but the speed. Thread-safety: as std::allocator.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace replyguard::classifier {

template <typename T>
struct HugePageAllocator {
  using value_type = T;

  HugePageAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): as every allocator's
  HugePageAllocator(const HugePageAllocator<U>& /*other*/) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kHugePage) return static_cast<T*>(::operator new(bytes));
    // To the end of the last page, so that it can be a huge one too.
    const std::size_t whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
    void* const memory = ::operator new (whole, std::align_val_t{kHugePage});
    (void)madvise(memory, whole, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) < kHugePage) {
      ::operator delete(memory);
    } else {
      ::operator delete (memory, std::align_val_t{kHugePage});
    }
  }
  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) = default;

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20;
};

}  // namespace replyguard::classifier
