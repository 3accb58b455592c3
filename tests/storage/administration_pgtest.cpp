// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/migrator.h"
#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using absl::StatusCode;
using ::testing::ElementsAre;

class AdministrationTest : public ::testing::Test {
 protected:
  AdministrationTest() : site_(MakeSite(*database_)) {}

  std::int64_t ConfigRevision() const {
    return std::stoll(test_.Sql("SELECT revision FROM replyguard.config_head"));
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  storage::SiteRecord site_;
};

storage::RuleRecord Rule(const std::string& pattern) {
  storage::RuleRecord rule;
  rule.site_id = 1;
  rule.rule_id = NextId();
  rule.pattern = pattern;
  rule.reason = "because";
  rule.expires_at = At(99);
  rule.creator_key_id = "00000000000000aa";
  rule.created_at = At(5);
  return rule;
}

TEST_F(AdministrationTest, ASiteIsStoredAsGivenAndItsSlugIsTaken) {
  const auto read = database_->sites().Get("blog", Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->display_name, "A blog");
  EXPECT_THAT(read->languages, ElementsAre("en", "pt-BR"));
  EXPECT_EQ(read->policy_json, R"({"blind_sample_rate": 0})");
  EXPECT_EQ(read->revision, 1);
  EXPECT_EQ(read->policy_revision, 1);
  EXPECT_EQ(read->created_at, At(0));
  EXPECT_EQ(database_->sites().Create(site_, Soon()).status().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(database_->sites().Get("none", Soon()).status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(database_->events().Head(site_.site_id, Soon()).ok());
}

TEST_F(AdministrationTest, SitesAreListedInByteOrder) {
  for (const char* slug : {"zoo", "a-b", "a", "ab"}) MakeSite(*database_, slug);
  std::vector<std::string> slugs;
  std::string after;
  for (;;) {
    const auto page = database_->sites().List(after, 2, Soon());
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->empty()) break;
    for (const auto& site : *page) slugs.push_back(site.slug);
    after = slugs.back();
  }
  EXPECT_THAT(slugs, ElementsAre("a", "a-b", "ab", "blog", "zoo"));
}

TEST_F(AdministrationTest, AChangeTouchesWhatItNamesAndAStaleOneNothing) {
  const auto before = ConfigRevision();
  storage::SiteChange change;
  change.site_id = site_.site_id;
  change.expected_revision = 1;
  change.policy_json = R"({"mode": "classifier"})";
  change.now = At(9);
  const auto changed = database_->sites().Change(change, Soon());
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->policy_json, R"({"mode": "classifier"})");
  EXPECT_EQ(changed->display_name, "A blog");
  EXPECT_EQ(changed->policy_revision, 2);
  EXPECT_EQ(changed->revision, 2);
  EXPECT_EQ(changed->updated_at, At(9));
  EXPECT_GT(ConfigRevision(), before);
  EXPECT_EQ(database_->sites().Change(change, Soon()).status().code(), StatusCode::kAborted);
  change.expected_revision.reset();
  change.policy_json.reset();
  change.display_name = "Renamed";
  change.languages = std::vector<std::string>{};
  const auto renamed = database_->sites().Change(change, Soon());
  ASSERT_TRUE(renamed.ok()) << renamed.status();
  EXPECT_EQ(renamed->display_name, "Renamed");
  EXPECT_TRUE(renamed->languages.empty());
  EXPECT_EQ(renamed->policy_revision, 2);
  EXPECT_EQ(renamed->revision, 3);
  change.site_id = 99;
  EXPECT_EQ(database_->sites().Change(change, Soon()).status().code(), StatusCode::kNotFound);
}

TEST_F(AdministrationTest, RulesComeNewestFirstAndMoveThePolicyRevision) {
  const auto first = Rule("casino \\ 'x' \"y\"");
  const auto second = Rule("pills");
  const auto made = database_->sites().CreateRule(first, Soon());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->pattern, first.pattern);
  EXPECT_EQ(made->expires_at, At(99));
  ASSERT_TRUE(database_->sites().CreateRule(second, Soon()).ok());
  const auto page = database_->sites().ListRules(1, std::nullopt, 1, Soon());
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ(page->front().rule_id, second.rule_id);
  const auto rest = database_->sites().ListRules(1, second.rule_id, 10, Soon());
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().rule_id, first.rule_id);
  EXPECT_EQ(database_->sites().Get("blog", Soon())->policy_revision, 3);
  EXPECT_TRUE(database_->sites().DeleteRule(1, first.rule_id, At(6), Soon()).ok());
  EXPECT_EQ(database_->sites().DeleteRule(1, first.rule_id, At(6), Soon()).code(),
            StatusCode::kNotFound);
  EXPECT_EQ(database_->sites().DeleteRule(2, second.rule_id, At(6), Soon()).code(),
            StatusCode::kNotFound);
  EXPECT_EQ(database_->sites().Get("blog", Soon())->policy_revision, 4);
  auto elsewhere = Rule("x");
  elsewhere.site_id = 99;
  EXPECT_EQ(database_->sites().CreateRule(elsewhere, Soon()).status().code(),
            StatusCode::kNotFound);
}

