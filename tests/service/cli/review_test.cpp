// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "service/cli/review/reviewer.h"
#include "service/cli/review/styled_lines.h"

namespace replyguard::service::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(WrapStyledTest, BreaksBetweenWordsAndKeepsTheIndent) {
  EXPECT_THAT(WrapStyled("  one two three", 9), ElementsAre("  one two", "  three"));
  EXPECT_THAT(WrapStyled("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(WrapStyled("ab  cd", 3), ElementsAre("ab", "cd"));
  EXPECT_THAT(WrapStyled("a\n\nb\n", 9), ElementsAre("a", "", "b"));
  EXPECT_THAT(WrapStyled("", 9), IsEmpty());
}

TEST(WrapStyledTest, CountsWideCharactersAsTwo) {
  EXPECT_THAT(WrapStyled("字字字", 5), ElementsAre("字字", "字"));
  EXPECT_THAT(WrapStyled("👍👍", 2), ElementsAre("👍", "👍"));
  EXPECT_THAT(WrapStyled("ééé", 3), ElementsAre("ééé"));
}

TEST(WrapStyledTest, EndsAStyleWithItsLineAndTakesItUpAgain) {
  EXPECT_THAT(WrapStyled("\x1b[31mabc\x1b[0m d", 3), ElementsAre("\x1b[31mabc\x1b[0m", "d"));
  EXPECT_THAT(WrapStyled("\x1b[31mabcd\x1b[0m", 2),
              ElementsAre("\x1b[31mab\x1b[0m", "\x1b[31mcd\x1b[0m"));
  EXPECT_THAT(WrapStyled("a \x1b[1mb c", 3), ElementsAre("a \x1b[1mb\x1b[0m", "\x1b[1mc\x1b[0m"));
}

TEST(WrapStyledTest, NoLineIsTooLongHoweverNarrow) {
  const std::string text =
      "    An \x1b[32mendless" + std::string(300, 'w') + "\x1b[0m word 字字字 and more";
  for (std::size_t columns = 2; columns < 60; ++columns) {
    for (const std::string& line : WrapStyled(text, columns)) {
      std::size_t used = 0;
      for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        if (byte == 0x1B) {
          i = line.find('m', i);
        } else {
          used += byte >= 0xE0 ? 2 : byte >= 0x80 ? 0 : 1;
        }
      }
      EXPECT_LE(used, columns) << line;
    }
  }
}

// A review whose jobs are kept, to be answered by hand.
class ReviewerTest : public testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kLease{60'000};

  static v1::QueueItem Item(const std::string& id) {
    v1::QueueItem item;
    item.mutable_comment()->set_name("sites/s/comments/" + id);
    item.mutable_comment()->set_body("text of " + id);
    item.mutable_comment()->mutable_author()->set_display_name("Author " + id);
    item.mutable_comment()->set_etag("etag " + id);
    item.mutable_lease()->set_token("token " + id);
    return item;
  }

  // Answers the oldest job, which must be of this kind.
  template <typename Kind>
  Kind Next() {
    const Kind job = std::get<Kind>(jobs_.at(0));
    jobs_.pop_front();
    return job;
  }

  void Lease(const std::vector<std::string>& ids) {
    reviewer_.Tend(now_);
    Next<LeaseJob>();
    Leased leased;
    for (const std::string& id : ids) leased.items.push_back(Item(id));
    reviewer_.On(leased, now_);
    reviewer_.Tend(now_);
  }

  static Decided Success(const DecideJob& job) {
    Decided decided{.job = job, .status = {}, .response = {}};
    for (const v1::QueueItem& item : job.items) {
      decided.response.add_results()->set_comment_name(item.comment().name());
    }
    return decided;
  }

  std::string Current() const {
    return reviewer_.current() == nullptr ? "" : reviewer_.current()->comment().body();
  }

