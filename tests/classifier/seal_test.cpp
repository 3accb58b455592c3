// A fold as the beginning of another one, and labels that count more than once.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kClasses = 2;

Labelled Make(const std::string& body, Class label, std::uint32_t weight = 1) {
  Extractor extractor;
  Document document;
  document.body = body;
  Labelled labelled;
  labelled.label = label;
  labelled.author = body.size();
  labelled.features = extractor.Extract(document);
  labelled.weight = weight;
  return labelled;
}

std::string Body(std::mt19937_64& random, Class label) {
  static const std::vector<std::string> kWords[kClasses] = {
      {"thanks", "article", "lovely", "song", "agree", "with", "you", "my", "dog"},
      {"subscribe", "free", "http://x.example/a", "win", "MONEY", "now", "my", "channel"}};
  const auto& words = kWords[static_cast<std::size_t>(label)];
  std::string body;
  for (std::size_t i = 3 + random() % 8; i > 0; --i) body += words[random() % words.size()] + " ";
  return body;
}

void Learn(Fold& fold, SiteId site, std::uint64_t count, std::uint64_t seed, SampleId first = 1) {
  std::mt19937_64 random(seed);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Class label = random() % 2 == 0 ? Class::kHam : Class::kSpam;
    ASSERT_TRUE(
        fold.Apply({fold.position() + 1, site, first + i, {}, Make(Body(random, label), label)})
            .ok());
  }
}

std::vector<RawScore> ScoresOf(Fold& fold, SiteId site) {
  std::mt19937_64 random(99);
  std::vector<RawScore> scores;
  for (int i = 0; i < 20; ++i) {
    const Labelled asked = Make(Body(random, static_cast<Class>(i % 2)), Class::kHam);
    scores.push_back(fold.Present()->Score(site, asked.features).text);
  }
  return scores;
}

TEST(Seal, ScoresStayBitForBitAndSitesGetTheirNewNumbers) {
  Fold fold;
  Learn(fold, 1, 120, 1);
  Learn(fold, 2, 60, 2);
  const auto of_one = ScoresOf(fold, 1);
  const auto of_two = ScoresOf(fold, 2);
  Fold mapped = fold.Copy();
  const std::map<SiteId, SiteId> sites{{1, 2}};
  mapped.Seal({.learnt_position = 0, .sites = &sites});
  EXPECT_EQ(ScoresOf(mapped, 2), of_one);
  ASSERT_EQ(mapped.Contents().size(), 1U) << "the other one is forgotten";
  EXPECT_EQ(mapped.Contents()[0].site, 2U);
  EXPECT_EQ(mapped.Contents()[0].spam + mapped.Contents()[0].ham, 120U);
  EXPECT_EQ(mapped.position(), 0U);
  fold.Seal({});
  EXPECT_EQ(ScoresOf(fold, 1), of_one);
  EXPECT_EQ(ScoresOf(fold, 2), of_two);
}

TEST(Seal, ACheckpointOfWhatIsLearntOnTopEqualsARebuild) {
  Fold base;
  Learn(base, 1, 150, 3);
  base.Seal({.learnt_position = 40});
  const std::string bytes = base.Serialize();
  auto whole = Fold::Deserialize(bytes);
  auto first = Fold::Deserialize(bytes);
  ASSERT_TRUE(whole.ok() && first.ok()) << whole.status();
  EXPECT_EQ(whole->position(), 40U);
  Learn(*whole, 1, 100, 4);
  Learn(*first, 1, 30, 4);
  auto second = Fold::Deserialize(first->Serialize());
  ASSERT_TRUE(second.ok()) << second.status();
  std::mt19937_64 random(4);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Class label = random() % 2 == 0 ? Class::kHam : Class::kSpam;
    const Labelled labelled = Make(Body(random, label), label);
    if (i < 30) continue;
    ASSERT_TRUE(second->Apply({41 + i, 1, 1 + i, {}, labelled}).ok());
  }
  EXPECT_EQ(second->Serialize(), whole->Serialize());
  EXPECT_GT(whole->id().epoch, base.id().epoch) << "it goes on fitting";
}

TEST(Seal, WhatItKnowsIsNeverTakenAway) {
  Fold base;
  Learn(base, 1, 50, 5);
  Fold known = base.Copy();
  known.Seal({.learnt_position = 50});
  const std::uint64_t digest = known.CountsDigest();
  const Labelled learnt = Make("an old comment of the log", Class::kSpam);
  EXPECT_TRUE(known.Apply({51, 1, 9, learnt, {}}).ok()) << "retracted since";
  EXPECT_EQ(known.CountsDigest(), digest);
  const Labelled now = Make("an old comment of the log", Class::kHam);
  EXPECT_TRUE(known.Apply({52, 1, 10, learnt, now}).ok()) << "flipped since";
  EXPECT_NE(known.CountsDigest(), digest);
  EXPECT_TRUE(known.Apply({53, 1, 10, now, {}}).ok());
  EXPECT_EQ(known.CountsDigest(), digest);
  // Where nothing of this log is known, a label that is taken away must be there.
  Fold foreign = base.Copy();
  foreign.Seal({});
  EXPECT_EQ(foreign.Apply({1, 1, 9, learnt, {}}).code(), absl::StatusCode::kFailedPrecondition);
  // Sample 1 is in the base too; taking back the new one leaves that of the base.
  const std::uint64_t before = foreign.CountsDigest();
  ASSERT_TRUE(foreign.Apply({2, 1, 1, {}, now}).ok());
  ASSERT_TRUE(foreign.Apply({3, 1, 1, now, {}}).ok());
  EXPECT_EQ(foreign.CountsDigest(), before);
  EXPECT_FALSE(foreign.Holds(1, 1));
}

TEST(LabelWeight, CountsAsSoManyComments) {
  const Labelled once = Make("subscribe to my channel", Class::kSpam);
  const Labelled thrice = Make("subscribe to my channel", Class::kSpam, 3);
  Fold weighted;
  Learn(weighted, 1, 60, 6);
  Fold copies = weighted.Copy();
  const std::uint64_t digest = weighted.CountsDigest();
  ASSERT_TRUE(weighted.Apply({61, 1, 1001, {}, thrice}).ok());
  for (std::uint64_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(copies.Apply({61 + i, 1, 1001 + i, {}, once}).ok());
  }
  EXPECT_EQ(weighted.CountsDigest(), copies.CountsDigest());
  // Another weight is another label, and a checkpoint keeps it.
  EXPECT_FALSE(weighted.Apply({62, 1, 1001, once, {}}).ok());
  auto read = Fold::Deserialize(weighted.Serialize());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Serialize(), weighted.Serialize());
  Learn(weighted, 1, 40, 7, 2001);
  Learn(*read, 1, 40, 7, 2001);
  EXPECT_EQ(read->Serialize(), weighted.Serialize()) << "fitted on the same weights";
  ASSERT_TRUE(read->Apply({102, 1, 1001, thrice, once}).ok());
  ASSERT_TRUE(read->Apply({103, 1, 1001, once, {}}).ok());
  Fold without;
  Learn(without, 1, 60, 6);
  EXPECT_EQ(without.CountsDigest(), digest);
  Learn(without, 1, 40, 7, 2001);
  EXPECT_EQ(read->CountsDigest(), without.CountsDigest()) << "the undo is exact";
}

}  // namespace
}  // namespace replyguard::classifier
