// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What leaves an installation, page by page; and imports as units of the label log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/export_store.h"
#include "storage/generation_store.h"
#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::DecisionAction;
using storage::ExternalLabel;
using storage::LabelClass;
using ::testing::ElementsAre;

class ExportsTest : public DecidingTest {
 protected:
  bool Learn(const std::string& id, LabelClass label, const std::string& import,
             const std::string& by = "k1") {
    ExternalLabel external;
    external.external_id = id;
    external.label = label;
    external.sample.body = "text of " + id;
    external.import_id = import;
    const auto learnt = database_->labels().Append(1, {external}, storage::LabelSource::kImport, by,
                                                   At(++now_), Soon());
    EXPECT_TRUE(learnt.ok()) << learnt.status();
    return learnt.ok() && learnt->front().learnt;
  }
  std::int64_t Head() { return *database_->labels().HeadPosition(Soon()); }
  std::vector<storage::ExportedLabel> Labels(std::int64_t as_of, std::int64_t after = 0,
                                             bool history = false, std::int32_t limit = 100) {
    const auto page = store_.Labels({1, as_of, after, history, limit}, Soon());
    EXPECT_TRUE(page.ok()) << page.status();
    return *page;
  }
  static std::vector<std::string> Ids(const std::vector<storage::ExportedLabel>& labels) {
    std::vector<std::string> ids;
    for (const auto& label : labels) ids.push_back(label.sample_id);
    return ids;
  }

  storage::ExportStore& store_ = database_->exports();
};

TEST_F(ExportsTest, CommentsCarryTheirLabelAndLastDecisionInPages) {
  std::vector<storage::CommentId> ids;
  for (int n = 0; n < 5; ++n) ids.push_back(Store(Held()));
  Decide(ids[1], DecisionAction::kApprove);
  Decide(ids[1], DecisionAction::kSpam);
  Decide(ids[2], DecisionAction::kTrash);
  ASSERT_TRUE(database_->comments().Erase({1, ids[3], "Ann", "k1", At(500)}, Soon()).ok());
  std::vector<storage::ExportedComment> all;
  std::optional<storage::CommentId> after;
  while (true) {
    const auto page = store_.Comments(1, after, 2, Soon());
    ASSERT_TRUE(page.ok()) << page.status();
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < 2) break;
    after = page->back().comment.comment_id;
  }
  ASSERT_EQ(all.size(), 4U) << "the erased one is not there";
  EXPECT_EQ(all[0].comment.comment_id, ids[0]);
  EXPECT_FALSE(all[0].label || all[0].decision);
  EXPECT_EQ(all[1].label->label, LabelClass::kSpam);
  EXPECT_EQ(all[1].label->source, storage::LabelSource::kHuman);
  EXPECT_EQ(all[1].decision->action, DecisionAction::kSpam);
  EXPECT_EQ(all[1].comment.status, storage::CommentStatus::kSpam);
  EXPECT_FALSE(all[2].label);
  EXPECT_EQ(all[2].decision->action, DecisionAction::kTrash);
  EXPECT_EQ(all[3].comment.comment_id, ids[4]);
  EXPECT_TRUE(store_.Comments(2, std::nullopt, 10, Soon())->empty()) << "another site's";
}

