// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <pqxx/pqxx>
#include <string>
#include <thread>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::CommentStatus;
using storage::HistoryContext;
using storage::SubmissionOutcome;

class SubmissionTest : public ::testing::Test {
 protected:
  SubmissionTest() { MakeSite(*database_); }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
};

TEST_F(SubmissionTest, StoresEveryFieldAndAnswersIt) {
  CommentSpec spec;
  spec.body = "It's \"quoted\", back\\slashed, {braced}, NULL and caf\u00e9 \U0001F41D";
  spec.request_id = "r1";
  const auto draft = MakeDraft(spec);
  SubmissionOutcome outcome = Held(0.25);
  outcome.assessment.details_json = R"({"z":1,"a":  [2]})";
  const auto answer = Submit(*database_, draft, Always(outcome));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_FALSE(answer->replayed);
  const auto read = database_->comments().Get(1, draft.comment_id, Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->body, spec.body);
  EXPECT_EQ(answer->comment.body, spec.body);
  EXPECT_EQ(read->author_email_masked, "j***@example.org");
  EXPECT_EQ(read->author_hash, draft.comment->author_hashes().front().bytes());
  EXPECT_EQ(read->ip_masked, "192.0.2.0/24");
  EXPECT_EQ(read->thread_key, "article");
  EXPECT_EQ(read->thread_id, answer->comment.thread_id);
  EXPECT_EQ(read->status, CommentStatus::kPending);
  EXPECT_EQ(read->submitted_at, At(0));
  EXPECT_EQ(read->assessment.probability, 0.25);
  EXPECT_EQ(read->assessment.score, 1234);
  EXPECT_EQ(read->assessment.assessed_at, At(1));
  EXPECT_EQ(read->assessment.details_json, outcome.assessment.details_json) << "byte for byte";
  EXPECT_FALSE(read->first_assessment.has_value());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.queue_items q JOIN replyguard.comments c "
                      "USING (site_id, comment_id, thread_id) "
                      "WHERE q.author_id = substring(c.author_hash FOR 16) "
                      "AND q.ip_id = substring(c.ip_hash FOR 16) AND q.entered_at = c.assessed_at "
                      "AND q.probability = 0.25 AND q.uncertainty = 0.25 AND q.cause = 1 "
                      "AND q.inclusion_probability IS NULL"),
            "1");
  const auto queue = database_->queue().List({.site_id = 1}, Soon());
  ASSERT_TRUE(queue.ok()) << queue.status();
  ASSERT_EQ(queue->size(), 1U);
  EXPECT_EQ(queue->front().comment.comment_id, draft.comment_id);
  const auto events = database_->events().Read(1, 0, 10, Soon());
  ASSERT_TRUE(events.ok()) << events.status();
  ASSERT_EQ(events->size(), 1U);
  EXPECT_EQ(events->front().type, storage::EventType::kQueued);
}

