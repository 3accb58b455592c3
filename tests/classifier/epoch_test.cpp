// When a site's weights are refitted.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "classifier/fold.h"
#include "classifier/new_label.h"

namespace replyguard::classifier {
namespace {

// Comments of so many features, no two alike, learnt one after the other; how many refits that
// took.
std::uint64_t RefitsOf(std::uint64_t comments, std::size_t features) {
  Fold fold;
  std::uint64_t next = 0;
  for (std::uint64_t i = 1; i <= comments; ++i) {
    std::vector<std::uint64_t> hashes(features);
    for (std::uint64_t& hash : hashes) hash = ++next * 0x9e3779b97f4a7c15;
    std::array<std::span<const std::uint64_t>, kViewCount> views;
    views[static_cast<std::size_t>(View::kChar3)] = hashes;
    Features all;
    all.Assign(views);
    const Class label = i % 2 == 0 ? Class::kSpam : Class::kHam;
    EXPECT_TRUE(fold.Apply(NewLabel(i, 1, label, std::move(all))).ok());
  }
  return fold.id().epoch;
}

// From the eighth label on, at each.
TEST(Epoch, FewLabelsAreRefittedAtEach) {
  EXPECT_EQ(RefitsOf(7, 100), 0U);
  EXPECT_EQ(RefitsOf(8, 100), 1U);
  EXPECT_EQ(RefitsOf(40, 100), 33U);
}

// A refit goes over all features of the window, so that where these are many it waits: here for a
// second label above 300,000 features.
TEST(Epoch, LongCommentsAreRefittedLessOften) {
  constexpr std::size_t kFeatures = 16'000;
  EXPECT_EQ(RefitsOf(22, 100), 15U);
  EXPECT_EQ(RefitsOf(22, kFeatures), 13U);  // up to 18 labels at each, then at every second
}

}  // namespace
}  // namespace replyguard::classifier
