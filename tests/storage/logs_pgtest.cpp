// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "storage/migrator.h"
#include "support/comments.h"
#include "support/eventually.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::ExternalLabel;
using storage::LabelClass;
using storage::LabelEntry;
using storage::LabelSource;

ExternalLabel Example(const std::string& id, LabelClass label, const std::string& body = "text") {
  ExternalLabel example{id, label, {}};
  example.sample.body = body;
  example.sample.author_name = "Jane \"J\" \\ O'Hara";
  example.sample.author_hash = std::string("\0\xff\x10", 3);
  example.sample.context_json = R"({"fill_time_ms": 900})";
  return example;
}

storage::SiteChange NoSharing() {
  storage::SiteChange change;
  change.site_id = 1;
  change.shared_learning = false;
  change.now = At(8);
  return change;
}

class LogsTest : public ::testing::Test {
 protected:
  LogsTest() { MakeSite(*database_); }

  std::vector<storage::ExternalLabelResult> Learn(const std::vector<ExternalLabel>& labels) {
    auto done = database_->labels().Append(1, labels, LabelSource::kImport, "k1", At(7), Soon());
    EXPECT_TRUE(done.ok()) << done.status();
    return done.ok() ? *std::move(done) : std::vector<storage::ExternalLabelResult>{};
  }

  std::vector<LabelEntry> Log(std::int64_t after = 0, std::int32_t limit = 5000) {
    auto read = database_->labels().Read(after, limit, Soon());
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *std::move(read) : std::vector<LabelEntry>{};
  }

  storage::CommentId SubmitHeld() {
    auto draft = MakeDraft({});
    const auto id = draft.comment_id;
    EXPECT_TRUE(Submit(*database_, std::move(draft), Always(Held())).ok());
    return id;
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
};

// What an export leaves out of an example does not come back with it.
TEST_F(LogsTest, AnExampleThatComesBackWithoutItsAuthorIsOfTheSameAuthor) {
  const auto learn = [&](LabelClass label, const std::string& body, const std::string& author,
                         const std::string& network) {
    ExternalLabel example = Example("a", label, body);
    example.sample.author_hash = author;
    example.sample.ip_hash = network;
    return Learn({example}).front().position;
  };
  const auto newest = [&] { return Log().back().new_state->sample; };
  EXPECT_EQ(learn(LabelClass::kHam, "text", "her", "net"), 1);
  EXPECT_EQ(learn(LabelClass::kHam, "text", "", ""), 0) << "known already";
  EXPECT_EQ(learn(LabelClass::kHam, "text", "her", ""), 0);
  EXPECT_EQ(learn(LabelClass::kHam, "text", "", "net"), 0);
  EXPECT_EQ(learn(LabelClass::kSpam, "text", "", ""), 2);
  EXPECT_EQ(newest().author_hash, "her");
  EXPECT_EQ(newest().ip_hash, "net");
  EXPECT_EQ(learn(LabelClass::kSpam, "other text", "", ""), 3);
  EXPECT_EQ(newest().author_hash, "") << "anybody's";
  EXPECT_EQ(newest().ip_hash, "");
  EXPECT_EQ(learn(LabelClass::kSpam, "text", "", ""), 4);
  EXPECT_EQ(newest().author_hash, "her");
  EXPECT_EQ(learn(LabelClass::kNone, "", "", ""), 5);
  EXPECT_EQ(learn(LabelClass::kSpam, "text", "", ""), 6);
  EXPECT_EQ(newest().author_hash, "her");
  EXPECT_EQ(learn(LabelClass::kSpam, "text", "him", ""), 7);
  EXPECT_EQ(newest().author_hash, "him");
  EXPECT_EQ(newest().ip_hash, "") << "that network was hers";
  EXPECT_EQ(learn(LabelClass::kSpam, "text", "", ""), 0);
  EXPECT_EQ(Learn({Example("b", LabelClass::kSpam)}).front().position, 8);
}

TEST_F(LogsTest, ADuplicateIsNoRowAFlipTakesTheOldAndARetractionOnlyTakes) {
  EXPECT_EQ(*database_->labels().HeadPosition(Soon()), 0);
  const auto done = Learn({Example("a", LabelClass::kHam), Example("a", LabelClass::kHam),
                           Example("a", LabelClass::kSpam), Example("b", LabelClass::kNone),
                           Example("a", LabelClass::kSpam, "new text"),
                           Example("a", LabelClass::kNone), Example("a", LabelClass::kNone)});
  ASSERT_EQ(done.size(), 7U);
  const std::vector<std::int64_t> positions = {1, 0, 2, 0, 3, 4, 0};
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(done[i].position, positions[i]) << i;
    EXPECT_EQ(done[i].learnt, positions[i] != 0) << i;
  }
  const auto log = Log();
  ASSERT_EQ(log.size(), 4U);
  EXPECT_EQ(log[0].sample_id, "x:a");
  EXPECT_EQ(log[0].source, LabelSource::kImport);
  EXPECT_EQ(log[0].labelled_by, "k1");
  EXPECT_EQ(log[0].labelled_at, At(7));
  EXPECT_FALSE(log[0].old_state.has_value());
  ASSERT_TRUE(log[0].new_state.has_value());
  EXPECT_EQ(log[0].new_state->sample, Example("a", LabelClass::kHam).sample);
  EXPECT_EQ(log[1].old_state->label, LabelClass::kHam);
  EXPECT_EQ(log[1].new_state->label, LabelClass::kSpam);
  EXPECT_EQ(log[2].old_state->sample.body, "text");
  EXPECT_EQ(log[2].new_state->sample.body, "new text");
  EXPECT_EQ(log[3].old_state->sample.body, "new text");
  EXPECT_FALSE(log[3].new_state.has_value());
  EXPECT_EQ(*database_->labels().HeadPosition(Soon()), 4);
}

