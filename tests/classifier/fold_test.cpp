#include "classifier/fold.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "classifier/extractor.h"

namespace replyguard::classifier {
namespace {

Labelled Make(Extractor& extractor, const std::string& body, Class label) {
  Document document;
  document.body = body;
  Labelled labelled;
  labelled.label = label;
  labelled.author = body.size();
  labelled.features = extractor.Extract(document);
  return labelled;
}

// A random text of a small vocabulary that differs between the classes.
std::string RandomBody(std::mt19937_64& random, Class label) {
  static const std::vector<std::string> kWords[2] = {
      {"thanks", "article", "lovely", "song", "I", "agree", "with", "you", "my", "dog"},
      {"subscribe", "free", "http://x.example/a", "win", "MONEY", "now", "my", "channel", "you",
       "!!!"}};
  const auto& words = kWords[static_cast<std::size_t>(label)];
  std::string body;
  for (std::size_t i = 3 + random() % 8; i > 0; --i) body += words[random() % words.size()] + " ";
  return body;
}

// A random walk over labels, flips, retractions, edits and duplicates, always consistent.
class Log {
 public:
  explicit Log(std::uint64_t seed) : random_(seed) {}

  LabelChange Next() {
    LabelChange change;
    change.position = position_ += 1 + random_() % 3;
    change.site = 1 + random_() % 4;
    change.sample = random_() % 60;
    auto& held = held_[{change.site, change.sample}];
    change.before = held;
    switch (random_() % 6) {
      case 0:
        change.after.reset();
        break;
      case 1:
        change.after = held;
        break;
      default: {
        const Class label = random_() % 2 == 0 ? Class::kHam : Class::kSpam;
        change.after = Make(extractor_, RandomBody(random_, label), label);
      }
    }
    held = change.after;
    change.shares = (change.site + (random_() % 40 == 0 ? 1 : 0)) % 4 != 0;
    return change;
  }

 private:
  std::mt19937_64 random_;
  Extractor extractor_;
  std::uint64_t position_ = 0;
  std::map<std::pair<SiteId, SampleId>, std::optional<Labelled>> held_;
};

TEST(Fold, CheckpointPlusTailEqualsRebuild) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Log log(seed);
    std::vector<LabelChange> rows;
    for (int i = 0; i < 200; ++i) rows.push_back(log.Next());
    Fold whole;
    for (const auto& row : rows) ASSERT_TRUE(whole.Apply(row).ok());
    Fold first;
    for (std::size_t i = 0; i < 90; ++i) ASSERT_TRUE(first.Apply(rows[i]).ok());
    auto second = Fold::Deserialize(first.Serialize());
    ASSERT_TRUE(second.ok()) << second.status();
    for (std::size_t i = 90; i < rows.size(); ++i) ASSERT_TRUE(second->Apply(rows[i]).ok());
    EXPECT_EQ(whole.CountsDigest(), second->CountsDigest());
    EXPECT_EQ(whole.Serialize(), second->Serialize());
  }
}