TEST_F(ExportsTest, AnAuthorsCommentsAreFoundAndCountedByHash) {
  const auto store = [&](const std::string& email) {
    CommentSpec spec;
    spec.email = email;
    const auto draft = MakeDraft(spec);
    EXPECT_TRUE(Submit(*database_, draft, Always(Held())).ok());
    return draft;
  };
  const auto first = store("ada@example.org");
  store("bob@example.org");
  const auto second = store("ada@example.org");
  Decide(first.comment_id, DecisionAction::kSpam);
  const std::string hash(first.history.author_hashes.front().bytes());
  const std::string other(hash.size(), '\0');
  const std::vector<storage::AuthorRange> author{{other, other}, {hash, hash}};
  // By the public half of it.
  const std::vector<storage::AuthorRange> half{
      {hash.substr(0, 16) + std::string(16, '\0'), hash.substr(0, 16) + std::string(16, '\xff')}};
  for (const auto& who : {author, half}) {
    const auto page = store_.CommentsOfAuthor(1, who, std::nullopt, 1, Soon());
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->size(), 1U);
    EXPECT_EQ(page->front().comment.comment_id, first.comment_id);
    EXPECT_EQ(page->front().decision->action, DecisionAction::kSpam);
    const auto rest = store_.CommentsOfAuthor(1, who, first.comment_id, 10, Soon());
    ASSERT_EQ(rest->size(), 1U);
    EXPECT_EQ(rest->front().comment.comment_id, second.comment_id);
    const auto found = store_.CountAuthor(1, who, Soon());
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->comments, 2);
    EXPECT_EQ(found->queued, 1);
    EXPECT_EQ(found->decisions, 1);
    EXPECT_EQ(found->labels, 1);
    EXPECT_GE(found->events, 3);
    EXPECT_TRUE(store_.CommentsOfAuthor(2, who, std::nullopt, 10, Soon())->empty());
    EXPECT_EQ(store_.CountAuthor(2, who, Soon())->comments, 0);
  }
  ASSERT_TRUE(
      database_->comments().Erase({1, first.comment_id, "Ann", "k1", At(500)}, Soon()).ok());
  EXPECT_EQ(store_.CountAuthor(1, author, Soon())->comments, 1);
}

TEST_F(ExportsTest, WhatWasLearntOfAnAuthorWithoutACommentGoesToo) {
  const std::string hash(32, '\x0a');
  const auto learn = [&](const std::string& id, const std::string& of, LabelClass label) {
    ExternalLabel external;
    external.external_id = id;
    external.label = label;
    external.sample.body = "text of " + id;
    external.sample.author_hash = of;
    ASSERT_TRUE(database_->labels()
                    .Append(1, {external}, storage::LabelSource::kImport, "k1", At(++now_), Soon())
                    .ok());
  };
  learn("hers", hash, LabelClass::kSpam);
  learn("other", std::string(32, '\x0b'), LabelClass::kSpam);
  learn("taken over", hash, LabelClass::kSpam);
  learn("taken over", std::string(32, '\x0b'), LabelClass::kSpam);
  learn("taken back", hash, LabelClass::kSpam);
  learn("taken back", hash, LabelClass::kNone);
  EXPECT_EQ(test_.Sql("SELECT sample_id FROM replyguard.label_erasures"), "x:taken back");
  const std::vector<storage::AuthorRange> author{{hash, hash}};
  const auto found = store_.CountAuthor(1, author, Soon());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->labels, 2);
  storage::EraseRequest by;
  by.site_id = 1;
  by.actor_key_id = "k1";
  by.now = At(500);
  for (const int wanted : {1, 1, 0}) {
    const auto erased = store_.EraseLabels(by, author, found->newest_label, 1, Soon());
    ASSERT_TRUE(erased.ok()) << erased.status();
    EXPECT_EQ(*erased, wanted);
  }
  EXPECT_EQ(store_.CountAuthor(1, author, Soon())->labels, 0);
  EXPECT_THAT(Ids(Labels(Head())), ElementsAre("x:other", "x:taken over"));
  ASSERT_TRUE(database_->maintenance().BlankErasedSamples(At(600), 100, Soon()).ok());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.labels WHERE sample->>'author_hash' LIKE "
                      "'0a%'"),
            "0");
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.labels WHERE sample IS NOT NULL"), "2");
}