// Rows of earlier versions have no context: the same sample again is no new lesson.
TEST_F(LogsTest, ASampleWithoutContextIsStoredWithoutIt) {
  ExternalLabel bare = Example("a", LabelClass::kHam);
  bare.sample.context_json.clear();
  Learn({bare});
  EXPECT_EQ(test_.Sql("SELECT sample ? 'context' FROM replyguard.labels"), "f");
  EXPECT_EQ(Log()[0].new_state->sample, bare.sample);
  bare.sample.context_json = "{}";
  EXPECT_FALSE(Learn({bare})[0].learnt);
  EXPECT_TRUE(Learn({Example("a", LabelClass::kHam)})[0].learnt) << "with a context it is another";
}

// What a fold over the log ends with is what is in force, whatever came.
TEST_F(LogsTest, CountsEqualTheFoldOfTheLogInAnyPages) {
  std::mt19937 random(7);
  std::vector<ExternalLabel> labels;
  for (int i = 0; i < 300; ++i) {
    labels.push_back(Example("s" + std::to_string(random() % 20),
                             static_cast<LabelClass>(random() % 3),
                             "body " + std::to_string(random() % 3)));
  }
  Learn(labels);
  storage::LabelCounts folded;
  std::int64_t position = 0;
  const auto add = [&folded](LabelClass label, int sign) {
    (label == LabelClass::kHam ? folded.ham_count : folded.spam_count) += sign;
  };
  for (auto page = Log(0, 7); !page.empty(); page = Log(position, 7)) {
    for (const LabelEntry& entry : page) {
      ASSERT_EQ(entry.position, ++position);
      if (entry.old_state) add(entry.old_state->label, -1);
      if (entry.new_state) add(entry.new_state->label, +1);
    }
  }
  const auto counts = database_->labels().Counts(1, Soon());
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->ham_count, folded.ham_count);
  EXPECT_EQ(counts->spam_count, folded.spam_count);
  EXPECT_EQ(database_->labels().Counts(2, Soon())->ham_count, 0);
}