TEST_F(AdministrationTest, ASiteHasABoundedNumberOfRules) {
  test_.Sql(
      "INSERT INTO replyguard.rules SELECT 1, gen_random_uuid(), 1, 1, 'p', '', false, NULL, '', "
      "now() FROM generate_series(1, 10000)");
  EXPECT_EQ(database_->sites().CreateRule(Rule("x"), Soon()).status().code(),
            StatusCode::kResourceExhausted);
}

TEST_F(AdministrationTest, KeysAreMadePagedAndRevokedOnce) {
  storage::ApiKeyRecord key;
  key.key_id = "00000000000000aa";
  key.secret_hash = std::string("\0\1hash-of-a-secret", 18);
  key.display_name = "the blog's backend";
  key.site_id = 1;
  key.created_at = At(1);
  auto& keys = database_->api_keys();
  ASSERT_TRUE(keys.Create(key, Soon()).ok());
  EXPECT_EQ(keys.Create(key, Soon()).code(), StatusCode::kAlreadyExists);
  const auto read = keys.Get(key.key_id, Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->secret_hash, key.secret_hash);
  EXPECT_EQ(read->site_id, 1);
  EXPECT_FALSE(read->revoked_at.has_value());
  auto other = key;
  other.key_id = "00000000000000bb";
  other.site_id.reset();
  EXPECT_EQ(keys.Create(other, Soon()).code(), StatusCode::kInvalidArgument);
  other.site_id = 99;
  EXPECT_EQ(keys.Create(other, Soon()).code(), StatusCode::kNotFound);
  other.site_id.reset();
  other.role = storage::KeyRole::kOperator;
  ASSERT_TRUE(keys.Create(other, Soon()).ok());
  storage::ApiKeyQuery query;
  query.limit = 1;
  const auto newest = keys.List(query, Soon());
  ASSERT_EQ(newest->size(), 1U);
  EXPECT_EQ(newest->front().key_id, other.key_id);
  query.before_created_at = newest->front().created_at;
  query.before_key_id = newest->front().key_id;
  EXPECT_EQ(keys.List(query, Soon())->front().key_id, key.key_id);
  query = {};
  query.site_id = 1;
  EXPECT_EQ(keys.List(query, Soon())->size(), 1U);
  const auto before = ConfigRevision();
  EXPECT_EQ(keys.Revoke(key.key_id, At(5), false, Soon())->revoked_at, At(5));
  EXPECT_GT(ConfigRevision(), before);
  EXPECT_EQ(keys.Revoke(key.key_id, At(6), false, Soon())->revoked_at, At(5));
  EXPECT_EQ(keys.Revoke("00000000000000cc", At(6), true, Soon()).status().code(),
            StatusCode::kNotFound);
}

