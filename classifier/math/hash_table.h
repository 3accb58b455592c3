// An open-addressing table from feature hashes to small values: flat, copied by memcpy, probed in
// order.
//
// Thread-safety: const methods may run concurrently. Iteration order depends on the history of
// insertions: sort before anything that must not.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace replyguard::classifier {

template <typename Value>
class HashTable {
 public:
  struct Slot {
    std::uint64_t key = 0;  // 0: empty
    Value value{};
  };

  explicit HashTable(std::size_t expected = 0) { Rebuild(expected); }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return slots_.size() * sizeof(Slot); }

  const Value* Find(std::uint64_t key) const {
    key += key == 0;
    for (std::size_t i = key & mask_;; i = (i + 1) & mask_) {
      if (slots_[i].key == key) return &slots_[i].value;
      if (slots_[i].key == 0) return nullptr;
    }
  }

  // Asks for the memory that Find(key) will read.
  void Prefetch(std::uint64_t key) const { __builtin_prefetch(&slots_[key & mask_]); }

  // The value of `key`, a new one being Value{}. Valid until the next call.
  Value& Upsert(std::uint64_t key) {
    key += key == 0;
    if ((size_ + 1) * 3 > slots_.size() * 2) Rebuild(size_ * 2);
    for (std::size_t i = key & mask_;; i = (i + 1) & mask_) {
      if (slots_[i].key == key) return slots_[i].value;
      if (slots_[i].key != 0) continue;
      slots_[i].key = key;
      ++size_;
      return slots_[i].value;
    }
  }

  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.key != 0) visit(slot.key, slot.value);
    }
  }

 private:
  void Rebuild(std::size_t expected) {
    constexpr std::size_t kLeast = 16;
    std::vector<Slot> old = std::move(slots_);
    slots_.assign(std::bit_ceil(expected * 3 / 2 + kLeast), Slot{});
    mask_ = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.key == 0) continue;
      std::size_t i = slot.key & mask_;
      while (slots_[i].key != 0) i = (i + 1) & mask_;
      slots_[i] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace replyguard::classifier
