// The table of features against a map of the standard library, with keys made to meet.
#include "counts/feature_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "counts/counts.h"

namespace replyguard::classifier {
namespace {

// A hash of one of a few places and few tags, so that features queue for slots.
std::uint64_t CrowdedHash(std::mt19937_64& random) {
  const std::uint64_t tag = random() % 3 << 60;
  const std::uint64_t place = (random() % 5 == 0 ? 0xffffff : random() % 8) << 16;
  return tag | (random() % 4 << 45) | place | random() % 2;
}

TEST(FeatureTable, HoldsWhatAMapHolds) {
  std::mt19937_64 random(3);
  FeatureTable table;
  std::map<std::uint64_t, std::uint32_t> expected;
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t hash = i % 2 == 0 ? CrowdedHash(random) : random();
    ++table.Upsert(hash).counts.spam;
    ++expected[FeatureKey(hash)];
    ASSERT_EQ(table.size(), expected.size());
    const std::uint64_t other = i % 3 == 0 ? CrowdedHash(random) : random();
    const auto at = expected.find(FeatureKey(other));
    const FeatureTable::Slot* found = std::as_const(table).Find(other);
    ASSERT_EQ(found == nullptr, at == expected.end());
    if (found != nullptr) {
      EXPECT_EQ(found->counts.spam, at->second);
    }
    // What is there has a candidate; what has none is not there.
    if (found != nullptr) {
      EXPECT_EQ(table.Guess(other).there, 1U);
    }
  }
  std::size_t visited = 0;
  table.ForEach([&](const FeatureTable::Slot& slot) {
    ++visited;
    EXPECT_EQ(slot.counts.spam, expected.at(slot.key()));
  });
  EXPECT_EQ(visited, expected.size());
}

TEST(FeatureTable, KeepsAWeightBesideAKey) {
  FeatureTable table;
  const std::uint64_t hash = 0xfedcba9876543210;
  for (const int weight : {0, 1, -1, 32767, -32768}) {
    FeatureTable::Slot& slot = table.Upsert(hash);
    slot.set_weight(static_cast<StoredWeight>(weight));
    EXPECT_EQ(slot.weight(), weight);
    EXPECT_EQ(slot.key(), FeatureKey(hash));
  }
  EXPECT_EQ(table.size(), 1U);
}

// Changes one feature at a time in base, delta, merges and weights; compared with a map.
TEST(Counts, AreExactThroughDeltasMergesWeightsAndPruning) {
  std::mt19937_64 random(5);
  Counts counts;
  std::map<std::uint64_t, FeatureCounts> expected;
  std::vector<CountsView> snapshots;
  for (int round = 0; round < 40; ++round) {
    std::vector<std::uint64_t> hashes;
    for (int i = 0; i < 700; ++i) hashes.push_back(random() % 4000 << 20);
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    const Class label = round % 3 == 0 ? Class::kHam : Class::kSpam;
    counts.Add(hashes, label);
    for (const std::uint64_t hash : hashes) {
      ++(label == Class::kSpam ? expected[hash].spam : expected[hash].ham);
    }
    if (round % 4 == 1) {  // the last half of them again
      const auto half = std::span(hashes).subspan(hashes.size() / 2);
      counts.Remove(half, label);
      for (const std::uint64_t hash : half) Take(label, 1, &expected[hash]);
    }
    if (round % 5 == 2) snapshots.push_back(counts.Snapshot());
    if (round % 7 == 3) {
      counts.ReplaceWeights(std::vector<Counts::Weight>{{hashes.front(), 7}});
      EXPECT_EQ(counts.Find(hashes.front()).weight, 7);
    }
    std::erase_if(expected, [](const auto& entry) { return entry.second.none(); });
    ASSERT_EQ(counts.size(), expected.size());
  }
  const auto sorted = counts.Sorted();
  ASSERT_EQ(sorted.size(), expected.size());
  auto at = expected.begin();
  for (const FeatureTable::Slot& slot : sorted) {
    EXPECT_EQ(slot.key(), at->first);
    EXPECT_EQ(slot.counts.spam, at->second.spam);
    EXPECT_EQ(slot.counts.ham, at->second.ham);
    ++at;
  }
  const auto held = [](const FeatureCounts& c) { return c.spam + c.ham; };
  counts.Prune(1000);
  EXPECT_EQ(counts.size(), 1000U);
  std::uint32_t least_kept = ~0U;
  for (const FeatureTable::Slot& slot : counts.Sorted()) {
    least_kept = std::min(least_kept, held(slot.counts));
    expected.erase(slot.key());
  }
  for (const auto& [hash, dropped] : expected) EXPECT_LE(held(dropped), least_kept);
}

TEST(Counts, FindsMany) {
  std::mt19937_64 random(6);
  Counts counts;
  std::vector<std::uint64_t> all;
  for (int i = 0; i < 20'000; ++i) all.push_back(random());
  const std::span<const std::uint64_t> hashes(all);
  counts.Add(hashes.first(9'000), Class::kHam);
  const CountsView before = counts.Snapshot();
  counts.Add(hashes.subspan(8'500, 1'500), Class::kSpam);
  for (const CountsView& view : {before, counts.Snapshot(), counts.Present()}) {
    std::vector<Feature> found(all.size());
    view.FindEach(hashes, [&](std::size_t i, const Feature& feature) { found[i] = feature; });
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Feature one = view.Find(all[i]);
      EXPECT_EQ(found[i].counts.spam, one.counts.spam);
      EXPECT_EQ(found[i].counts.ham, one.counts.ham);
    }
  }
  EXPECT_EQ(before.Find(all[8'600]).counts.spam, 0U);
  EXPECT_EQ(counts.Find(all[8'600]).counts.spam, 1U);
}

}  // namespace
}  // namespace replyguard::classifier