TEST_F(ExportsTest, WhatNamesNoAuthorBehindALessonOfHersGoesWithIt) {
  const std::string hash(32, '\x0a');
  const auto learn = [&](const std::string& id, const std::string& of, const std::string& body) {
    ExternalLabel external;
    external.external_id = id;
    external.label = LabelClass::kSpam;
    external.sample.body = body;
    external.sample.author_hash = of;
    const auto done = database_->labels().Append(1, {external}, storage::LabelSource::kImport, "k1",
                                                 At(++now_), Soon());
    ASSERT_TRUE(done.ok() && done->front().learnt) << done.status();
  };
  learn("hers", hash, "one");
  learn("hers", "", "one, corrected");
  learn("taken over", hash, "two");
  learn("anybody's", "", "two");
  learn("taken over", "", "two, corrected");
  learn("taken over", std::string(32, '\x0b'), "three");
  learn("taken over", "", "three, corrected");
  // As earlier versions wrote it, with the hash of a masked address.
  learn("again", hash, "four");
  learn("again", std::string(32, '\x0c'), "to be the same text");
  test_.Sql(
      "UPDATE replyguard.labels SET sample = sample || '{\"body\": \"four\", "
      "\"author_email_domain\": \"example.org\"}' WHERE sample_id = 'x:again'");
  const std::vector<storage::AuthorRange> author{{hash, hash}};
  storage::EraseRequest by;
  by.site_id = 1;
  by.actor_key_id = "k1";
  by.now = At(500);
  ASSERT_EQ(*store_.EraseLabels(by, author, Head(), 10, Soon()), 3);
  EXPECT_THAT(Ids(Labels(Head())), ElementsAre("x:anybody's", "x:taken over"));
  ASSERT_TRUE(database_->maintenance().BlankErasedSamples(At(600), 100, Soon()).ok());
  EXPECT_EQ(test_.Sql("SELECT string_agg(sample->>'body', '; ' ORDER BY position) FROM "
                      "replyguard.labels WHERE sample IS NOT NULL"),
            "two; three; three, corrected");
}

TEST_F(ExportsTest, LabelsAreThoseInForceAtOneMoment) {
  Learn("a", LabelClass::kHam, "");
  Learn("b", LabelClass::kSpam, "");
  Learn("a", LabelClass::kSpam, "");
  const std::int64_t then = Head();
  Learn("b", LabelClass::kNone, "");
  Learn("c", LabelClass::kHam, "");
  EXPECT_THAT(Ids(Labels(then)), ElementsAre("x:b", "x:a"));
  EXPECT_EQ(Labels(then)[1].step.label, LabelClass::kSpam);
  EXPECT_THAT(Ids(Labels(then, 0, false, 1)), ElementsAre("x:b"));
  EXPECT_THAT(Ids(Labels(then, 2)), ElementsAre("x:a"));
  EXPECT_THAT(Ids(Labels(Head())), ElementsAre("x:a", "x:c"));
  EXPECT_THAT(Ids(Labels(Head(), 0, true)), ElementsAre("x:a", "x:b", "x:a", "x:b", "x:c"));
  EXPECT_EQ(Labels(Head(), 3, true)[0].step.label, LabelClass::kNone);
  EXPECT_EQ(Labels(Head())[0].sample.body, "text of a");
}

TEST_F(ExportsTest, ACommentThatComesBackFromAnExportTeachesNothingTwice) {
  const auto id = Store(Held());
  Decide(id, DecisionAction::kSpam);
  const std::int64_t before = Head();
  EXPECT_FALSE(Learn("c:" + id.ToHex(), LabelClass::kSpam, "back"));
  EXPECT_EQ(Head(), before);
  const auto never_labelled = Store(Held());
  EXPECT_TRUE(Learn("c:" + never_labelled.ToHex(), LabelClass::kSpam, "back"));
  EXPECT_FALSE(Learn("c:" + never_labelled.ToHex(), LabelClass::kSpam, "back")) << "the same again";
}