TEST_F(LogsTest, ConcurrentLabelsLeaveNoGapAndNoneIsPassedOver) {
  constexpr int kEach = 40;
  std::vector<std::thread> writers;
  for (int t = 0; t < 3; ++t) {
    writers.emplace_back([this, t] {
      for (int i = 0; i < kEach; ++i) {
        Learn({Example(std::to_string(t) + "-" + std::to_string(i), LabelClass::kHam),
               Example("shared", i % 2 == 0 ? LabelClass::kHam : LabelClass::kSpam)});
      }
    });
  }
  // A follower that only ever asks for what comes after its position.
  std::int64_t position = 0;
  int own = 0;
  while (own < 3 * kEach && !HasFailure()) {
    for (const LabelEntry& entry : Log(position, 5)) {
      ASSERT_EQ(entry.position, position + 1);
      position = entry.position;
      if (entry.sample_id != "x:shared") ++own;
    }
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(own, 3 * kEach);
}

TEST_F(LogsTest, EventsAreReadByCursorAndAForeignCursorIsRefused) {
  for (int i = 0; i < 3; ++i) SubmitHeld();
  auto& events = database_->events();
  const auto all = events.Read(1, 0, 10, Soon());
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ((*all)[0].sequence, 1);
  EXPECT_EQ((*all)[0].thread_key, "article");
  EXPECT_EQ(events.Read(1, 1, 1, Soon())->front().sequence, 2);
  EXPECT_TRUE(events.Read(1, 3, 10, Soon())->empty());
  EXPECT_EQ(events.Read(1, 4, 10, Soon()).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(events.Head(1, Soon())->newest, 3);
  EXPECT_EQ(events.Head(9, Soon()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LogsTest, PrunedEventsMakeTheirCursorsOutOfRange) {
  for (int i = 0; i < 4; ++i) SubmitHeld();
  test_.Sql("UPDATE replyguard.events SET created_at = '2020-01-01' WHERE sequence <= 3");
  auto& events = database_->events();
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(-1'000'000), 2, Soon()), 2);
  EXPECT_EQ(events.Head(1, Soon())->oldest, 3);
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(-1'000'000), 2, Soon()), 1);
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(-1'000'000), 2, Soon()), 0);
  EXPECT_EQ(events.Read(1, 2, 10, Soon()).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(events.Read(1, 3, 10, Soon())->size(), 1U);
  EXPECT_EQ(events.Read(1, 0, 10, Soon())->front().sequence, 4);
  test_.Sql("UPDATE replyguard.events SET created_at = '2020-01-01'");
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(-1'000'000), 10, Soon()), 1);
  EXPECT_EQ(events.Head(1, Soon())->oldest, 5);
  EXPECT_TRUE(events.Read(1, 4, 10, Soon())->empty());
}

TEST_F(LogsTest, TheWatcherSeesEveryLogMoveAndRecoversItsConnection) {
  auto& watcher = database_->changes();
  auto heads = HeadsOnceSiteIsSeen(watcher);
  Learn({Example("a", LabelClass::kHam)});
  heads = watcher.WaitForChange(heads, Soon());
  EXPECT_EQ(heads.label_position, 1);
  test_.Sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
      "AND pid <> pg_backend_pid()");
  SubmitHeld();
  if (heads.event_sum == 0) heads = watcher.WaitForChange(heads, Soon());
  EXPECT_EQ(heads.event_sum, 1);
  EXPECT_EQ(watcher.WaitForChange(heads, std::chrono::steady_clock::now()), heads);
  // What was restored has large numbers, and many sites have had them added.
  test_.Sql(
      "INSERT INTO replyguard.site_heads (site_id, event_seq) SELECT n, 1::bigint << 51 FROM "
      "generate_series(1000, 6000) AS n");
  heads = watcher.WaitForChange(heads, Soon());
  SubmitHeld();
  const auto moved = watcher.WaitForChange(heads, Soon());
  EXPECT_NE(moved, heads);
  heads = moved;
  watcher.Stop();
  EXPECT_EQ(watcher.WaitForChange(heads, storage::Deadline::max()), heads);
}

TEST_F(LogsTest, EveryRowTellsWhetherTheSiteSharedAndAChangeIsARow) {
  Learn({Example("a", LabelClass::kHam)});
  storage::SiteChange change = NoSharing();
  ASSERT_TRUE(database_->sites().Change(change, Soon()).ok());
  ASSERT_TRUE(database_->sites().Change(change, Soon()).ok());  // no change, no row
  change.shared_learning.reset();
  change.display_name = "Another name";
  ASSERT_FALSE(database_->sites().Change(change, Soon())->shared_learning);
  Learn({Example("b", LabelClass::kHam)});
  const auto log = Log();
  ASSERT_EQ(log.size(), 3U);
  EXPECT_TRUE(log[0].shares);
  EXPECT_FALSE(log[1].shares);
  EXPECT_EQ(log[1].position, 2);
  EXPECT_EQ(log[1].source, LabelSource::kSetting);
  EXPECT_EQ(log[1].labelled_at, At(8));
  EXPECT_FALSE(log[1].old_state || log[1].new_state);
  EXPECT_FALSE(log[2].shares);
  EXPECT_EQ(database_->labels().Counts(1, Soon())->ham_count, 2);

  MakeSite(*database_, "shy");
  EXPECT_EQ(*database_->labels().HeadPosition(Soon()), 3) << "a site shares until it says so";
  storage::SiteRecord silent;
  silent.slug = "silent";
  silent.shared_learning = false;
  silent.created_at = At(9);
  const auto made = database_->sites().Create(silent, Soon());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(Log(3).front().site_id, made->site_id);
  EXPECT_FALSE(Log(3).front().shares);
}

