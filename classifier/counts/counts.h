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
  void FindEach(std::span<const std::uint64_t> hashes, const Use& use) const {
    const std::size_t end = hashes.size();
    FindStretches(hashes, {&end, 1}, [&](std::size_t, const auto& for_each) { for_each(use); });
  }

  // The same of stretches of the hashes, the first of which begins with them and each other where
  // the one before ends, so that what is done with the features of one is a loop by itself. Calls
  // use_part(stretch, for_each) once or oftener for a stretch that is not empty, which calls
  // for_each(use) once; there are at most kPartMax features in a part.
  // REQUIRES: the ends ascend to the number of hashes.
  static constexpr std::size_t kPartMax = 256;
  template <typename UsePart>
  void FindStretches(std::span<const std::uint64_t> hashes, std::span<const std::size_t> ends,
                     const UsePart& use_part) const {
    if (delta_->size() == 0) {
      FindParts<false>(hashes, ends, use_part);
    } else {
      FindParts<true>(hashes, ends, use_part);
    }
  }

  // Asks for the memory that FindEach of these begins with.
  void Prefetch(std::span<const std::uint64_t> hashes) const {
    for (const std::uint64_t hash : hashes) base_->PrefetchControl(hash);
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
  template <bool kDelta, typename UsePart>
  void FindParts(std::span<const std::uint64_t> hashes, std::span<const std::size_t> ends,
                 const UsePart& use_part) const;

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

template <bool kDelta, typename UsePart>
void CountsView::FindParts(std::span<const std::uint64_t> hashes, std::span<const std::size_t> ends,
                           const UsePart& use_part) const {
  constexpr std::size_t kAhead = 16;
  const FeatureTable& base = *base_;
  const FeatureTable& delta = *delta_;
  struct Hit {
    const FeatureTable::Slot* slot;
    std::size_t at;
  };
  Hit hits[kPartMax + 1];
  const std::uint64_t* const all = hashes.data();
  const auto prefetch = [&](std::size_t i) {
    if constexpr (kDelta) delta.PrefetchControl(all[i]);
    base.PrefetchControl(all[i]);
  };
  std::size_t stretch = 0;
  for (std::size_t begin = 0; begin < hashes.size(); begin += kPartMax) {
    const std::size_t end = std::min(begin + kPartMax, hashes.size());
    std::size_t count = 0;
    for (std::size_t i = begin; i < std::min(begin + kAhead, end); ++i) prefetch(i);
    for (std::size_t i = begin; i < end; ++i) {
      if (i + kAhead < end) prefetch(i + kAhead);
      FeatureTable::Guessed guess = base.Guess(all[i]);
      if constexpr (kDelta) {
        const FeatureTable::Guessed newer = delta.Guess(all[i]);
        guess = {newer.there != 0 ? newer.slot : guess.slot, newer.there | guess.there};
      }
      hits[count] = {guess.slot, i};
      count += guess.there;
    }
    hits[count].at = hashes.size();  // the end of every stretch
    std::size_t part_begin = begin;
    for (const Hit* hit = hits; part_begin < end;) {
      const std::size_t part_end = std::min(ends[stretch], end);
      if (part_begin < part_end) {
        use_part(stretch, [&](const auto& use) {
          for (; hit->at < part_end; ++hit) {
            Feature feature = hit->slot->feature();
            if (!hit->slot->IsOf(all[hit->at])) [[unlikely]]
              feature = Find(all[hit->at]);
            use(hit->at, feature);
          }
        });
      }
      part_begin = part_end;
      if (part_end == ends[stretch]) ++stretch;
    }
  }
}

}  // namespace replyguard::classifier
