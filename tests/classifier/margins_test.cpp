// What correctors said of an example before they had learnt it.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "classifier/fold.h"
#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

// A comment of one telling feature and one of its own.
Labelled Telling(std::uint64_t number, Class label) {
  const std::array<std::uint64_t, 2> hashes = {(label == Class::kSpam ? 3ULL : 5ULL) << 40,
                                               number * 0x9e3779b97f4a7c15};
  std::array<std::span<const std::uint64_t>, kViewCount> views;
  views[static_cast<std::size_t>(View::kChar3)] = hashes;
  Labelled labelled;
  labelled.label = label;
  labelled.features.Assign(views);
  return labelled;
}

// How far correctors are trusted is learnt from what they said before they had seen an example:
// also where it is judged anew, when they have.
TEST(Margins, AnExampleKeepsTheMarginsOfBeforeItWasLearnt) {
  Fold fold;
  std::uint64_t position = 0;
  const auto learn = [&](std::uint64_t sample, std::optional<Labelled> before, Labelled after) {
    ASSERT_TRUE(fold.Apply({.position = ++position,
                            .site = 1,
                            .sample = sample,
                            .before = std::move(before),
                            .after = std::move(after)})
                    .ok());
  };
  const auto of = [](const Fold& held, SampleId sample) {
    for (const WindowExample& example : held.impl().window.sites().at(1)) {
      if (example.sample == sample) return example.margins;
    }
    ADD_FAILURE() << sample;
    return CorrectorMargins{};
  };
  for (std::uint64_t i = 1; i <= 30; ++i) {
    learn(i, {}, Telling(i, i % 2 == 0 ? Class::kSpam : Class::kHam));
  }
  EXPECT_EQ(of(fold, 1)[0], 0) << "there was no corrector yet";
  Labelled wrong = Telling(31, Class::kSpam);
  wrong.label = Class::kHam;
  learn(31, {}, wrong);
  const CorrectorMargins first = of(fold, 31);
  EXPECT_GT(first[0], 0) << "it looks like spam";
  for (std::uint64_t i = 32; i <= 40; ++i) learn(i, {}, Telling(i, Class::kHam));
  learn(31, wrong, Telling(31, Class::kSpam));
  EXPECT_EQ(of(fold, 31), first);

  const auto read = Fold::Deserialize(fold.Serialize());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(of(*read, 31), first);
}

}  // namespace
}  // namespace replyguard::classifier