  std::deque<Job> jobs_;
  Reviewer::Clock::time_point now_{std::chrono::hours(1)};
  Reviewer reviewer_{[this](Job job) { jobs_.push_back(std::move(job)); }, kLease};
};

TEST_F(ReviewerTest, TheNextItemIsThereBeforeTheServerHasAnswered) {
  Lease({"1", "2", "3", "4", "5"});
  jobs_.clear();
  EXPECT_TRUE(reviewer_.Press("a", now_));
  EXPECT_EQ(Current(), "text of 2");
  EXPECT_EQ(reviewer_.on_their_way(), 1U);
  const auto job = Next<DecideJob>();
  EXPECT_EQ(job.action, v1::DECISION_ACTION_APPROVE);
  ASSERT_EQ(job.items.size(), 1U);
  EXPECT_EQ(job.items[0].lease().token(), "token 1");
  reviewer_.On(Success(job), now_);
  EXPECT_EQ(reviewer_.on_their_way(), 0U);
  EXPECT_EQ(reviewer_.Summary(), "1 decided: 1 approved");
  EXPECT_FALSE(reviewer_.Press("z", now_));
}

TEST_F(ReviewerTest, MoreIsFetchedWhileFewAreAhead) {
  Lease({"1", "2", "3", "4", "5"});
  jobs_.clear();
  reviewer_.Press("a", now_);
  Next<DecideJob>();
  EXPECT_THAT(jobs_, IsEmpty());
  reviewer_.Press("a", now_);
  Next<DecideJob>();
  Next<LeaseJob>();
  EXPECT_TRUE(reviewer_.fetching());
  // Nothing came: it is asked again after a while, not at once.
  reviewer_.On(Leased{}, now_);
  reviewer_.Tend(now_);
  EXPECT_THAT(jobs_, IsEmpty());
  reviewer_.Tend(now_ + std::chrono::seconds(10));
  Next<LeaseJob>();
}

TEST_F(ReviewerTest, WhatTheServerCouldNotTakeComesBack) {
  Lease({"1", "2"});
  jobs_.clear();
  reviewer_.Press("s", now_);
  Decided failed{
      .job = Next<DecideJob>(), .status = {grpc::StatusCode::UNAVAILABLE, "away"}, .response = {}};
  reviewer_.On(failed, now_);
  EXPECT_EQ(Current(), "text of 1");
  EXPECT_TRUE(reviewer_.message_is_bad());
  EXPECT_THAT(reviewer_.message(), HasSubstr("back in your hand: away"));
  EXPECT_EQ(reviewer_.Summary(), "0 decided");
  // There is nothing to undo either.
  reviewer_.Press("u", now_);
  EXPECT_THAT(reviewer_.message(), HasSubstr("Nothing that was decided here"));
}

TEST_F(ReviewerTest, WhoWasFasterIsNamedWithoutWhatATerminalWouldObey) {
  Lease({"1", "2"});
  jobs_.clear();
  reviewer_.Press("a", now_);
  Decided decided = Success(Next<DecideJob>());
  v1::ItemError& error = *decided.response.mutable_results(0)->mutable_error();
  error.set_reason("STALE_ETAG");
  error.mutable_other_decision()->set_actor("Kim\x1b[2J");
  error.mutable_other_decision()->set_action(v1::DECISION_ACTION_SPAM);
  reviewer_.On(decided, now_);
  EXPECT_THAT(reviewer_.message(),
              HasSubstr("Kim\\u{1B}[2J was faster: has called spam Author 1's comment"));
  EXPECT_EQ(Current(), "text of 2");
}

TEST_F(ReviewerTest, ASelectionIsDecidedAndTakenBackAsOne) {
  Lease({"1", "2", "3"});
  jobs_.clear();
  for (const char* key : {"x", "j", "x", "j"}) reviewer_.Press(key, now_);
  EXPECT_EQ(reviewer_.selected_count(), 2U);
  reviewer_.Press("t", now_);
  EXPECT_EQ(Current(), "text of 3");
  const auto job = Next<DecideJob>();
  ASSERT_EQ(job.items.size(), 2U);
  reviewer_.On(Success(job), now_);
  jobs_.clear();
  reviewer_.Press("u", now_);
  const auto undo = std::get<UndoJob>(jobs_.front());
  EXPECT_EQ(undo.act, job.act);
  reviewer_.On(Undone{.act = job.act, .escalation = false, .status = {}, .items = job.items}, now_);
  EXPECT_EQ(reviewer_.size(), 3U);
  EXPECT_EQ(Current(), "text of 1");
  EXPECT_EQ(reviewer_.Summary(), "2 decided: 2 trashed, 2 of them taken back");
}

TEST_F(ReviewerTest, WhatIsPassedOnIsOutOfHandAndComesBackWhenRefusedOrTakenBack) {
  Lease({"1", "2", "3"});
  jobs_.clear();
  for (const char* key : {"x", "j", "x", "e"}) reviewer_.Press(key, now_);
  EXPECT_EQ(Current(), "text of 3");
  EXPECT_EQ(reviewer_.on_their_way(), 1U);
  const auto job = Next<EscalateJob>();
  ASSERT_EQ(job.items.size(), 2U);
  const grpc::Status gone(grpc::StatusCode::FAILED_PRECONDITION, "it does not wait");
  reviewer_.On(Escalated{.job = job, .statuses = {grpc::Status::OK, gone}}, now_);
  EXPECT_EQ(reviewer_.on_their_way(), 0U);
  EXPECT_EQ(Current(), "text of 2");
  EXPECT_TRUE(reviewer_.message_is_bad());
  EXPECT_EQ(reviewer_.Summary(), "0 decided; 1 passed to the operators");

  jobs_.clear();
  reviewer_.Press("u", now_);
  EXPECT_EQ(std::get<UndoJob>(jobs_.front()).act, job.act);
  reviewer_.On(
      Undone{.act = job.act, .escalation = true, .status = {}, .items = {job.items.front()}}, now_);
  EXPECT_EQ(Current(), "text of 1");
  EXPECT_EQ(reviewer_.Summary(), "0 decided");
}

TEST_F(ReviewerTest, AFailedUndoCanBeTriedAgainUnlessSomebodyDecidedSince) {
  Lease({"1", "2"});
  jobs_.clear();
  reviewer_.Press("a", now_);
  const auto job = Next<DecideJob>();
  reviewer_.On(Success(job), now_);
  for (const auto code : {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::ABORTED}) {
    jobs_.clear();
    reviewer_.Press("u", now_);
    EXPECT_EQ(std::get<UndoJob>(jobs_.front()).act, job.act);
    reviewer_.On(Undone{.act = job.act, .escalation = false, .status = {code, "no"}, .items = {}},
                 now_);
  }
  jobs_.clear();
  reviewer_.Press("u", now_);
  EXPECT_THAT(jobs_, IsEmpty());
}

TEST_F(ReviewerTest, LeasesAreRenewedInTimeAndGivenBackAtTheEnd) {
  Lease({"1", "2"});
  jobs_.clear();
  reviewer_.Tend(now_ + kLease / 2);
  std::vector<RenewJob> renewals;
  for (const Job& job : jobs_) {
    if (const auto* renewal = std::get_if<RenewJob>(&job)) renewals.push_back(*renewal);
  }
  ASSERT_EQ(renewals.size(), 1U);
  ASSERT_EQ(renewals[0].changes.size(), 2U);
  EXPECT_EQ(renewals[0].changes[0].extension().seconds(), 60);
  jobs_.clear();
  reviewer_.GiveBack();
  const auto back = Next<RenewJob>();
  ASSERT_EQ(back.changes.size(), 2U);
  EXPECT_FALSE(back.changes[0].has_extension());
  EXPECT_EQ(reviewer_.current(), nullptr);
}

TEST_F(ReviewerTest, MoreThanTheServerTakesAtOnceIsGivenBackInParts) {
  Leased leased;
  for (int i = 0; i < 60; ++i) leased.items.push_back(Item(std::to_string(i)));
  reviewer_.On(leased, now_);
  EXPECT_TRUE(reviewer_.GiveBack());
  EXPECT_EQ(Next<RenewJob>().changes.size(), 50U);
  EXPECT_EQ(Next<RenewJob>().changes.size(), 10U);
  EXPECT_FALSE(reviewer_.GiveBack());
  EXPECT_TRUE(jobs_.empty());
}

TEST_F(ReviewerTest, AnItemThatComesTwiceIsInHandOnce) {
  Lease({"1", "2"});
  reviewer_.On(Leased{.status = {}, .items = {Item("2"), Item("3")}, .waiting_count = 3}, now_);
  EXPECT_EQ(reviewer_.size(), 3U);
}

}  // namespace
}  // namespace replyguard::service::cli