TEST_F(LogsTest, ALogWithSettingsCanGoBackToTheSchemaBeforeThem) {
  ASSERT_TRUE(database_->sites().Change(NoSharing(), Soon()).ok());
  const auto migrator = storage::OpenMigrator(test_.owner_url());
  constexpr std::int32_t kBefore = 6;
  ASSERT_TRUE(migrator->Down(kBefore, Soon()).ok());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.labels"), "1") << "the log has no gaps";
  ASSERT_TRUE(migrator->Up(std::nullopt, Soon()).ok());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.labels WHERE NOT shares"), "1");
}

TEST_F(LogsTest, CheckpointsOfOtherStarterModelsAreKeptApart) {
  auto& checkpoints = database_->checkpoints();
  test_.Sql("UPDATE replyguard.label_head SET position = 7");
  EXPECT_EQ(checkpoints.NewestKind(Soon()).status().code(), absl::StatusCode::kNotFound);
  storage::CheckpointInfo info;
  info.position = 7;
  const storage::CheckpointKind none{3, 0};
  const storage::CheckpointKind shipped{3, 4'000'000'000};
  for (const auto& kind : {shipped, none}) {
    info.kind = kind;
    ASSERT_TRUE(checkpoints.Put(info, "bytes", {}, Soon()).ok());
    ASSERT_EQ(checkpoints.List(kind, 10, Soon())->size(), 1U);
    EXPECT_EQ(checkpoints.List(kind, 10, Soon())->front().kind, kind);
    EXPECT_EQ(*checkpoints.NewestKind(Soon()), kind);
  }
  EXPECT_EQ(*checkpoints.Prune(none, 1, Soon()), 0);
  EXPECT_EQ(checkpoints.List(shipped, 10, Soon())->size(), 1U);
}

TEST_F(LogsTest, CheckpointsComeBackByteForByteNewestFirst) {
  auto& checkpoints = database_->checkpoints();
  test_.Sql("UPDATE replyguard.label_head SET position = 99");
  std::string bytes;
  for (int i = 0; i < 17 * 1024 * 1024; ++i) bytes.push_back(static_cast<char>(i * 31 % 251));
  const auto put = [&](std::int64_t position, std::int32_t extractor, std::string_view what) {
    storage::CheckpointInfo info;
    info.position = position;
    info.kind.extractor_version = extractor;
    info.epoch = 2;
    info.checksum = "sum";
    return checkpoints.Put(info, what, {}, Soon());
  };
  const auto large = put(10, 1, bytes);
  ASSERT_TRUE(large.ok()) << large.status();
  ASSERT_TRUE(put(20, 1, "").ok());
  ASSERT_TRUE(put(30, 1, "c").ok());
  ASSERT_TRUE(put(99, 2, "other").ok());
  EXPECT_EQ(put(30, 1, "c").status().code(), absl::StatusCode::kAlreadyExists);
  const auto list = checkpoints.List({1}, 10, Soon());
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 3U);
  EXPECT_EQ((*list)[0].position, 30);
  EXPECT_EQ((*list)[2].size_bytes, static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ((*list)[2].checksum, "sum");
  EXPECT_EQ((*list)[2].epoch, 2);
  const auto read = checkpoints.ReadBytes(*large, Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(*read == bytes);
  EXPECT_EQ(*checkpoints.ReadBytes((*list)[1].checkpoint_id, Soon()), "");
  EXPECT_EQ(*checkpoints.Prune({1}, 1, Soon()), 2);
  EXPECT_EQ(checkpoints.List({1}, 10, Soon())->size(), 1U);
  EXPECT_EQ(checkpoints.List({2}, 10, Soon())->size(), 1U);
  EXPECT_EQ(checkpoints.ReadBytes(*large, Soon()).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace replyguard::tests
