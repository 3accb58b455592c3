// What is kept of each feature: how many spam and ham comments held it, and its weight in the
// corrector, in one slot of 16 bytes, as scoring a comment is mostly waiting for memory.
//
// Open addressing with one control byte a slot (empty, or seven bits of the key; after Abseil's
// "Swiss" tables): a feature that is not there, as about half of a new comment's are, is told from
// the control bytes alone, which stay in the processor's cache. At most three quarters full: 17
// bytes a slot, 23 to 45 MiB a million features.
//
// Keys are the upper 48 bits of a feature's hash; two features that share them are one feature,
// everywhere and always (with four million features, one such pair is expected in 35 tables).
//
// Thread-safety: const methods may run concurrently. Iteration order depends on the history of
// insertions: sort before anything that must not.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "classifier/label.h"
#include "counts/huge_pages.h"

namespace replyguard::classifier {

struct FeatureCounts {
  std::uint32_t spam = 0;
  std::uint32_t ham = 0;
  bool none() const { return spam == 0 && ham == 0; }
};

// Without so many comments of this class, or as many as there are.
inline void Take(Class label, std::uint32_t times, FeatureCounts* counts) {
  std::uint32_t& count = label == Class::kSpam ? counts->spam : counts->ham;
  count -= std::min(count, times);
}

// A corrector's weight as it is stored: in units of 1 / kWeightUnits, so that sums are exact.
using StoredWeight = std::int16_t;
inline constexpr double kWeightUnits = 4096;

struct Feature {
  FeatureCounts counts;
  StoredWeight weight = 0;
};

inline constexpr std::uint64_t kFeatureKeyMask = ~std::uint64_t{0xffff};
inline std::uint64_t FeatureKey(std::uint64_t hash) { return hash & kFeatureKeyMask; }

class FeatureTable {
 public:
  class Slot {
   public:
    Slot() = default;
    explicit Slot(std::uint64_t key_and_weight) : key_and_weight_(key_and_weight) {}

    // The key in the upper 48 bits, the weight in the lower 16.
    std::uint64_t key_and_weight() const { return key_and_weight_; }
    std::uint64_t key() const { return key_and_weight_ & kFeatureKeyMask; }
    StoredWeight weight() const { return static_cast<StoredWeight>(key_and_weight_ & 0xffff); }
    void set_weight(StoredWeight weight) {
      key_and_weight_ = key() | static_cast<std::uint16_t>(weight);
    }
    Feature feature() const { return {counts, weight()}; }
    bool IsOf(std::uint64_t hash) const { return (key_and_weight_ ^ hash) <= ~kFeatureKeyMask; }

    FeatureCounts counts;

   private:
    friend class FeatureTable;
    std::uint64_t key_and_weight_ = 0;
  };

  explicit FeatureTable(std::size_t expected = 0) { Rebuild(expected); }

  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return slots_.size() * sizeof(Slot) + control_.size(); }

  const Slot* Find(std::uint64_t hash) const {
    const std::uint64_t key = FeatureKey(hash);
    for (std::size_t i = IndexOf(key); control_[i] != kEmpty; i = Next(i)) {
      if (control_[i] == TagOf(key) && slots_[i].key() == key) return &slots_[i];
    }
    return nullptr;
  }

  Slot* Find(std::uint64_t hash) { return const_cast<Slot*>(std::as_const(*this).Find(hash)); }

  // The slot of a feature, a new one being empty. Valid until the next call.
  Slot& Upsert(std::uint64_t hash) {
    if ((size_ + 1) * 4 > slots_.size() * 3) Rebuild(size_ * 2);
    const std::uint64_t key = FeatureKey(hash);
    std::size_t i = IndexOf(key);
    for (; control_[i] != kEmpty; i = Next(i)) {
      if (control_[i] == TagOf(key) && slots_[i].key() == key) return slots_[i];
    }
    SetControl(i, TagOf(key));
    slots_[i].key_and_weight_ = key;
    ++size_;
    return slots_[i];
  }

