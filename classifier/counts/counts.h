// How many spam and ham comments held each feature: an immutable base, shared with snapshots, and a
// small delta.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "classifier/label.h"
#include "counts/hash_table.h"

namespace replyguard::classifier {

struct FeatureCounts {
  std::uint32_t spam = 0;
  std::uint32_t ham = 0;
  bool none() const { return spam == 0 && ham == 0; }
};

using CountTable = HashTable<FeatureCounts>;

// What a snapshot sees. Thread-safe: nothing here changes.
class CountsView {
 public:
  CountsView() = default;
  CountsView(std::shared_ptr<const CountTable> base, std::shared_ptr<const CountTable> delta)
      : base_(std::move(base)), delta_(std::move(delta)) {}

  // Of a key made by Key().
  FeatureCounts Find(std::uint64_t key) const {
    if (const FeatureCounts* counts = delta_->Find(key); counts != nullptr) return *counts;
    if (const FeatureCounts* counts = base_->Find(key); counts != nullptr) return *counts;
    return {};
  }
  void Prefetch(std::uint64_t key) const {
    delta_->Prefetch(key);
    base_->Prefetch(key);
  }
  std::size_t memory_bytes() const { return base_->memory_bytes() + delta_->memory_bytes(); }
  std::size_t entries() const { return base_->size() + delta_->size(); }

 private:
  std::shared_ptr<const CountTable> base_;
  std::shared_ptr<const CountTable> delta_;  // replaces, never adds to, what the base says of a key
};

// Thread-safety: none; one owner. Every method is a function of the changes made, never of when
// snapshots were taken.
class Counts {
 public:
  Counts();

  FeatureCounts Find(std::uint64_t key) const;
  void Prefetch(std::uint64_t key) const {
    delta_.Prefetch(key);
    base_->Prefetch(key);
  }

  // Adds a comment of `label` that holds the feature, or takes one away. To take away what is not
  // there (it was pruned) changes nothing.
  void Add(std::uint64_t key, Class label);
  void Remove(std::uint64_t key, Class label);

  // Features that hold counts.
  std::size_t size() const { return size_; }

  // Drops the features held by fewest comments until at most `target` remain.
  void Prune(std::size_t target);

  // Cost: a copy of the delta; from time to time, amortised over the changes, a merge.
  CountsView Snapshot();

  // Ascending by key, none empty.
  std::vector<std::pair<std::uint64_t, FeatureCounts>> Sorted() const;
  // Replaces all. REQUIRES: keys ascending and unique, none of the counts empty.
  void Assign(const std::vector<std::pair<std::uint64_t, FeatureCounts>>& sorted);

 private:
  FeatureCounts& Writable(std::uint64_t key);
  void MergeIfLarge();

  std::shared_ptr<const CountTable> base_;
  CountTable delta_;
  std::size_t size_ = 0;
};

}  // namespace replyguard::classifier