// With so many labels most changes bring no refit, so that what an undone label leaves behind would
// show.
TEST(Fold, UndoneLabelsLeaveNothingThatACheckpointWouldForget) {
  Extractor extractor;
  std::mt19937_64 random(31);
  Fold fold;
  std::uint64_t position = 0;
  std::vector<Labelled> learnt;
  const auto body = [&](Class label) {
    return RandomBody(random, label) + "word" + std::to_string(random() % 100'000);
  };
  for (SampleId sample = 0; sample < 300; ++sample) {
    const Class label = sample % 2 == 0 ? Class::kHam : Class::kSpam;
    // Many look like the other class, so that the correctors lean on what only they hold.
    const Class looks = random() % 3 == 0 ? Class::kHam : Class::kSpam;
    learnt.push_back(Make(extractor, body(looks), label));
    ASSERT_TRUE(fold.Apply({++position, 1, sample, {}, learnt.back()}).ok());
  }
  for (const SampleId sample : {7U, 100U, 101U}) {
    const std::uint64_t epoch = fold.id().epoch;
    ASSERT_TRUE(fold.Apply({++position, 1, sample, learnt[sample], {}}).ok());
    auto read = Fold::Deserialize(fold.Serialize());
    ASSERT_TRUE(read.ok()) << read.status();
    for (const Labelled& labelled : learnt) {
      EXPECT_EQ(read->Present()->Score(1, labelled.features).text,
                fold.Present()->Score(1, labelled.features).text);
    }
    // Relearnt in both.
    ASSERT_TRUE(fold.Apply({++position, 1, sample, {}, learnt[sample]}).ok());
    ASSERT_TRUE(read->Apply({position, 1, sample, {}, learnt[sample]}).ok());
    EXPECT_EQ(read->Serialize(), fold.Serialize());
    EXPECT_LE(fold.id().epoch, epoch + 1);
  }
}

// What is learnt while snapshots hold the tables goes beside them, and is the same.
TEST(Fold, SnapshotsChangeNothingAndDoNotChange) {
  Log log(8);
  Fold with;
  Fold without;
  Extractor extractor;
  const Features features = Make(extractor, "thanks, win my free channel", Class::kHam).features;
  std::vector<std::pair<std::shared_ptr<const Model>, RawScore>> held;
  for (int i = 0; i < 150; ++i) {
    const LabelChange row = log.Next();
    ASSERT_TRUE(with.Apply(row).ok());
    ASSERT_TRUE(without.Apply(row).ok());
    const auto snapshot = with.Snapshot();
    const RawScore score = snapshot->Score(1, features).text;
    held.emplace_back(snapshot, score);
    EXPECT_EQ(without.Present()->Score(1, features).text, score);
    EXPECT_EQ(with.Present()->Score(1, features).text, score);
  }
  EXPECT_EQ(with.Serialize(), without.Serialize());
  for (const auto& [snapshot, score] : held) {
    EXPECT_EQ(snapshot->Score(1, features).text, score);
  }
}

TEST(Fold, ACopyStaysAsItIsWhileTheOriginalGoesOn) {
  Log log(11);
  Fold fold;
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(fold.Apply(log.Next()).ok());
  const std::string then = fold.Serialize();
  const Fold copy = fold.Copy();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(fold.Apply(log.Next()).ok());
  EXPECT_EQ(copy.Serialize(), then);
  EXPECT_NE(fold.Serialize(), then);

  Log again(11);
  Fold straight;
  for (int i = 0; i < 400; ++i) ASSERT_TRUE(straight.Apply(again.Next()).ok());
  EXPECT_EQ(fold.Serialize(), straight.Serialize()) << "that a copy was made changes nothing";
}

TEST(Fold, UnlearningLeavesNoTraceInCounts) {
  Extractor extractor;
  std::mt19937_64 random(7);
  Fold fold;
  std::uint64_t position = 0;
  for (SampleId sample = 0; sample < 50; ++sample) {
    const Class label = sample % 2 == 0 ? Class::kHam : Class::kSpam;
    ASSERT_TRUE(
        fold.Apply({++position, 1, sample, {}, Make(extractor, RandomBody(random, label), label)})
            .ok());
  }
  const std::uint64_t digest = fold.CountsDigest();
  const Labelled extra = Make(extractor, "buy my channel http://x.example/b", Class::kSpam);
  ASSERT_TRUE(fold.Apply({++position, 1, 99, {}, extra}).ok());
  EXPECT_NE(digest, fold.CountsDigest());
  Labelled flipped = extra;
  flipped.label = Class::kHam;
  ASSERT_TRUE(fold.Apply({++position, 1, 99, extra, flipped}).ok());
  ASSERT_TRUE(fold.Apply({++position, 1, 99, flipped, {}}).ok());
  EXPECT_EQ(digest, fold.CountsDigest());
}

TEST(Fold, RefusesWhatDoesNotFollow) {
  Extractor extractor;
  Fold fold;
  const Labelled spam = Make(extractor, "free money", Class::kSpam);
  const Labelled other = Make(extractor, "fine weather", Class::kHam);
  ASSERT_TRUE(fold.Apply({5, 1, 1, {}, spam}).ok());
  EXPECT_EQ(fold.Apply({5, 1, 2, {}, spam}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(fold.Apply({6, 1, 1, {}, spam}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(fold.Apply({6, 1, 1, other, {}}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(fold.Apply({6, 1, 2, spam, {}}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(fold.position(), 5U);
  EXPECT_TRUE(fold.Apply({6, 1, 1, spam, spam}).ok());
  EXPECT_EQ(fold.position(), 6U);
}

TEST(Fold, RefusesTornAndAlteredBytes) {
  Log log(3);
  Fold fold;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(fold.Apply(log.Next()).ok());
  const std::string bytes = fold.Serialize();
  for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 97) {
    EXPECT_FALSE(Fold::Deserialize(std::string_view(bytes).substr(0, cut)).ok());
    std::string altered = bytes;
    altered[cut] = static_cast<char>(altered[cut] ^ 0x10);
    EXPECT_FALSE(Fold::Deserialize(altered).ok());
  }
}

TEST(Model, StatesHowMuchItHasSeenAndSeparatesTheClasses) {
  Extractor extractor;
  std::mt19937_64 random(11);
  Fold fold;
  std::uint64_t position = 0;
  EXPECT_FALSE(fold.Snapshot()->TrainingOf(1).trained);
  for (SampleId sample = 0; sample < 40; ++sample) {
    const Class label = sample % 2 == 0 ? Class::kHam : Class::kSpam;
    ASSERT_TRUE(
        fold.Apply({++position, 1, sample, {}, Make(extractor, RandomBody(random, label), label)})
            .ok());
    EXPECT_EQ(fold.Snapshot()->TrainingOf(1).trained, sample == 39);
  }
  const auto model = fold.Snapshot();
  EXPECT_EQ(model->TrainingOf(1).spam, 20U);
  EXPECT_EQ(model->TrainingOf(1).ham, 20U);
  EXPECT_FALSE(model->TrainingOf(2).trained);
  const auto score = [&](const std::string& body) {
    Document document;
    document.body = body;
    return Model::Finish(model->Score(1, extractor.Extract(document)), {}).probability;
  };
  EXPECT_GT(score("subscribe to my channel, free MONEY now!!!"), 0.6);
  EXPECT_LT(score("thanks, lovely article"), 0.4);
}

// Probability of `body` after `ham` and `spam` labels.
double ProbabilityAfter(int ham, int spam, const std::string& body, bool* trained) {
  Extractor extractor;
  std::mt19937_64 random(23);
  Fold fold;
  std::uint64_t position = 0;
  for (int i = 0; i < ham + spam; ++i) {
    const Class label = i < ham ? Class::kHam : Class::kSpam;
    ++position;
    EXPECT_TRUE(
        fold.Apply({position, 1, position, {}, Make(extractor, RandomBody(random, label), label)})
            .ok());
  }
  Document document;
  document.body = body;
  const auto model = fold.Snapshot();
  *trained = model->TrainingOf(1).trained;
  return Model::Finish(model->Score(1, extractor.Extract(document)), {}).probability;
}

TEST(Model, UnbalancedTrainingDoesNotTurnEverythingIntoSpam) {
  bool trained = false;
  EXPECT_LT(ProbabilityAfter(20, 600, "thanks, I agree with you, lovely song", &trained), 0.5);
  EXPECT_TRUE(trained);
  EXPECT_GT(ProbabilityAfter(600, 20, "subscribe free MONEY now channel!!!", &trained), 0.5);
  EXPECT_TRUE(trained);
}

TEST(Model, OneClassAloneIsNotTrainedHoweverMuchThereIs) {
  bool trained = true;
  ProbabilityAfter(0, 300, "anything", &trained);
  EXPECT_FALSE(trained);
  ProbabilityAfter(300, 19, "anything", &trained);
  EXPECT_FALSE(trained);
}

TEST(Model, OneSitesLabelsDoNotMoveAnothersScores) {
  Extractor extractor;
  std::mt19937_64 random(29);
  Fold fold;
  std::uint64_t position = 0;
  const auto learn = [&](SiteId site, Class label) {
    ++position;
    ASSERT_TRUE(
        fold.Apply(
                {position, site, position, {}, Make(extractor, RandomBody(random, label), label)})
            .ok());
  };
  for (int i = 0; i < 60; ++i) learn(1, i % 2 == 0 ? Class::kHam : Class::kSpam);
  Document document;
  document.body = "subscribe to my channel, thanks";
  const Features features = extractor.Extract(document);
  const RawScore before = fold.Snapshot()->Score(1, features).text;
  for (int i = 0; i < 60; ++i) learn(2, Class::kSpam);
  EXPECT_EQ(fold.Snapshot()->Score(1, features).text, before);
}

TEST(Model, ReasonsAndRestAddUpToTheScoreExactly) {
  Log log(5);
  Fold fold;
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(fold.Apply(log.Next()).ok());
  const auto model = fold.Snapshot();
  Extractor extractor;
  std::mt19937_64 random(17);
  for (int i = 0; i < 50; ++i) {
    const std::string body =
        RandomBody(random, i % 2 == 0 ? Class::kHam : Class::kSpam) + "ünïcödé \xff";
    Document document;
    document.body = body;
    document.author_name = "Jane Doe";
    ExplainOptions options;
    options.reasons_each_way_max = static_cast<std::size_t>(i % 9);
    options.history.author_ham = static_cast<std::uint32_t>(i % 4);
    const Explanation explanation = model->Explain(1, document, options);
    const Result result =
        Model::Finish(model->Score(1, extractor.Extract(document)), options.history);
    EXPECT_EQ(explanation.result.score, result.score);
    RawScore sum = explanation.bias + explanation.rest;
    double nats = Nats(explanation.bias) + Nats(explanation.rest);
    for (const Reason& reason : explanation.reasons) {
      sum += reason.score;
      nats += Nats(reason.score);
      for (const auto& span : reason.spans) {
        EXPECT_LT(span.begin, span.end);
        EXPECT_LE(span.end, body.size());
      }
    }
    EXPECT_EQ(sum, result.score);
    EXPECT_EQ(nats, Nats(result.score));
  }
}

}  // namespace
}  // namespace replyguard::classifier