  void ForgetWeights() {
    for (Slot& slot : slots_) slot.set_weight(0);
  }

  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (control_[i] != kEmpty) visit(slots_[i]);
    }
  }

  // For those who look up many features at once: Guess() reads control bytes alone and asks for the
  // memory of the slot that is probably the feature's, or else tells that it is not there. Whether
  // the slot is the feature's is for the caller to see; if not, Find() tells.
  void PrefetchControl(std::uint64_t hash) const {
    __builtin_prefetch(control_.data() + IndexOf(hash));
  }
  // Also the slot where the feature is, if nothing else has it.
  void Prefetch(std::uint64_t hash) const {
    PrefetchControl(hash);
    __builtin_prefetch(slots_.data() + IndexOf(hash));
  }
  struct Guessed {
    const Slot* slot;
    std::size_t there;  // 1 or 0, so that nobody takes a branch on it
  };
  Guessed Guess(std::uint64_t hash) const {
    const Tags tags = TagsOf(hash);
    for (std::size_t i = IndexOf(hash);; i = (i + kGroup) & mask_) {
      const Group group = LoadGroup(i);
      const Marks held = Held(group);
      const Marks decisive = Matching(group, tags) | (~held & kAllMarks);
      if (decisive == 0) [[unlikely]]
        continue;
      const auto mark = static_cast<unsigned>(std::countr_zero(decisive));
      const Slot* const slot = slots_.data() + ((i + mark / kMarkBits) & mask_);
      __builtin_prefetch(slot);
      return {slot, held >> mark & 1};
    }
  }

 private:
  static constexpr std::uint8_t kEmpty = 0;  // any other control byte has its highest bit set

  // Some control bytes in a row, and marks of some of them, the first in the lowest bits.
#if defined(__SSE2__)
  using Group = __m128i;
  using Tags = __m128i;  // one tag in every byte
  using Marks = unsigned;
  static constexpr std::size_t kGroup = 16;
  static constexpr unsigned kMarkBits = 1;  // a byte
  static constexpr Marks kAllMarks = 0xffff;

  Group LoadGroup(std::size_t i) const {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(control_.data() + i));
  }
  static Tags TagsOf(std::uint64_t hash) {
    const __m128i tag = _mm_cvtsi32_si128(static_cast<int>(TagOf(hash) * 0x01010101U));
    return _mm_shuffle_epi32(tag, 0);
  }
  static Marks Matching(Group group, Tags tags) {
    return static_cast<Marks>(_mm_movemask_epi8(_mm_cmpeq_epi8(group, tags)));
  }
  static Marks Held(Group group) { return static_cast<Marks>(_mm_movemask_epi8(group)); }
#else
  using Group = std::uint64_t;
  using Tags = std::uint64_t;
  using Marks = std::uint64_t;  // the highest bits of bytes
  static constexpr std::size_t kGroup = sizeof(Group);
  static constexpr unsigned kMarkBits = 8;
  static constexpr Group kLowest = 0x0101010101010101;
  static constexpr Marks kAllMarks = 0x8080808080808080;

  Group LoadGroup(std::size_t i) const {
    Group group = 0;
    std::memcpy(&group, control_.data() + i, kGroup);
    if constexpr (std::endian::native == std::endian::big) group = __builtin_bswap64(group);
    return group;
  }
  static Tags TagsOf(std::uint64_t hash) { return kLowest * TagOf(hash); }
  // And perhaps some after the first of these.
  static Marks Matching(Group group, Tags tags) {
    const Group difference = group ^ tags;
    return (difference - kLowest) & ~difference & kAllMarks;
  }
  static Marks Held(Group group) { return group & kAllMarks; }
#endif

  // Of a hash or its key, which are alike here.
  static std::uint8_t TagOf(std::uint64_t hash) {
    return static_cast<std::uint8_t>(hash >> 57 | 0x80);
  }
  std::size_t IndexOf(std::uint64_t hash) const { return (hash >> 16) & mask_; }
  std::size_t Next(std::size_t i) const { return (i + 1) & mask_; }

  // The first control bytes stand once more behind the last, for groups that reach over the end.
  void SetControl(std::size_t i, std::uint8_t byte) {
    control_[i] = byte;
    if (i < kGroup) control_[slots_.size() + i] = byte;
  }

  void Rebuild(std::size_t expected) {
    constexpr std::size_t kSlotsMin = 16;
    const auto old_slots = std::move(slots_);
    const auto old_control = std::move(control_);
    const std::size_t capacity = std::bit_ceil(expected * 4 / 3 + kSlotsMin);
    slots_.assign(capacity, Slot{});
    control_.assign(capacity + kGroup, kEmpty);
    mask_ = capacity - 1;
    for (std::size_t i = 0; i < old_slots.size(); ++i) {
      if (old_control[i] == kEmpty) continue;
      std::size_t to = IndexOf(old_slots[i].key());
      while (control_[to] != kEmpty) to = Next(to);
      SetControl(to, old_control[i]);
      slots_[to] = old_slots[i];
    }
  }

  template <typename T>
  using Array = std::vector<T, HugePageAllocator<T>>;

  Array<Slot> slots_;
  Array<std::uint8_t> control_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace replyguard::classifier
