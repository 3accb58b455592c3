// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Decisions that race, asked for by servers whose clocks disagree: the trail, the revisions, the
// event log and all their times tell of one order.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::CommentStatus;
using storage::DecisionAction;

constexpr int kDeciders = 8;
constexpr int kEach = 12;

class DecisionOrderTest : public DecidingTest {
 protected:
  // Each decider has its own clock, seconds beside the others'.
  void Race(const std::vector<storage::CommentId>& ids, int count = kDeciders) {
    std::vector<std::thread> deciders;
    for (int n = 0; n < count; ++n) {
      deciders.emplace_back([this, n, &ids] {
        for (int i = 0; i < kEach; ++i) {
          std::vector<storage::DecisionRequest> requests;
          for (const auto& id : ids) {
            storage::DecisionRequest request;
            request.comment_id = id;
            request.action = static_cast<DecisionAction>(1 + (n + i) % 4);
            requests.push_back(request);
          }
          const auto done =
              database_->decisions().Decide(1, kAnn, requests, At(1000 * (n % 3) + 7 * i), Soon());
          EXPECT_TRUE(done.ok()) << done.status();
        }
      });
    }
    for (std::thread& decider : deciders) decider.join();
  }

  // Newest first, by pages.
  std::vector<storage::Decision> Trail(std::optional<storage::CommentId> comment) {
    std::vector<storage::Decision> trail;
    storage::DecisionQuery query{.site_id = 1, .comment_id = comment};
    query.limit = 7;
    for (;;) {
      const auto page = *database_->decisions().List(query, Soon());
      trail.insert(trail.end(), page.begin(), page.end());
      if (page.size() < 7U) return trail;
      query.before = page.back().decision_id;
    }
  }
};

TEST_F(DecisionOrderTest, TheTrailOfACommentIsAnUnbrokenChain) {
  const auto id = Store(Held());
  Race({id});
  const auto trail = Trail(id);
  ASSERT_EQ(trail.size(), static_cast<std::size_t>(kDeciders * kEach));
  const auto comment = *database_->comments().Get(1, id, Soon());
  EXPECT_EQ(trail.front().to_status, comment.status);
  EXPECT_EQ(trail.front().revision, comment.revision);
  EXPECT_EQ(trail.front().decided_at, comment.status_at);
  for (std::size_t i = 0; i + 1 < trail.size(); ++i) {
    EXPECT_EQ(trail[i].revision, trail[i + 1].revision + 1);
    EXPECT_EQ(trail[i].from_status, trail[i + 1].to_status);
    EXPECT_GT(trail[i].decided_at, trail[i + 1].decided_at);
  }
  EXPECT_EQ(trail.back().from_status, CommentStatus::kPending);
}

TEST_F(DecisionOrderTest, EventsLabelsAndTrailOfASiteTellOneOrder) {
  std::vector<storage::CommentId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(Store(Held()));
  std::thread submits([&] {
    for (int i = 0; i < kEach; ++i) Store(Held());
  });
  Race(ids);
  submits.join();

  auto trail = Trail(std::nullopt);
  std::reverse(trail.begin(), trail.end());
  std::size_t told = 0;
  storage::Timestamp time{};
  std::int64_t sequence = 0;
  for (;;) {
    const auto events = *database_->events().Read(1, sequence, 50, Soon());
    if (events.empty()) break;
    for (const auto& event : events) {
      EXPECT_EQ(event.sequence, ++sequence);
      EXPECT_GE(event.created_at, time);
      time = event.created_at;
      if (event.type != storage::EventType::kDecided) continue;
      ASSERT_LT(told, trail.size());
      EXPECT_EQ(event.decision_id, trail[told].decision_id);
      EXPECT_EQ(event.created_at, trail[told].decided_at);
      ++told;
    }
  }
  EXPECT_EQ(told, trail.size());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM (SELECT labelled_at < lag(labelled_at) OVER (ORDER BY "
                      "position) AS back FROM replyguard.labels) l WHERE back"),
            "0");
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM (SELECT d.decision_id < lag(d.decision_id) OVER (ORDER "
                      "BY l.position) AS back FROM replyguard.labels l JOIN replyguard.decisions d "
                      "USING (site_id, decision_id)) l WHERE back"),
            "0");
}

// No comment in common, so only the head of the site orders them.
TEST_F(DecisionOrderTest, DecidersOfDifferentCommentsHaveOneOrderToo) {
  std::vector<std::vector<storage::CommentId>> ids(kDeciders);
  for (auto& own : ids) own = {Store(Held())};
  std::vector<std::thread> deciders;
  for (const auto& own : ids) deciders.emplace_back([this, &own] { Race(own, 1); });
  for (std::thread& decider : deciders) decider.join();
  EXPECT_EQ(Trail(std::nullopt).size(), static_cast<std::size_t>(kDeciders * kEach));
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM (SELECT d.decision_id <= lag(d.decision_id) OVER w OR "
                      "d.decided_at <= lag(d.decided_at) OVER w AS back FROM replyguard.events e "
                      "JOIN replyguard.decisions d USING (site_id, decision_id) "
                      "WINDOW w AS (ORDER BY e.sequence)) d WHERE back"),
            "0");
}

