// The features of one view: each once, in the order in which they come, at most kViewFeaturesMax.
//
// Which are there already is told by a table of their indices, in which what earlier documents left
// reads as empty: nothing is cleared, and 150 characters need 4 KiB.
//
// Thread-safety: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "classifier/features.h"
#include "normalise/scratch.h"

namespace replyguard::classifier {

class FeatureSet {
 public:
  // A copy of what a loop that adds many features needs, to be held in registers.
  class Filler;

  // Forgets all.
  void Start();

  std::span<const std::uint64_t> hashes() const { return {hashes_.data(), hashes_.size()}; }

  // Adds `hash`; whether it was new and there was room.
  bool Add(std::uint64_t hash);
  // Makes room for `more` at once rather than step by step.
  void Expect(std::size_t more);

  // To try up to `most` features by the filler, and then Take it: between the two the set is not to
  // be used otherwise.
  Filler Fill(std::size_t most);
  void Take(const Filler& filler);

 private:
  static constexpr std::size_t kSlotsLeast = 64;
  static constexpr std::size_t kSlotsAFeature = 4;  // at least: few meet another

  void Prepare(std::size_t more);
  // Makes every slot read as empty.
  void Empty();
  // Fills the table anew.
  void FileAll();

  // An index `i` is held as base_ + i, so that only a slot within [base_, base_ + size) is in use.
  std::vector<std::uint32_t> slots_;
  std::size_t slot_count_ = kSlotsLeast;  // how many of them serve now: a power of two
  std::size_t room_ = 0;  // how many features these, and the memory of hashes_, suffice for
  std::uint32_t base_ = 1;
  bool filed_ = true;  // false: some are not in the table
  Scratch<std::uint64_t> hashes_;
};

class FeatureSet::Filler {
 public:
  std::uint32_t size() const { return size_; }
  bool full() const { return size_ >= kViewFeaturesMax; }

  // The index of `hash`, which is size() as it was if it is new: then it is added.
  // REQUIRES: !full().
  std::uint32_t Find(std::uint64_t hash) {
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const std::uint32_t index = slots_[i] - base_;
      if (index >= size_) {
        slots_[i] = base_ + size_;
        hashes_[size_] = hash;
        return size_++;
      }
      if (hashes_[index] == hash) return index;
    }
  }

  // Adds `hash`, which is known to be new. Find does not see it.
  void Append(std::uint64_t hash) {
    hashes_[size_++] = hash;
    filed_ = false;
  }
  // The same for a loop that writes by pointer: where the first of all is, to write to by pointer,
  // and how many there are then. Take drops what is too much.
  std::uint64_t* hashes() { return hashes_; }
  void SetSize(std::uint32_t size) {
    size_ = size;
    filed_ = false;
  }

 private:
  friend class FeatureSet;

  std::uint64_t* hashes_ = nullptr;
  std::uint32_t* slots_ = nullptr;
  std::size_t mask_ = 0;
  std::uint32_t base_ = 0;
  std::uint32_t size_ = 0;
  bool filed_ = true;
};

inline void FeatureSet::Expect(std::size_t more) {
  if (hashes_.size() + more > room_ || !filed_) Prepare(more);
}

inline FeatureSet::Filler FeatureSet::Fill(std::size_t most) {
  Expect(most);
  Filler filler;
  filler.hashes_ = hashes_.data();
  filler.slots_ = slots_.data();
  filler.mask_ = slot_count_ - 1;
  filler.base_ = base_;
  filler.size_ = static_cast<std::uint32_t>(hashes_.size());
  return filler;
}

inline void FeatureSet::Take(const Filler& filler) {
  hashes_.Take(std::min<std::size_t>(filler.size_, kViewFeaturesMax) - hashes_.size());
  filed_ = filler.filed_;
}

inline bool FeatureSet::Add(std::uint64_t hash) {
  if (hashes_.size() >= kViewFeaturesMax) return false;
  Filler filler = Fill(1);
  const std::uint32_t size = filler.size();
  if (filler.Find(hash) != size) return false;
  hashes_.Take(1);
  return true;
}

}  // namespace replyguard::classifier
