// The features of one site: a base and, once a snapshot shares it, a small delta of what has
// changed since.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "classifier/label.h"
#include "counts/feature_table.h"

namespace replyguard::classifier {

// What a snapshot sees. Thread-safe: nothing here changes.
class CountsView {
 public:
  CountsView() = default;
  CountsView(std::shared_ptr<const FeatureTable> base, std::shared_ptr<const FeatureTable> delta)
      : base_(std::move(base)), delta_(std::move(delta)) {}

  // Calls use(i, feature) for each of the hashes that is there, in order. Waits for memory on many
  // features at once, and takes no branch on what is not there.
  template <typename Use>
  void FindEach(std::span<const std::uint64_t> hashes, const Use& use) const;

  // Asks for the memory that FindEach of these begins with.
  void Prefetch(std::span<const std::uint64_t> hashes) const {
    for (const std::uint64_t hash : hashes) base_->PrefetchControl(FeatureKey(hash));
  }

  // Exactly these. REQUIRES: keys unique, no counts empty.
  static CountsView Of(std::span<const FeatureTable::Slot> slots);

  Feature Find(std::uint64_t hash) const {
    if (const auto* slot = delta_->Find(hash); slot != nullptr) return slot->feature();
    if (const auto* slot = base_->Find(hash); slot != nullptr) return slot->feature();
    return {};
  }
  // Ascending by key, none without counts.
  std::vector<FeatureTable::Slot> Sorted() const;
  std::size_t memory_bytes() const { return base_->memory_bytes() + delta_->memory_bytes(); }

 private:
  std::shared_ptr<const FeatureTable> base_ = std::make_shared<const FeatureTable>();
  // Replaces, never adds to, what the base says of a feature.
  std::shared_ptr<const FeatureTable> delta_ = std::make_shared<const FeatureTable>();
};

// Thread-safety: none; one owner. Every method is a function of the changes made, never of when
// snapshots were taken.
class Counts {
 public:
  Counts();

  Feature Find(std::uint64_t hash) const;

  // Adds `times` comments of `label` that hold the features, or takes them away. To take away what
  // is not there (it was pruned) changes nothing.
  void Add(std::span<const std::uint64_t> hashes, Class label, std::uint32_t times = 1);
  void Remove(std::span<const std::uint64_t> hashes, Class label, std::uint32_t times = 1);

  // Features that hold counts.
  std::size_t size() const { return size_; }

  // Forgets all corrector's weights and gives these to the features that are there.
  struct Weight {
    std::uint64_t hash = 0;
    StoredWeight weight = 0;
  };
  void ReplaceWeights(std::span<const Weight> weights);

  // Drops the features held by fewest comments until `target` remain; of those held by equally many
  // the ones with the highest keys.
  void Prune(std::size_t target);

  // Cost: a copy of the delta; from time to time, amortised over the changes, a merge.
  CountsView Snapshot();
  // Leaves the base as it is from now on, so that a copy of this may be read on another thread.
  void ShareBase() { shared_ = true; }
  // A snapshot without a copy. REQUIRES: not used after the next change.
  CountsView Present() const;

  // Ascending by key, none without counts.
  std::vector<FeatureTable::Slot> Sorted() const;
  // Replaces all. REQUIRES: keys unique, no counts empty.
  void Assign(std::span<const FeatureTable::Slot> slots);

 private:
  // Calls change(slot) for the slot of each feature, a new one being empty.
  template <typename Change>
  void ChangeEach(std::span<const std::uint64_t> hashes, const Change& change);
  FeatureTable::Slot& InDelta(std::uint64_t hash);
  void MergeIfLarge();
  // Base and delta as one table, without what holds no counts.
  std::shared_ptr<FeatureTable> Merged() const;
  void Adopt(std::shared_ptr<FeatureTable> table);

  std::shared_ptr<FeatureTable> base_;
  bool shared_ = false;  // base_, with a snapshot: it must not change any more
  FeatureTable delta_;   // empty while base_ is not shared
  std::size_t size_ = 0;
};

template <typename Use>
void CountsView::FindEach(std::span<const std::uint64_t> hashes, const Use& use) const {
  constexpr std::size_t kAtOnce = 256;
  constexpr std::size_t kAhead = 16;
  const FeatureTable& base = *base_;
  const FeatureTable& delta = *delta_;
  const bool two = delta.size() != 0;
  struct Hit {
    const FeatureTable::Slot* slot;
    std::size_t at;
  };
  Hit hits[kAtOnce + 1];
  const std::uint64_t* const all = hashes.data();
  const auto prefetch = [&](std::size_t i) {
    const std::uint64_t key = FeatureKey(all[i]);
    if (two) delta.PrefetchControl(key);
    base.PrefetchControl(key);
  };
  for (std::size_t begin = 0; begin < hashes.size(); begin += kAtOnce) {
    const std::size_t end = std::min(begin + kAtOnce, hashes.size());
    std::size_t count = 0;
    for (std::size_t i = begin; i < std::min(begin + kAhead, end); ++i) prefetch(i);
    for (std::size_t i = begin; i < end; ++i) {
      if (i + kAhead < end) prefetch(i + kAhead);
      const std::uint64_t key = FeatureKey(all[i]);
      const FeatureTable::Slot* slot = base.Candidate(key);
      if (two) {
        const FeatureTable::Slot* const newer = delta.Candidate(key);
        slot = newer != nullptr ? newer : slot;
      }
      hits[count] = {slot, i};
      count += slot != nullptr;
    }
    for (std::size_t k = 0; k < count; ++k) {
      const Hit& hit = hits[k];
      Feature feature = hit.slot->feature();
      if (hit.slot->key() != FeatureKey(all[hit.at])) [[unlikely]]
        feature = Find(all[hit.at]);
      use(hit.at, feature);  // the one call, so that it is inlined
    }
  }
}

}  // namespace replyguard::classifier