TEST_F(AdministrationTest, TheLastUseOfAKeyIsNotedAndWakesNobody) {
  storage::ApiKeyRecord key;
  key.key_id = "00000000000000aa";
  key.secret_hash = std::string(16, 'x');
  key.role = storage::KeyRole::kOperator;
  key.created_at = At(1);
  auto& keys = database_->api_keys();
  ASSERT_TRUE(keys.Create(key, Soon()).ok());
  EXPECT_FALSE(keys.Get(key.key_id, Soon())->last_used_at.has_value());
  const auto before = ConfigRevision();
  ASSERT_TRUE(keys.Touch(key.key_id, At(20), Soon()).ok());
  ASSERT_TRUE(keys.Touch(key.key_id, At(10), Soon()).ok()) << "by a server that is behind";
  ASSERT_TRUE(keys.Touch("00000000000000cc", At(10), Soon()).ok());
  EXPECT_EQ(keys.Get(key.key_id, Soon())->last_used_at, At(20));
  EXPECT_EQ(ConfigRevision(), before);
}

TEST_F(AdministrationTest, KeysInUseComeByTheirLastUse) {
  storage::ApiKeyStore& keys = database_->api_keys();
  const auto make = [&](char name, std::optional<storage::Timestamp> expires_at) {
    storage::ApiKeyRecord key;
    key.key_id = std::string(16, name);
    key.secret_hash = std::string(32, name);
    key.display_name = "key";
    key.site_id = site_.site_id;
    key.created_at = At(name);
    key.expires_at = expires_at;
    EXPECT_TRUE(keys.Create(key, Soon()).ok());
  };
  for (const char name : {'a', 'b', 'c', 'd'}) make(name, std::nullopt);
  make('e', At(1000));
  EXPECT_TRUE(keys.Touch(std::string(16, 'a'), At(500), Soon()).ok());
  EXPECT_TRUE(keys.Touch(std::string(16, 'b'), At(600), Soon()).ok());
  EXPECT_TRUE(keys.Touch(std::string(16, 'd'), At(700), Soon()).ok());
  EXPECT_TRUE(keys.Revoke(std::string(16, 'd'), At(800), false, Soon()).ok());
  const auto in_use = [&](storage::Timestamp now, std::int32_t limit) {
    const auto found = keys.InUse(now, limit, Soon());
    EXPECT_TRUE(found.ok()) << found.status();
    std::string names;
    for (const auto& key : *found) names += key.key_id.front();
    return names;
  };
  EXPECT_EQ(in_use(At(999), 10), "baec");
  EXPECT_EQ(in_use(At(1000), 10), "bac");
  EXPECT_EQ(in_use(At(1000), 1), "b");
}

TEST_F(AdministrationTest, AnotherHmacKeyUnderAKnownIdIsNoticed) {
  auto& keys = database_->hmac_keys();
  ASSERT_TRUE(keys.Register({7, "abc", At(1)}, Soon()).ok());
  EXPECT_TRUE(keys.Register({7, "abc", At(2)}, Soon()).ok());
  EXPECT_EQ(keys.Register({7, "abd", At(2)}, Soon()).code(), StatusCode::kFailedPrecondition);
  const auto list = keys.List(Soon());
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 1U);
  EXPECT_EQ(list->front().created_at, At(1));
}

TEST_F(AdministrationTest, ReadyOnlyWithTheSchemaOfThisBinary) {
  auto& maintenance = database_->maintenance();
  const auto before = test_.Sql("SELECT floor(extract(epoch FROM clock_timestamp()))");
  const auto told = maintenance.CheckReady(Soon());
  ASSERT_TRUE(told.ok()) << told.status();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(told->time_since_epoch()).count();
  EXPECT_GE(seconds, std::stoll(before)) << "the database's clock";
  EXPECT_LE(seconds, std::stoll(test_.Sql("SELECT ceil(extract(epoch FROM clock_timestamp()))")));
  EXPECT_GE(std::stoi(*maintenance.ServerVersion(Soon())), 15);
  test_.Sql("UPDATE replyguard.schema_migrations SET version = 900 WHERE version = " +
            std::to_string(storage::BuiltSchemaVersion()));
  EXPECT_EQ(maintenance.CheckReady(Soon()).status().code(), StatusCode::kFailedPrecondition);
  const TestDatabase empty(TestDatabase::Kind::kEmpty);
  EXPECT_EQ(empty.Open()->maintenance().CheckReady(Soon()).status().code(),
            StatusCode::kUnavailable);
}

