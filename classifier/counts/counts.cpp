#include "counts/counts.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

constexpr std::size_t kDeltaEntriesMin = 4096;  // below this a merge is not worth its while
constexpr std::size_t kDeltaShare = 8;          // of the base

}  // namespace

Counts::Counts() : base_(std::make_shared<const CountTable>()) {}

FeatureCounts Counts::Find(std::uint64_t key) const {
  if (const FeatureCounts* counts = delta_.Find(key); counts != nullptr) return *counts;
  if (const FeatureCounts* counts = base_->Find(key); counts != nullptr) return *counts;
  return {};
}

FeatureCounts& Counts::Writable(std::uint64_t key) {
  const std::size_t before = delta_.size();
  FeatureCounts& counts = delta_.Upsert(key);
  if (delta_.size() > before) {
    if (const FeatureCounts* old = base_->Find(key); old != nullptr) counts = *old;
  }
  return counts;
}

void Counts::Add(std::uint64_t key, Class label) {
  FeatureCounts& counts = Writable(key);
  size_ += counts.none();
  ++(label == Class::kSpam ? counts.spam : counts.ham);
  MergeIfLarge();
}

void Counts::Remove(std::uint64_t key, Class label) {
  FeatureCounts& counts = Writable(key);
  std::uint32_t& count = label == Class::kSpam ? counts.spam : counts.ham;
  if (count == 0) return;
  --count;
  size_ -= counts.none();
  MergeIfLarge();
}

void Counts::MergeIfLarge() {
  if (delta_.size() < std::max(kDeltaEntriesMin, base_->size() / kDeltaShare)) return;
  auto merged = std::make_shared<CountTable>(base_->size() + delta_.size());
  base_->ForEach([&](std::uint64_t key, const FeatureCounts& counts) {
    if (delta_.Find(key) == nullptr) merged->Upsert(key) = counts;
  });
  delta_.ForEach([&](std::uint64_t key, const FeatureCounts& counts) {
    if (!counts.none()) merged->Upsert(key) = counts;
  });
  base_ = std::move(merged);
  delta_ = CountTable();
}

CountsView Counts::Snapshot() { return {base_, std::make_shared<const CountTable>(delta_)}; }

void Counts::Prune(std::size_t target) {
  auto all = Sorted();
  for (std::uint32_t least = 2; all.size() > target; least *= 2) {
    std::erase_if(all, [&](const auto& entry) {
      return std::uint64_t{entry.second.spam} + entry.second.ham < least;
    });
  }
  Assign(all);
}

std::vector<std::pair<std::uint64_t, FeatureCounts>> Counts::Sorted() const {
  std::vector<std::pair<std::uint64_t, FeatureCounts>> all;
  all.reserve(size_);
  base_->ForEach([&](std::uint64_t key, const FeatureCounts& counts) {
    if (delta_.Find(key) == nullptr && !counts.none()) all.emplace_back(key, counts);
  });
  delta_.ForEach([&](std::uint64_t key, const FeatureCounts& counts) {
    if (!counts.none()) all.emplace_back(key, counts);
  });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return all;
}

void Counts::Assign(const std::vector<std::pair<std::uint64_t, FeatureCounts>>& sorted) {
  auto table = std::make_shared<CountTable>(sorted.size());
  for (const auto& [key, counts] : sorted) table->Upsert(key) = counts;
  base_ = std::move(table);
  delta_ = CountTable();
  size_ = sorted.size();
}

}  // namespace replyguard::classifier
