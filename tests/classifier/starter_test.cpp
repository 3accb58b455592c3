// A starter model: its bytes, what it says of a site without labels, and how labels outweigh it.
#include "classifier/starter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

Features FeaturesOf(const std::string& body) {
  Extractor extractor;
  Document document;
  document.body = body;
  return extractor.Extract(document);
}

std::string SpamBody(int i) {
  return "subscribe to my channel for free coins number " + std::to_string(i);
}
std::string HamBody(int i) {
  return "this song reminds me of summer in year " + std::to_string(1950 + i);
}

// Learns 40 comments of each class on `site`; `upside_down`: called what they are not.
void Teach(SiteId site, bool upside_down, Fold* fold) {
  std::uint64_t position = fold->position();
  for (int i = 0; i < 40; ++i) {
    for (const bool spam : {true, false}) {
      LabelChange change;
      change.position = ++position;
      change.site = site;
      change.sample = position;
      change.after.emplace();
      change.after->label = spam != upside_down ? Class::kSpam : Class::kHam;
      change.after->features = FeaturesOf(spam ? SpamBody(i) : HamBody(i));
      ASSERT_TRUE(fold->Apply(change).ok());
    }
  }
}

std::string MakeBytes() {
  Fold fold;
  Teach(7, false, &fold);
  const StarterChapter chapters[] = {{7, 1.0}, {8, 0.5}};  // the second knows nothing
  return MakeStarter(fold, chapters);
}

RawScore ScoreOf(const Fold& fold, SiteId site, const std::string& body) {
  return fold.Present()->Score(site, FeaturesOf(body)).text;
}

TEST(Starter, SpeaksForASiteWithoutLabels) {
  const auto starter = Starter::Parse(MakeBytes());
  ASSERT_TRUE(starter.ok()) << starter.status();
  EXPECT_EQ((*starter)->spam(), 40U);
  EXPECT_EQ((*starter)->ham(), 40U);
  const Fold fold(*starter);
  EXPECT_TRUE(fold.Present()->TrainingOf(1).trained);
  EXPECT_EQ(fold.id().starter, (*starter)->id());
  EXPECT_GT(ScoreOf(fold, 1, SpamBody(70)), FromNats(1));
  EXPECT_LT(ScoreOf(fold, 1, HamBody(70)), FromNats(-1));
  // Of what it has never seen it says little.
  EXPECT_LT(std::abs(Nats(ScoreOf(fold, 1, "quaerat voluptatem"))), 1);
}

TEST(Starter, IsOutweighedByLabelsOfTheSite) {
  const auto starter = Starter::Parse(MakeBytes());
  ASSERT_TRUE(starter.ok()) << starter.status();
  Fold fold(*starter);
  Teach(1, true, &fold);
  EXPECT_LT(ScoreOf(fold, 1, SpamBody(70)), 0);
  EXPECT_GT(ScoreOf(fold, 1, HamBody(70)), 0);
  EXPECT_GT(ScoreOf(fold, 2, SpamBody(70)), 0);
}

TEST(Starter, ItsPartOfAReasonAddsUp) {
  const auto starter = Starter::Parse(MakeBytes());
  ASSERT_TRUE(starter.ok()) << starter.status();
  Fold fold(*starter);
  Teach(1, false, &fold);
  const std::string body = SpamBody(70);
  Document document;
  document.body = body;
  for (const SiteId site : {1U, 2U}) {
    const Explanation explanation = fold.Present()->Explain(site, document);
    RawScore sum = explanation.bias + explanation.rest;
    for (const Reason& reason : explanation.reasons) sum += reason.score;
    EXPECT_EQ(sum, ScoreOf(fold, site, body));
    EXPECT_FALSE(explanation.reasons.empty());
  }
}

TEST(Starter, AModelIsReadWithTheStarterItBeganWith) {
  const auto starter = Starter::Parse(MakeBytes());
  ASSERT_TRUE(starter.ok()) << starter.status();
  Fold fold(*starter);
  Teach(1, false, &fold);
  const std::string bytes = fold.Serialize();
  const auto read = Fold::Deserialize(bytes, *starter);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Serialize(), bytes);
  EXPECT_EQ(ScoreOf(*read, 1, SpamBody(3)), ScoreOf(fold, 1, SpamBody(3)));
  EXPECT_EQ(Fold::Deserialize(bytes).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Starter, RefusesTornAndAlteredBytes) {
  const std::string bytes = MakeBytes();
  EXPECT_EQ(bytes, MakeBytes());
  for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 97) {
    EXPECT_FALSE(Starter::Parse(std::string_view(bytes).substr(0, cut)).ok());
    std::string altered = bytes;
    altered[cut] = static_cast<char>(altered[cut] ^ 0x10);
    EXPECT_FALSE(Starter::Parse(altered).ok());
  }
}

}  // namespace
}  // namespace replyguard::classifier