TEST_F(AdministrationTest, RoomIsWhatCanBeWrittenNow) {
  EXPECT_TRUE(database_->maintenance().CheckRoom(Soon()).ok());
  const auto limit = [&](const std::string& kilobytes) {
    test_.Sql("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET temp_file_limit = " + kilobytes +
              "', current_database()); END $$");
  };
  // PostgreSQL refuses to write so much, as it does on a full disk.
  limit("64");
  EXPECT_EQ(test_.Open()->maintenance().CheckRoom(Soon()).code(), StatusCode::kUnavailable);
  // Somebody's wish that nothing is written aside says nothing of the disk.
  limit("0");
  EXPECT_TRUE(test_.Open()->maintenance().CheckRoom(Soon()).ok());
}

TEST_F(AdministrationTest, RequestIdsAreForgottenOldestFirstWhateverTheLimit) {
  constexpr std::chrono::hours kLongAgo{24 * 365};
  for (int i = 0; i < 5; ++i) {
    CommentSpec spec;
    spec.received = At(i) - kLongAgo;
    if (i != 1) spec.request_id = "r" + std::to_string(i);
    ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(Approved())).ok());
  }
  const auto kept = [this] {
    return test_.Sql(
        "SELECT coalesce(string_agg(request_id, ',' ORDER BY request_id), '') FROM "
        "replyguard.comments");
  };
  auto& maintenance = database_->maintenance();
  EXPECT_EQ(*maintenance.ExpireRequestIds(At(3) - kLongAgo, 1, Soon()), 1);
  EXPECT_EQ(kept(), "r2,r3,r4");
  EXPECT_EQ(*maintenance.ExpireRequestIds(At(3) - kLongAgo, 1, Soon()), 1);
  EXPECT_EQ(kept(), "r3,r4");
  EXPECT_EQ(*maintenance.ExpireRequestIds(At(3) - kLongAgo, 1, Soon()), 0);
  EXPECT_EQ(*maintenance.ExpireRequestIds(At(9) - kLongAgo, 100, Soon()), 2);
  EXPECT_EQ(kept(), "");
  EXPECT_EQ(*maintenance.ExpireRequestIds(At(9) - kLongAgo, 100, Soon()), 0);
}

// Its clock is a hundred years ahead of the database's.
TEST_F(AdministrationTest, AServerWhoseClockIsAheadForgetsNothingThatIsYoung) {
  const auto now =
      std::chrono::time_point_cast<storage::Timestamp::duration>(std::chrono::system_clock::now());
  CommentSpec spec;
  spec.received = now;
  spec.request_id = "r";
  ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(Held())).ok());
  const storage::Timestamp ahead = now + std::chrono::hours(24 * 365 * 100);
  auto& maintenance = database_->maintenance();
  EXPECT_EQ(*maintenance.ExpireRequestIds(ahead, 100, Soon()), 0);
  EXPECT_EQ(test_.Sql("SELECT request_id FROM replyguard.comments"), "r");
  EXPECT_EQ(test_.Sql("SELECT request_ids_forgotten < (SELECT comment_id FROM replyguard.comments) "
                      "FROM replyguard.site_heads WHERE site_id = 1"),
            "t");
  EXPECT_EQ(*maintenance.PruneEvents(ahead, 100, Soon()), 0);
  EXPECT_EQ(database_->events().Head(1, Soon())->oldest, 1);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.events"), "1");
}