TEST_F(SubmissionTest, ARetryGetsTheFirstAnswerAndThePresentStatus) {
  CommentSpec spec;
  spec.request_id = "r1";
  const auto first = MakeDraft(spec);
  ASSERT_TRUE(Submit(*database_, first, Always(Held())).ok());
  storage::DecisionRequest decision;
  decision.comment_id = first.comment_id;
  ASSERT_TRUE(database_->decisions().Decide(1, {"Ann", "k1"}, {decision}, At(5), Soon()).ok());
  const auto again = Submit(*database_, MakeDraft(spec), Always(Spam()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->comment.comment_id, first.comment_id);
  EXPECT_EQ(again->comment.status, CommentStatus::kApproved);
  EXPECT_EQ(again->comment.assessment.verdict, storage::Verdict::kHold);
  spec.body = "another text";
  EXPECT_EQ(Submit(*database_, MakeDraft(spec), Always(Spam())).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comments"), "1");
}

TEST_F(SubmissionTest, RacingRetriesStoreOnce) {
  auto other = test_.Open();
  for (int round = 0; round < 20; ++round) {
    CommentSpec spec;
    spec.request_id = "race" + std::to_string(round);
    std::vector<std::future<absl::StatusOr<storage::SubmissionResult>>> answers;
    for (int i = 0; i < 4; ++i) {
      answers.push_back(SubmitAsync(*database_, MakeDraft(spec), Always(Approved())));
      answers.push_back(SubmitAsync(*other, MakeDraft(spec), Always(Approved())));
    }
    std::set<storage::CommentId> ids;
    int fresh = 0;
    for (auto& future : answers) {
      const auto answer = future.get();
      ASSERT_TRUE(answer.ok()) << answer.status();
      ids.insert(answer->comment.comment_id);
      fresh += answer->replayed ? 0 : 1;
    }
    EXPECT_EQ(ids.size(), 1U);
    EXPECT_EQ(fresh, 1);
  }
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comments"), "20");
}

TEST_F(SubmissionTest, APoisonRowFailsAlone) {
  std::vector<std::future<absl::StatusOr<storage::SubmissionResult>>> answers;
  constexpr int kCount = 60;
  constexpr int kPoison = 37;
  for (int i = 0; i < kCount; ++i) {
    CommentSpec spec;
    spec.body = "comment " + std::to_string(i);
    if (i == kPoison) spec.body.push_back('\0');
    answers.push_back(
        SubmitAsync(*database_, MakeDraft(spec), Always(i % 2 == 0 ? Held() : Approved())));
  }
  for (int i = 0; i < kCount; ++i) {
    const auto answer = answers[static_cast<std::size_t>(i)].get();
    if (i == kPoison) {
      EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument) << answer.status();
    } else {
      EXPECT_TRUE(answer.ok()) << answer.status();
    }
  }
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comments"), std::to_string(kCount - 1));
}

TEST_F(SubmissionTest, HistoryCountsStoredOnesAndEarlierOnesOfTheBatchAlike) {
  constexpr int kCount = 12;
  std::vector<std::future<absl::StatusOr<storage::SubmissionResult>>> answers;
  auto seen = std::make_shared<std::vector<HistoryContext>>();
  storage::PostgresOptions options = test_.Options();
  options.writer_threads = 1;
  auto database = *storage::OpenPostgres(options);
  for (int i = 0; i < kCount; ++i) {
    auto draft = MakeDraft({.verified = true});
    draft.history.author_recent_since = At(-60);
    draft.history.recent_count_max = 8;
    answers.push_back(SubmitAsync(*database, draft, [seen](const HistoryContext& context) {
      seen->push_back(context);
      return Approved();
    }));
  }
  for (auto& answer : answers) ASSERT_TRUE(answer.get().ok());
  ASSERT_EQ(seen->size(), static_cast<std::size_t>(kCount));
  for (int i = 0; i < kCount; ++i) {
    const HistoryContext& context = (*seen)[static_cast<std::size_t>(i)];
    EXPECT_EQ(context.author.approved_count, i);
    EXPECT_EQ(context.author.verified_approved_streak, i);
    EXPECT_EQ(context.author.recent_count, std::min(i, 8));
    EXPECT_EQ(context.body.approved_count, i);
    EXPECT_EQ(context.thread.has_value(), i > 0);
  }
  // The same question from outside agrees.
  auto query = MakeDraft({}).history;
  query.author_recent_since = At(-60);
  query.recent_count_max = 100;
  const auto context = database->history().Consult(query, Soon());
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->author.approved_count, kCount);
  EXPECT_EQ(context->author.recent_count, kCount);
  EXPECT_EQ(context->ip.recent_count, 0);
}