TEST_F(ExportsTest, ImportsAreCounted) {
  Learn("a", LabelClass::kHam, "first");
  Learn("b", LabelClass::kSpam, "first");
  Learn("c", LabelClass::kSpam, "second", "k2");
  Learn("b", LabelClass::kHam, "second", "k2");
  Learn("d", LabelClass::kHam, "");
  EXPECT_FALSE(Learn("a", LabelClass::kHam, "second")) << "known: nothing is written";
  const auto imports = store_.Imports(1, Soon());
  ASSERT_TRUE(imports.ok()) << imports.status();
  ASSERT_EQ(imports->size(), 2U);
  const auto& second = (*imports)[0];
  EXPECT_EQ(second.import_id, "second");
  EXPECT_EQ(second.label_count, 2);
  EXPECT_EQ(second.in_force.ham_count, 1);
  EXPECT_EQ(second.in_force.spam_count, 1);
  EXPECT_EQ(second.created_by, "k2");
  EXPECT_LT(second.first_at, second.last_at);
  const auto& first = (*imports)[1];
  EXPECT_EQ(first.label_count, 2);
  EXPECT_EQ(first.in_force.ham_count, 1);
  EXPECT_EQ(first.in_force.spam_count, 0) << "the second said otherwise since";
}

TEST_F(ExportsTest, TheLogReadsAsIfAnImportHadNeverBeen) {
  Learn("x", LabelClass::kHam, "good");
  Learn("x", LabelClass::kSpam, "bad");
  Learn("x", LabelClass::kHam, "", "k2");
  Learn("y", LabelClass::kSpam, "bad");
  Learn("y", LabelClass::kNone, "bad");
  Learn("z", LabelClass::kSpam, "bad");
  const auto read =
      database_->labels().ReadWithout({storage::ImportExclusion(1, "bad")}, 0, 10, Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 6U) << "positions stay";
  EXPECT_FALSE((*read)[0].left_out);
  EXPECT_TRUE((*read)[1].left_out);
  EXPECT_EQ((*read)[1].sample_id, "");
  EXPECT_EQ((*read)[2].old_state->label, LabelClass::kHam) << "not what was left out";
  EXPECT_TRUE((*read)[3].left_out);
  EXPECT_FALSE((*read)[4].left_out) << "what was taken back stays so";
  EXPECT_FALSE((*read)[4].old_state || (*read)[4].new_state);
  EXPECT_TRUE((*read)[5].left_out);
  const auto other =
      database_->labels().ReadWithout({storage::ImportExclusion(2, "bad")}, 0, 10, Soon());
  for (const auto& entry : *other) EXPECT_FALSE(entry.left_out) << "of another site";
  const auto both =
      database_->labels().ReadWithout({"k2", storage::ImportExclusion(1, "bad")}, 0, 10, Soon());
  EXPECT_TRUE((*both)[2].left_out);
}

TEST_F(ExportsTest, APieceOfAModelIsWhatWasStored) {
  std::string bytes;
  for (int n = 0; n < 3000; ++n) bytes += static_cast<char>(n * 7);
  const auto id = database_->checkpoints().Put({}, bytes, {}, Soon());
  ASSERT_TRUE(id.ok()) << id.status();
  std::string got;
  while (true) {
    const auto piece =
        store_.CheckpointPiece(*id, static_cast<std::int64_t>(got.size()), 1024, Soon());
    ASSERT_TRUE(piece.ok()) << piece.status();
    if (piece->empty()) break;
    EXPECT_LE(piece->size(), 1024U);
    got += *piece;
  }
  EXPECT_EQ(got, bytes);
  EXPECT_TRUE(absl::IsNotFound(store_.CheckpointPiece(*id + 1, 0, 1024, Soon()).status()));
}

TEST_F(ExportsTest, TheDatabaseRefusesAnImportWithAnotherName) {
  EXPECT_FALSE(database_->labels()
                   .Append(1, {ExternalLabel{"q", LabelClass::kHam, {}, "a name, with a comma"}},
                           storage::LabelSource::kImport, "k1", At(1), Soon())
                   .ok());
}

}  // namespace
}  // namespace replyguard::tests