TEST_F(AdministrationTest, ErasedSamplesAreBlankedOnceNoModelNeedsThem) {
  auto draft = MakeDraft({});
  const auto id = draft.comment_id;
  ASSERT_TRUE(Submit(*database_, std::move(draft), Always(Held())).ok());
  storage::DecisionRequest decision{.comment_id = id};
  ASSERT_TRUE(database_->decisions().Decide(1, {"Ann", "k1"}, {decision}, At(2), Soon()).ok());
  storage::CheckpointInfo info;
  info.position = 1;
  ASSERT_TRUE(database_->checkpoints().Put(info, "old", {}, Soon()).ok());
  ASSERT_TRUE(database_->comments().Erase({1, id, "Ann", "k1", At(3)}, Soon()).ok());
  auto& maintenance = database_->maintenance();
  EXPECT_EQ(*maintenance.BlankErasedSamples(At(9), 100, Soon()), 0)
      << "no model has applied the retraction";
  info.position = 2;
  ASSERT_TRUE(database_->checkpoints().Put(info, "new", {}, Soon()).ok());
  EXPECT_EQ(*maintenance.BlankErasedSamples(At(3), 100, Soon()), 0) << "too young";
  EXPECT_EQ(database_->checkpoints().List({}, 10, Soon())->size(), 2U);
  EXPECT_EQ(*maintenance.BlankErasedSamples(At(9), 100, Soon()), 2);
  EXPECT_EQ(*maintenance.BlankErasedSamples(At(9), 100, Soon()), 0);
  const auto models = database_->checkpoints().List({}, 10, Soon());
  ASSERT_EQ(models->size(), 1U) << "the model that still held the comment's words is gone";
  EXPECT_EQ(models->front().position, 2);
  const auto log = database_->labels().Read(0, 10, Soon());
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(log->size(), 2U);
  EXPECT_TRUE((*log)[0].new_state->sample.erased);
  EXPECT_EQ((*log)[0].new_state->sample.body, "");
  EXPECT_TRUE((*log)[1].old_state->sample.erased);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.labels WHERE sample IS NOT NULL"), "0");
}

// Another generation's, to go back to: it ends between the two lessons.
TEST_F(AdministrationTest, AModelThatEndsBeforeALessonSurvivesItsErasure) {
  auto& maintenance = database_->maintenance();
  const auto teach = [&](std::int64_t at) {
    auto draft = MakeDraft({});
    const auto id = draft.comment_id;
    EXPECT_TRUE(Submit(*database_, std::move(draft), Always(Held())).ok());
    storage::DecisionRequest decision{.comment_id = id};
    EXPECT_TRUE(database_->decisions().Decide(1, {"Ann", "k1"}, {decision}, At(at), Soon()).ok());
    return id;
  };
  const auto store = [&](std::int64_t generation, std::int64_t position) {
    storage::CheckpointInfo info;
    info.kind.generation = generation;
    info.position = position;
    ASSERT_TRUE(database_->checkpoints().Put(info, "model", {}, Soon()).ok());
  };
  const auto left = [&] {
    storage::CheckpointKind kind;
    kind.generation = 7;
    return database_->checkpoints().List(kind, 10, Soon())->size();
  };
  const auto before = teach(2);
  store(7, 1);
  const auto after = teach(3);
  ASSERT_TRUE(database_->comments().Erase({1, after, "Ann", "k1", At(4)}, Soon()).ok());
  store(0, 3);
  EXPECT_EQ(*maintenance.BlankErasedSamples(At(9), 100, Soon()), 2);
  EXPECT_EQ(left(), 1U) << "it never learnt that";
  ASSERT_TRUE(database_->comments().Erase({1, before, "Ann", "k1", At(5)}, Soon()).ok());
  store(0, 4);
  EXPECT_EQ(*maintenance.BlankErasedSamples(At(9), 100, Soon()), 2);
  EXPECT_EQ(left(), 0U) << "it holds the comment's words";
}

TEST_F(AdministrationTest, TheApplicationsRoleCannotRewriteThePast) {
  pqxx::connection connection(test_.app_url());
  for (const char* table : {"decisions", "labels", "label_erasures", "hmac_keys"}) {
    for (const std::string& sql : {std::string("DELETE FROM replyguard.") + table,
                                   std::string("TRUNCATE replyguard.") + table}) {
      pqxx::work work(connection);
      EXPECT_THROW(work.exec(sql), pqxx::insufficient_privilege) << sql;
    }
  }
  for (const char* sql :
       {"UPDATE replyguard.labels SET label = 1", "UPDATE replyguard.decisions SET note = ''",
        "UPDATE replyguard.events SET reason_code = ''", "DELETE FROM replyguard.comments",
        "CREATE TABLE replyguard.mine ()"}) {
    pqxx::work work(connection);
    EXPECT_THROW(work.exec(sql), pqxx::insufficient_privilege) << sql;
  }
}

}  // namespace
}  // namespace replyguard::tests