// The first to take its numbers commits last. Who reads all the while never sees a later number
// without the earlier one.
TEST_F(DecisionOrderTest, NumbersTakenFirstAndCommittedLateAreNotPassedOver) {
  const auto id = Store(Held());
  const std::int64_t seen_before = database_->events().Head(1, Soon())->newest;
  pqxx::connection slow(test_.owner_url());
  pqxx::work open(slow);
  open.exec("UPDATE replyguard.site_heads SET event_seq = event_seq + 1 WHERE site_id = 1");
  open.exec(
      "INSERT INTO replyguard.events (site_id, sequence, type, thread_id, created_at) SELECT 1, "
      "event_seq, 5, gen_random_uuid(), now() FROM replyguard.site_heads WHERE site_id = 1");
  open.exec("UPDATE replyguard.label_head SET position = position + 1");
  open.exec(
      "INSERT INTO replyguard.labels (site_id, position, sample_id, source, label, previous_label, "
      "previous_position, sample, labelled_by, labelled_at) VALUES (1, 1, 'x:slow', 2, 1, 0, 0, "
      "'{}', 'k', now())");

  std::atomic<int> rounds{0};
  std::vector<std::string> samples;
  std::vector<storage::EventType> types;
  const auto until = Soon();
  std::thread reader([&] {
    while (samples.size() < 3 || types.size() < 2) {
      if (std::chrono::steady_clock::now() > until) return;
      const auto labels = *database_->labels().Read(std::ssize(samples), 10, Soon());
      for (const auto& entry : labels) {
        EXPECT_EQ(entry.position, std::ssize(samples) + 1);
        samples.push_back(entry.sample_id);
      }
      const auto events = *database_->events().Read(1, seen_before + std::ssize(types), 10, Soon());
      for (const auto& event : events) {
        EXPECT_EQ(event.sequence, seen_before + std::ssize(types) + 1);
        types.push_back(event.type);
      }
      ++rounds;
    }
  });
  std::thread decides([&] { EXPECT_TRUE(Decide(id, DecisionAction::kSpam).status.ok()); });
  std::thread learns([&] {
    storage::ExternalLabel label;
    label.external_id = "fast";
    EXPECT_TRUE(database_->labels()
                    .Append(1, {label}, storage::LabelSource::kImport, "k", At(1), Soon())
                    .ok());
  });
  const std::string waiting =
      "SELECT count(DISTINCT l.pid) >= 2 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
      "WHERE NOT l.granted AND a.datname = current_database()";
  while (test_.Sql(waiting) != "t" && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  // Both wait, and the reader has looked often enough to have seen it if they did not.
  const int looked = rounds;
  while (rounds < looked + 3 && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_EQ(*database_->labels().HeadPosition(Soon()), 0);
  EXPECT_EQ(database_->events().Head(1, Soon())->newest, seen_before);
  open.commit();
  decides.join();
  learns.join();
  reader.join();
  ASSERT_EQ(samples.size(), 3U);
  EXPECT_EQ(samples.front(), "x:slow");
  ASSERT_EQ(types.size(), 2U);
  EXPECT_EQ(types.front(), storage::EventType::kThreadChanged);
  EXPECT_EQ(types.back(), storage::EventType::kDecided);
}

// A server whose clock is behind decides last: its decision is the newest all the same.
TEST_F(DecisionOrderTest, AClockThatIsBehindDatesNothingIntoThePast) {
  const auto id = Store(Held());
  now_ = 5000;
  const auto first = Decide(id, DecisionAction::kSpam);
  now_ = 10;
  const auto second = Decide(id, DecisionAction::kApprove);
  EXPECT_GT(second.decision->decided_at, first.decision->decided_at);
  EXPECT_EQ(Trail(id).front().decision_id, second.decision->decision_id);
  storage::CommentReport report;
  report.site_id = 1;
  report.comment_id = id;
  report.reporter_hash = "reader";
  report.now = At(20);
  ASSERT_TRUE(database_->comments().Report(report, Soon())->queued);
  Undo(second.decision->decision_id);
  ASSERT_EQ(QueueSize(), 1U) << "a report after the decision stays";
  EXPECT_EQ(database_->queue().List({.site_id = 1}, Soon())->front().cause,
            storage::QueueCause::kReported);
}

// A server whose clock has jumped a year ahead takes none of the logs along: what servers with a
// right clock write after it is dated by theirs.
TEST_F(DecisionOrderTest, AClockThatIsFarAheadDragsNoLogIntoTheFuture) {
  const auto id = Store(Held());
  const auto real =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto decide = [&](storage::Timestamp now, DecisionAction action) {
    storage::DecisionRequest request;
    request.comment_id = id;
    request.action = action;
    const auto done = database_->decisions().Decide(1, kAnn, {request}, now, Soon());
    EXPECT_TRUE(done.ok()) << done.status();
    return *done->front().decision;
  };
  const auto wrong = decide(real + std::chrono::hours(24 * 365), DecisionAction::kSpam);
  const auto right = decide(real, DecisionAction::kApprove);
  const auto limit = real + std::chrono::hours(1);
  EXPECT_LT(wrong.decided_at, limit);
  EXPECT_LT(right.decided_at, limit);
  EXPECT_GT(right.decided_at, wrong.decided_at) << "numbers and times still tell of one order";
  for (const std::string newest : {"SELECT newest_at AS t FROM replyguard.site_heads",
                                   "SELECT newest_at AS t FROM replyguard.label_head",
                                   "SELECT created_at AS t FROM replyguard.events",
                                   "SELECT labelled_at AS t FROM replyguard.labels"}) {
    EXPECT_EQ(test_.Sql("SELECT max(t) < now() + interval '1 hour' FROM (" + newest + ") AS times"),
              "t")
        << newest;
  }
}

}  // namespace
}  // namespace replyguard::tests