// Another server's clock, or this one's, was a year ahead for forty comments.
TEST_F(SubmissionTest, WhatWasReceivedAtATimeThatHasNotComeIsNotRecent) {
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(Submit(*database_, MakeDraft({}), Always(Approved())).ok());
  }
  test_.Sql("UPDATE replyguard.comments SET received_at = now() + interval '1 year'");
  const auto now =
      std::chrono::time_point_cast<storage::Timestamp::duration>(std::chrono::system_clock::now());
  const auto recent = [&](storage::Timestamp asked_at, std::int32_t max) {
    auto query = MakeDraft({}).history;
    query.asked_at = asked_at;
    query.author_recent_since = now - std::chrono::hours(1);
    query.recent_count_max = max;
    const auto context = database_->history().Consult(query, Soon());
    EXPECT_TRUE(context.ok()) << context.status();
    return context->author.recent_count;
  };
  for (const std::int32_t max : {8, 100}) {
    EXPECT_EQ(recent(now, max), 0);
    EXPECT_EQ(recent(now + std::chrono::hours(24 * 366), max), std::min(max, 40))
        << "it has come for who asks";
  }
  ASSERT_TRUE(Submit(*database_, MakeDraft({.received = now}), Always(Approved())).ok());
  for (const std::int32_t max : {8, 100}) EXPECT_EQ(recent(now, max), 1);
}

TEST_F(SubmissionTest, ASetbackResetsTheStreak) {
  ASSERT_TRUE(Submit(*database_, MakeDraft({}), Always(Approved())).ok());
  ASSERT_TRUE(Submit(*database_, MakeDraft({}), Always(Spam())).ok());
  ASSERT_TRUE(Submit(*database_, MakeDraft({}), Always(Approved())).ok());
  const auto context = database_->history().Consult(MakeDraft({}).history, Soon());
  ASSERT_TRUE(context.ok());
  EXPECT_EQ(context->author.approved_count, 2);
  EXPECT_EQ(context->author.spam_count, 1);
  EXPECT_EQ(context->author.approved_streak, 1);
}

TEST_F(SubmissionTest, WhatPeopleJudgedIsCountedApartFromTheMachinesVerdicts) {
  const auto judged = [&] {
    const auto context = database_->history().Consult(MakeDraft({}).history, Soon());
    EXPECT_TRUE(context.ok()) << context.status();
    return context->author.by_people;
  };
  ASSERT_TRUE(Submit(*database_, MakeDraft({.verified = true}), Always(Approved())).ok());
  ASSERT_TRUE(Submit(*database_, MakeDraft({}), Always(Spam())).ok());
  EXPECT_EQ(judged().approved_count, 0);
  EXPECT_EQ(judged().approved_streak, 0);
  EXPECT_EQ(judged().spam_count, 0);
  // A moderator confirms both; the newer one is the setback.
  test_.Sql("UPDATE replyguard.comments SET status_source = 2");
  EXPECT_EQ(judged().approved_count, 1);
  EXPECT_EQ(judged().spam_count, 1);
  EXPECT_EQ(judged().verified_approved_streak, 0);
  // The machine's own spam verdict takes nothing from what people said.
  test_.Sql("UPDATE replyguard.comments SET status_source = 1 WHERE status = 3");
  EXPECT_EQ(judged().spam_count, 0);
  EXPECT_EQ(judged().verified_approved_streak, 1);
}

TEST_F(SubmissionTest, ParentsAreLookedUpInTheThread) {
  const auto parent = MakeDraft({});
  ASSERT_TRUE(Submit(*database_, parent, Always(Approved())).ok());
  HistoryContext here;
  HistoryContext elsewhere;
  ASSERT_TRUE(
      Submit(*database_, MakeDraft({.parent = parent.comment_id}), [&](const HistoryContext& c) {
        here = c;
        return Approved();
      }).ok());
  const auto refused = Submit(
      *database_, MakeDraft({.thread = "other", .parent = parent.comment_id}),
      [&](const HistoryContext& c) {
        elsewhere = c;
        return absl::StatusOr<SubmissionOutcome>(absl::FailedPreconditionError("parent elsewhere"));
      });
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(here.parent_in_thread);
  EXPECT_EQ(here.parent_status, CommentStatus::kApproved);
  EXPECT_FALSE(elsewhere.parent_in_thread);
  // What was refused left nothing, its thread neither.
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.threads"), "1");
}

