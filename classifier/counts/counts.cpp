#include "counts/counts.h"

#include <algorithm>
#include <utility>

namespace replyguard::classifier {
namespace {

constexpr std::size_t kDeltaEntriesMin = 4096;  // below this a merge is not worth its while
constexpr std::size_t kDeltaShare = 8;          // of the base

std::shared_ptr<FeatureTable> TableOf(std::span<const FeatureTable::Slot> slots) {
  auto table = std::make_shared<FeatureTable>(slots.size());
  for (const FeatureTable::Slot& slot : slots) table->Upsert(slot.key()) = slot;
  return table;
}

// Visits what holds counts.
template <typename Visit>
void ForEach(const FeatureTable& base, const FeatureTable& delta, const Visit& visit) {
  base.ForEach([&](const FeatureTable::Slot& slot) {
    if (!slot.counts.none() && (delta.size() == 0 || delta.Find(slot.key()) == nullptr)) {
      visit(slot);
    }
  });
  delta.ForEach([&](const FeatureTable::Slot& slot) {
    if (!slot.counts.none()) visit(slot);
  });
}

std::vector<FeatureTable::Slot> SortedSlots(const FeatureTable& base, const FeatureTable& delta) {
  std::vector<FeatureTable::Slot> all;
  all.reserve(base.size() + delta.size());
  ForEach(base, delta, [&](const FeatureTable::Slot& slot) { all.push_back(slot); });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.key() < b.key(); });
  return all;
}

}  // namespace

Counts::Counts() : base_(std::make_shared<FeatureTable>()) {}

Feature Counts::Find(std::uint64_t hash) const {
  if (const auto* slot = delta_.Find(hash); slot != nullptr) return slot->feature();
  if (const auto* slot = std::as_const(*base_).Find(hash); slot != nullptr) return slot->feature();
  return {};
}

FeatureTable::Slot& Counts::InDelta(std::uint64_t hash) {
  const std::size_t before = delta_.size();
  FeatureTable::Slot& slot = delta_.Upsert(hash);
  if (delta_.size() > before) {
    if (const auto* old = std::as_const(*base_).Find(hash); old != nullptr) slot = *old;
  }
  return slot;
}

template <typename Change>
void Counts::ChangeEach(std::span<const std::uint64_t> hashes, const Change& change) {
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (i + kAhead < hashes.size()) base_->Prefetch(FeatureKey(hashes[i + kAhead]));
    change(shared_ ? InDelta(hashes[i]) : base_->Upsert(hashes[i]));
  }
  MergeIfLarge();
}

void Counts::Add(std::span<const std::uint64_t> hashes, Class label, std::uint32_t times) {
  ChangeEach(hashes, [&](FeatureTable::Slot& slot) {
    size_ += slot.counts.none();
    (label == Class::kSpam ? slot.counts.spam : slot.counts.ham) += times;
  });
}

void Counts::Remove(std::span<const std::uint64_t> hashes, Class label, std::uint32_t times) {
  ChangeEach(hashes, [&](FeatureTable::Slot& slot) {
    const std::uint32_t count = label == Class::kSpam ? slot.counts.spam : slot.counts.ham;
    if (count == 0) return;
    Take(label, times, &slot.counts);
    if (!slot.counts.none()) return;
    --size_;
    // As if it had never been there, which is how a checkpoint or a merge leaves it.
    slot.set_weight(0);
  });
}

std::shared_ptr<FeatureTable> Counts::Merged() const {
  auto merged = std::make_shared<FeatureTable>(size_);
  ForEach(*base_, delta_,
          [&](const FeatureTable::Slot& slot) { merged->Upsert(slot.key()) = slot; });
  return merged;
}

void Counts::Adopt(std::shared_ptr<FeatureTable> table) {
  base_ = std::move(table);
  shared_ = false;
  delta_ = FeatureTable();
  size_ = base_->size();
}

void Counts::MergeIfLarge() {
  if (delta_.size() < std::max(kDeltaEntriesMin, base_->size() / kDeltaShare)) return;
  Adopt(Merged());
}

void Counts::ReplaceWeights(std::span<const Weight> weights) {
  if (shared_) Adopt(Merged());
  base_->ForgetWeights();
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (i + kAhead < weights.size()) base_->Prefetch(FeatureKey(weights[i + kAhead].hash));
    if (auto* slot = base_->Find(weights[i].hash)) slot->set_weight(weights[i].weight);
  }
}

void Counts::Prune(std::size_t target) {
  std::vector<FeatureTable::Slot> slots = SortedSlots(*base_, delta_);
  if (slots.size() <= target) return;
  const auto held_by_more = [](const FeatureTable::Slot& a, const FeatureTable::Slot& b) {
    const std::uint64_t of_a = std::uint64_t{a.counts.spam} + a.counts.ham;
    const std::uint64_t of_b = std::uint64_t{b.counts.spam} + b.counts.ham;
    return of_a != of_b ? of_a > of_b : a.key() < b.key();
  };
  const auto end = slots.begin() + static_cast<std::ptrdiff_t>(target);
  std::nth_element(slots.begin(), end, slots.end(), held_by_more);
  Assign(std::span(slots).first(target));
}

CountsView Counts::Snapshot() {
  shared_ = true;
  return {base_, std::make_shared<const FeatureTable>(delta_)};
}

CountsView Counts::Present() const {
  return {base_, std::shared_ptr<const FeatureTable>(std::shared_ptr<void>(), &delta_)};
}

std::vector<FeatureTable::Slot> Counts::Sorted() const { return SortedSlots(*base_, delta_); }

void Counts::Assign(std::span<const FeatureTable::Slot> slots) { Adopt(TableOf(slots)); }

CountsView CountsView::Of(std::span<const FeatureTable::Slot> slots) {
  return {TableOf(slots), std::make_shared<const FeatureTable>()};
}

std::vector<FeatureTable::Slot> CountsView::Sorted() const { return SortedSlots(*base_, *delta_); }

}  // namespace replyguard::classifier
