// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Evidence beside the text: what was scored when a comment came is what is learnt of it, whatever
// the site, the clock or the server does in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "service/usecases/fakes.h"
#include "service/usecases/world.h"
#include "usecases/classify.h"

namespace replyguard::service {
namespace {

using storage::DecisionAction;
using testing::Contains;

constexpr char kText[] = "a text that says neither this nor that";

class Evidence : public testing::Test {
 protected:
  Evidence() { SetLanguages({"de", "en-GB"}); }

  void SetLanguages(std::vector<std::string> languages) {
    Sites::UpdateRequest update;
    update.slug = "blog";
    update.languages = std::move(languages);
    EXPECT_TRUE(world_.sites.Update(world_.admin, update, Soon()).ok());
  }

  // Sent in two seconds, an hour after the article came out, with the hidden field filled.
  storage::Submission Robot() const {
    storage::Submission submission = world_.Comment(kText);
    submission.language = "en";
    submission.honeypot = "filled";
    submission.form_fill_time = std::chrono::milliseconds(2'000);
    submission.submit_time = storage::Timestamp(std::chrono::seconds(1'790'000'000));
    submission.thread_publish_time = *submission.submit_time - std::chrono::hours(1);
    return submission;
  }

  storage::CommentRecord Store(storage::Submission submission) {
    std::promise<absl::StatusOr<SubmitComment::Result>> stored;
    world_.submit.Run(world_.backend, {"blog", std::move(submission), "", Soon()},
                      [&stored](auto result) { stored.set_value(std::move(result)); });
    auto result = stored.get_future().get();
    EXPECT_TRUE(result.ok()) << result.status();
    return result->comment;
  }

  // Spam is sent in a second, good comments in a minute; the texts are alike.
  void TrainByFillTime() {
    std::vector<LabelledExample> examples;
    for (int i = 0; i < 60; ++i) {
      LabelledExample example;
      example.submission.body = std::string(kText) + " " + std::to_string(i / 2);
      example.submission.form_fill_time = std::chrono::milliseconds(i % 2 == 0 ? 2'000 : 60'000);
      example.label = i % 2 == 0 ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
      example.external_id = std::to_string(i);
      examples.push_back(std::move(example));
    }
    EXPECT_TRUE(world_.examples.Run(world_.admin, "blog", std::move(examples), Soon()).ok());
    EXPECT_TRUE(world_.learner.CatchUp().ok());
  }

  static classifier::Features FeaturesOf(const storage::LabelSample& sample) {
    classifier::Extractor extractor;
    return extractor.Extract(SampleDocument(sample).get());
  }

  World world_;
};

TEST_F(Evidence, WhatWasScoredIsWhatIsLearnt) {
  const storage::CommentRecord comment = Store(Robot());
  SetLanguages({"fr"});
  ASSERT_TRUE(world_.Decide(comment.comment_id, DecisionAction::kSpam).status.ok());
  const auto log = world_.db->labels().Read(0, 10, Soon());
  ASSERT_TRUE(log.ok() && log->size() == 1) << log.status();

  const std::vector<std::string> languages = {"de", "en-GB"};
  classifier::Document document;
  document.body = kText;
  document.author_name = "Jane";
  document.email_domain = "example.org";
  document.language = "en";
  document.site_languages = languages;
  document.thread_age_seconds = 3'600;
  document.form_time_ms = 2'000;
  document.honeypot_filled = true;
  classifier::Extractor extractor;
  const classifier::Features expected = extractor.Extract(document);
  EXPECT_EQ(FeaturesOf(log->front().new_state->sample), expected) << "learnt";
  EXPECT_EQ(FeaturesOf(SampleOf(comment)), expected) << "explained, and judged after an edit";

  document.site_languages = {};
  EXPECT_NE(extractor.Extract(document), expected) << "the languages are evidence";
}

TEST_F(Evidence, AbsentEvidenceIsNeutral) {
  const storage::CommentRecord comment = Store(world_.Comment(kText));
  ASSERT_TRUE(world_.Decide(comment.comment_id, DecisionAction::kApprove).status.ok());
  const auto log = world_.db->labels().Read(0, 10, Soon());
  ASSERT_TRUE(log.ok() && log->size() == 1) << log.status();
  classifier::Document document;
  document.body = kText;
  document.author_name = "Jane";
  document.email_domain = "example.org";
  classifier::Extractor extractor;
  EXPECT_EQ(FeaturesOf(log->front().new_state->sample), extractor.Extract(document));
}

TEST_F(Evidence, CheckSubmitEditAndExplainSeeTheSame) {
  TrainByFillTime();
  const auto checked = world_.check.Run(world_.backend, {"blog", Robot(), false, Soon()});
  ASSERT_TRUE(checked.ok()) << checked.status();
  const storage::CommentRecord comment = Store(Robot());
  EXPECT_EQ(comment.assessment.score, checked->assessment.score);
  const auto explained =
      world_.model_info.Explain(world_.admin, "blog", comment.comment_id, 50, Soon());
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->score, comment.assessment.score);
  EXPECT_EQ(SumOfReasons(*explained), explained->score);
  std::vector<std::string> texts;
  for (const auto& reason : DetailsOf(*explained).reasons) {
    if (reason.code == "CONTEXT" && reason.score > 0) texts.push_back(reason.text);
  }
  EXPECT_THAT(texts, Contains("seconds at the form, bucket 2"));

  UpdateComment::Request edit;
  edit.site = "blog";
  edit.comment_id = comment.comment_id;
  edit.author_name = "Janet";
  edit.deadline = Soon();
  ASSERT_TRUE(world_.update.Run(world_.backend, std::move(edit)).ok());
  const auto again =
      world_.model_info.Explain(world_.admin, "blog", comment.comment_id, 50, Soon());
  const auto edited = world_.comments.Get(world_.backend, "blog", comment.comment_id, Soon());
  ASSERT_TRUE(again.ok() && edited.ok());
  EXPECT_EQ(edited->assessment.score, again->score);
  EXPECT_EQ(edited->context_json, SampleOf(*edited).context_json);
  EXPECT_NE(edited->context_json, "{}");
}

TEST_F(Evidence, ARebuildAndARestartLearnItBitForBit) {
  TrainByFillTime();
  const storage::CommentRecord comment = Store(Robot());
  ASSERT_TRUE(world_.Decide(comment.comment_id, DecisionAction::kSpam).status.ok());
  ASSERT_TRUE(world_.learner.CatchUp().ok());
  ASSERT_TRUE(world_.learner.StoreCheckpoint().ok());

  FakeCheckpoints none;
  Learner rebuilt(world_.db->labels(), none, world_.clock);
  ASSERT_TRUE(rebuilt.Load().ok() && rebuilt.CatchUp().ok());
  Learner restarted(world_.db->labels(), world_.db->checkpoints(), world_.clock);
  ASSERT_TRUE(restarted.Load().ok() && restarted.CatchUp().ok());
  const classifier::Features features = FeaturesOf(SampleOf(comment));
  for (const Learner* learner : {&rebuilt, &restarted}) {
    EXPECT_EQ(learner->CountsDigest(), world_.learner.CountsDigest());
    EXPECT_EQ(learner->Snapshot()->Score(1, features).text,
              world_.learner.Snapshot()->Score(1, features).text);
  }
  EXPECT_EQ(world_.learner.State().skipped_count, 0);
}

}  // namespace
}  // namespace replyguard::service