TEST_F(SubmissionTest, ALateSubmissionIsNotStored) {
  auto draft = MakeDraft({});
  draft.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  EXPECT_EQ(Submit(*database_, draft, Always(Approved())).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comments"), "0");
}

TEST_F(SubmissionTest, DrainStoresWhatWasTakenAndTakesNoMore) {
  std::vector<std::future<absl::StatusOr<storage::SubmissionResult>>> answers;
  for (int i = 0; i < 200; ++i)
    answers.push_back(SubmitAsync(*database_, MakeDraft({}), Always(Approved())));
  database_->submissions().Drain(Soon());
  for (auto& answer : answers) EXPECT_TRUE(answer.get().ok());
  EXPECT_EQ(Submit(*database_, MakeDraft({}), Always(Approved())).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(SubmissionTest, WithoutPreparedStatementsItIsTheSame) {
  auto options = test_.Options();
  options.prepared_statements = false;
  auto database = *storage::OpenPostgres(options);
  const auto draft = MakeDraft({});
  ASSERT_TRUE(Submit(*database, draft, Always(Held())).ok());
  EXPECT_TRUE(database->comments().Get(1, draft.comment_id, Soon()).ok());
}

// Somebody else makes a thread while a batch is decided, and moves it away as soon as the batch has
// seen that it is there: each comment is under its own thread all the same.
TEST_F(SubmissionTest, AThreadThatIsMovedWhileABatchMakesItMixesNothingUp) {
  test_.Sql(
      "CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM "
      "pg_advisory_xact_lock(4711); RETURN NULL; END'; CREATE TRIGGER pause AFTER INSERT ON "
      "replyguard.threads FOR EACH STATEMENT EXECUTE FUNCTION pause()");
  auto options = test_.Options();
  options.writer_threads = 1;
  const auto database = *storage::OpenPostgres(options);
  pqxx::connection other(test_.owner_url());
  const auto run = [&](const std::string& sql) {
    pqxx::nontransaction work(other);
    return work.exec(sql);
  };
  // Both ride one batch, as the writer is busy with the first.
  std::promise<void> begun;
  std::promise<void> ends;
  auto first = SubmitAsync(*database, MakeDraft({.thread = "first"}), [&](const HistoryContext&) {
    begun.set_value();
    ends.get_future().wait();
    return Approved();
  });
  begun.get_future().wait();
  const auto moved = MakeDraft({.thread = "moved"});
  const auto stays = MakeDraft({.thread = "stays"});
  std::promise<void> made;
  auto of_moved = SubmitAsync(*database, moved, [&](const HistoryContext&) {
    run("ALTER TABLE replyguard.threads DISABLE TRIGGER pause; INSERT INTO replyguard.threads "
        "(site_id, thread_id, thread_key, uri, title, state, created_at) VALUES (1, "
        "gen_random_uuid(), 'moved', '', '', 1, now()); ALTER TABLE replyguard.threads ENABLE "
        "TRIGGER pause; SELECT pg_advisory_lock(4711); SET lock_timeout = 100");
    made.set_value();
    return Approved();
  });
  auto of_stays = SubmitAsync(*database, stays, Always(Approved()));
  ends.set_value();
  made.get_future().wait();
  while (run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND "
             "database = (SELECT oid FROM pg_database WHERE datname = current_database())")[0][0]
             .as<int>() == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  try {
    run("UPDATE replyguard.threads SET thread_key = 'elsewhere' WHERE thread_key = 'moved'");
  } catch (const pqxx::sql_error&) {
    // Whoever moves it waits for the batch.
  }
  run("SELECT pg_advisory_unlock(4711)");
  ASSERT_TRUE(first.get().ok());
  for (auto* answer : {&of_moved, &of_stays}) {
    const auto stored = answer->get();
    ASSERT_TRUE(stored.ok()) << stored.status();
  }
  EXPECT_EQ(database->comments().Get(1, stays.comment_id, Soon())->thread_key, "stays");
  EXPECT_THAT(database->comments().Get(1, moved.comment_id, Soon())->thread_key,
              ::testing::AnyOf("moved", "elsewhere"));
}

}  // namespace
}  // namespace replyguard::tests
