// A word's sketch speaks where the model does not know the word, and only there.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "classifier/model.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSite = 1;

Features FeaturesOf(std::string_view body) {
  Document document;
  document.body = body;
  return Extractor().Extract(document);
}

Features WithoutSketches(const Features& features) {
  std::array<std::span<const std::uint64_t>, kViewCount> views;
  for (std::size_t v = 0; v < kViewCount; ++v) views[v] = features.view(static_cast<View>(v));
  views[static_cast<std::size_t>(View::kSketch)] = {};
  Features without;
  without.Assign(views);
  return without;
}

// Forty comments, half of them spam.
Fold Learnt() {
  Fold fold;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    Labelled labelled;
    labelled.label = i % 2 == 0 ? Class::kSpam : Class::kHam;
    labelled.features = FeaturesOf(i % 2 == 0 ? "subscribe to the channel" : "lovely old bridges");
    LabelChange change;
    change.position = i;
    change.site = kSite;
    change.sample = i;
    change.after = labelled;
    EXPECT_TRUE(fold.Apply(change).ok());
  }
  return fold;
}

// What the sketches of a text add to its score.
RawScore AddedBySketches(const Model& model, std::string_view body) {
  const Features features = FeaturesOf(body);
  return model.Score(kSite, features).text - model.Score(kSite, WithoutSketches(features)).text;
}

TEST(Sketch, SpeaksForAWordThatIsNotKnown) {
  const auto model = Learnt().Snapshot();
  EXPECT_GT(AddedBySketches(*model, "sbscrb"), 0);
  EXPECT_LT(AddedBySketches(*model, "brdgs"), 0);
}

TEST(Sketch, IsSilentWhereTheWordIsKnown) {
  const auto model = Learnt().Snapshot();
  EXPECT_NE(FeaturesOf("subscribe channel").view(View::kSketch).size(), 0U);
  EXPECT_EQ(AddedBySketches(*model, "subscribe channel"), 0);
  EXPECT_EQ(AddedBySketches(*model, "old bridges"), 0);
}

TEST(Sketch, OfAnUnknownWordSaysNothing) {
  EXPECT_EQ(AddedBySketches(*Learnt().Snapshot(), "zebra"), 0);
}

TEST(Sketch, NamesTheWordItStandsFor) {
  const Features features = FeaturesOf("one channel and a channel");
  const auto words = features.view(View::kWord);
  ASSERT_EQ(words.size(), 4U);
  const Features alone = FeaturesOf("channel");
  const auto sketches = features.view(View::kSketch);
  for (const std::uint64_t sketch : sketches) {
    const std::uint64_t key = sketch & ~kSketchedWordMask;
    if (key != (alone.view(View::kSketch)[0] & ~kSketchedWordMask)) continue;
    EXPECT_EQ(words[SketchedWord(sketch)], alone.view(View::kWord)[0]);
    return;
  }
  FAIL() << "no sketch of the word";
}

}  // namespace
}  // namespace replyguard::classifier
