// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "storage/upkeep.h"
#include "support/comments.h"
#include "support/deciding.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::CommentStatus;

std::int64_t TermOf(storage::SiteId site, const std::string& word) {
  std::int64_t term = site;
  for (const char c : word) term = term * 31 % 1'000'000'007 + c;
  return term;
}

// Words as terms; a body "alike N" has the sketch N and the bands of its upper half.
storage::SearchTerms TermsOf(const storage::IndexedComment& comment) {
  storage::SearchTerms made;
  std::istringstream words(comment.body);
  for (std::string word; words >> word;) made.terms.push_back(TermOf(comment.site_id, word));
  if (comment.body.starts_with("alike ")) {
    made.sketch = std::stoll(comment.body.substr(6));
    made.terms.push_back(-1 - (*made.sketch >> 32));
  }
  std::sort(made.terms.begin(), made.terms.end());
  return made;
}

class SearchTest : public DecidingTest {
 protected:
  storage::CommentRecord Add(const std::string& body, const storage::SubmissionOutcome& outcome,
                             const std::string& email = "jane@example.org",
                             storage::SiteId site = 1) {
    CommentSpec spec;
    spec.site_id = site;
    spec.body = body;
    spec.email = email;
    auto stored = Submit(*database_, MakeDraft(spec), Always(outcome));
    EXPECT_TRUE(stored.ok()) << stored.status();
    return stored->comment;
  }

  int Index() {
    const auto count = database_->search().IndexSome(500, TermsOf, Soon());
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(-1);
  }

  // Indexes one comment; what happens meanwhile begins once its text is read, and the terms are
  // stored once that waits for a lock.
  void IndexWhile(const std::function<void()>& happens) {
    std::thread meanwhile;
    const auto terms_then = [&](const storage::IndexedComment& read) {
      meanwhile = std::thread(happens);
      const auto deadline = Soon();
      while (test_.Sql("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
                       "WHERE NOT l.granted AND a.datname = current_database()") == "0" &&
             std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
      }
      return TermsOf(read);
    };
    const auto count = database_->search().IndexSome(500, terms_then, Soon());
    if (meanwhile.joinable()) meanwhile.join();
    ASSERT_TRUE(count.ok()) << count.status();
    EXPECT_EQ(*count, 1);
  }

  std::vector<std::string> Bodies(const storage::SearchQuery& query) {
    const auto page = database_->search().Search(query, Soon());
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> bodies;
    if (page.ok()) {
      for (const auto& comment : page->comments) bodies.push_back(comment.body);
    }
    return bodies;
  }

  storage::SearchQuery Query(std::vector<CommentStatus> statuses = {}) {
    storage::SearchQuery query;
    query.site_id = 1;
    query.statuses = std::move(statuses);
    return query;
  }

  using Strings = std::vector<std::string>;
};

TEST_F(SearchTest, FindsByStatusNewestFirstAndByPages) {
  Add("one", Spam());
  Add("two", Approved());
  Add("three", Held());
  Add("four", Spam());
  EXPECT_EQ(Bodies(Query()), (Strings{"four", "three", "two", "one"}));
  EXPECT_EQ(Bodies(Query({CommentStatus::kSpam})), (Strings{"four", "one"}));
  EXPECT_EQ(Bodies(Query({CommentStatus::kSpam, CommentStatus::kTrashed})),
            (Strings{"four", "one"}));
  EXPECT_EQ(Bodies(Query({CommentStatus::kPending})), Strings{"three"});
  EXPECT_EQ(Bodies(Query({CommentStatus::kApproved, CommentStatus::kSpam})),
            (Strings{"four", "two", "one"}));
  storage::SearchQuery query = Query();
  query.limit = 3;
  const auto page = database_->search().Search(query, Soon());
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->comments.size(), 3U);
  EXPECT_FALSE(page->looked_until);
  query.before = page->comments.back().comment_id;
  EXPECT_EQ(Bodies(query), Strings{"one"});
}

TEST_F(SearchTest, TheSpamFolderFollowsEveryChangeOfStatus) {
  const auto comment = Add("text", Held());
  const auto decide = [&](storage::DecisionAction action) {
    ASSERT_TRUE(Decide(comment.comment_id, action).status.ok());
  };
  decide(storage::DecisionAction::kSpam);
  EXPECT_EQ(Bodies(Query({CommentStatus::kSpam})), Strings{"text"});
  decide(storage::DecisionAction::kTrash);
  EXPECT_EQ(Bodies(Query({CommentStatus::kSpam})), Strings{});
  EXPECT_EQ(Bodies(Query({CommentStatus::kTrashed})), Strings{"text"});
  decide(storage::DecisionAction::kApprove);
  EXPECT_EQ(Bodies(Query({CommentStatus::kSpam, CommentStatus::kTrashed})), Strings{});
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.spam_folder"), "0");
}

TEST_F(SearchTest, FindsByTermsOnceTheyAreMadeAndOfOneSiteAlone) {
  MakeSite(*database_, "other");
  Add("cheap pills here", Spam());
  Add("pills for bees", Approved());
  Add("cheap pills here", Spam(), "jane@example.org", 2);
  storage::SearchQuery query = Query();
  query.condition.terms = {TermOf(1, "cheap"), TermOf(1, "pills")};
  EXPECT_EQ(Bodies(query), Strings{});
  EXPECT_EQ(Index(), 3);
  EXPECT_EQ(Index(), 0);
  EXPECT_EQ(Bodies(query), Strings{"cheap pills here"});
  query.condition.terms = {TermOf(1, "pills")};
  EXPECT_EQ(Bodies(query), (Strings{"pills for bees", "cheap pills here"}));
  query.statuses = {CommentStatus::kSpam};
  EXPECT_EQ(Bodies(query), Strings{"cheap pills here"});
  query.condition.terms = {TermOf(2, "pills")};
  EXPECT_EQ(Bodies(query), Strings{});
}

TEST_F(SearchTest, AnEditIsIndexedAnewAndAnErasureForgets) {
  const auto comment = Add("before", Held());
  Index();
  storage::CommentEdit edit;
  edit.site_id = 1;
  edit.comment_id = comment.comment_id;
  edit.expected_revision = comment.revision;
  edit.changes = std::make_shared<const storage::MaskedEdit>(MaskBody(1, "after"));
  edit.outcome = Approved();
  edit.now = At(5);
  ASSERT_TRUE(database_->comments().Edit(edit, Soon()).ok());
  EXPECT_EQ(Index(), 1);
  storage::SearchQuery query = Query();
  query.condition.terms = {TermOf(1, "before")};
  EXPECT_EQ(Bodies(query), Strings{});
  query.condition.terms = {TermOf(1, "after")};
  EXPECT_EQ(Bodies(query), Strings{"after"});
  ASSERT_TRUE(database_->comments().Erase({1, comment.comment_id, "Ann", "k", At(6)}, Soon()).ok());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comment_terms"), "0");
  EXPECT_EQ(Index(), 1);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comment_terms"), "0");
}

// Whoever indexes has read the text already; what it stores goes with the erasure all the same.
TEST_F(SearchTest, AnErasureForgetsWhatIsIndexedMeanwhile) {
  const auto comment = Add("secret", Held());
  IndexWhile([&] {
    const auto erased =
        database_->comments().Erase({1, comment.comment_id, "Ann", "k", At(6)}, Soon());
    EXPECT_TRUE(erased.ok()) << erased;
  });
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comment_terms"), "0");
}

// With the terms before the mark it would find none, then wait, and leave those that come.
TEST_F(SearchTest, RetentionForgetsWhatIsIndexedMeanwhile) {
  Add("old", Spam());
  test_.Sql("INSERT INTO replyguard.retention_ages VALUES (0, 2, 1)");
  const auto upkeep = *storage::OpenUpkeep(test_.app_url());
  IndexWhile([&] {
    const auto gone =
        upkeep->Expire(1, storage::RetentionClass::kSpam, At(86'400), std::nullopt, 10, Soon());
    ASSERT_TRUE(gone.ok()) << gone.status();
    EXPECT_EQ(gone->gone_count, 1);
  });
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comments"), "0");
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comment_terms"), "0");
}

TEST_F(SearchTest, FindsByAuthorThreadTimeAndProbability) {
  Add("mine", Held(0.2));
  const auto other = Add("hers", Held(0.9), "ann@example.org");
  storage::SearchQuery query = Query();
  query.condition.author_id = other.author_hash.substr(0, 16);
  EXPECT_EQ(Bodies(query), Strings{"hers"});
  query.condition.author_id.clear();
  query.condition.probability_max = 0.5;
  EXPECT_EQ(Bodies(query), Strings{"mine"});
  query.condition.probability_max.reset();
  query.condition.thread_id = other.thread_id;
  EXPECT_EQ(Bodies(query), (Strings{"hers", "mine"}));
  query.condition.received_from = At(1);
  EXPECT_EQ(Bodies(query), Strings{});
}

TEST_F(SearchTest, CountsAndFindsWhatIsAlike) {
  constexpr std::int64_t kHigh = std::int64_t{7} << 32;
  const auto first = Add("alike " + std::to_string(kHigh), Spam());
  Add("alike " + std::to_string(kHigh + 0xfff), Held());    // 12 bits apart
  Add("alike " + std::to_string(kHigh + 0x1ffff), Held());  // 17
  Add("alike " + std::to_string(kHigh * 2), Held());        // near, but no band in common
  const auto plain = Add("nothing", Held());
  Index();
  const auto counts =
      database_->search().CountAlike(1, {first.comment_id, plain.comment_id}, At(-1000), Soon());
  ASSERT_TRUE(counts.ok()) << counts.status();
  ASSERT_EQ(counts->size(), 1U);
  EXPECT_EQ(counts->front().count, 2);
  EXPECT_EQ(counts->front().oldest, first.comment_id);
  const auto likeness = database_->search().LikenessOf(1, first.comment_id, Soon());
  ASSERT_TRUE(likeness.ok() && *likeness);
  EXPECT_EQ((*likeness)->bands, std::vector<std::int64_t>{-8});
  EXPECT_FALSE(database_->search().LikenessOf(1, plain.comment_id, Soon())->has_value());
  EXPECT_FALSE(database_->search().LikenessOf(2, first.comment_id, Soon())->has_value());
  const auto alike = database_->search().Alike(1, **likeness, At(-1000), Soon());
  ASSERT_TRUE(alike.ok()) << alike.status();
  EXPECT_EQ(alike->comments.size(), 2U);
  EXPECT_EQ(database_->search().Alike(1, **likeness, At(1000), Soon())->comments.size(), 0U);
  storage::SearchQuery query = Query({CommentStatus::kPending});
  query.condition.alike = **likeness;
  EXPECT_EQ(Bodies(query), Strings{"alike " + std::to_string(kHigh + 0xfff)});
  EXPECT_EQ(database_->search().WaitingSketches(1, Soon())->size(), 3U);
  storage::QueueQuery queue;
  queue.site_id = 1;
  queue.filter.alike = **likeness;
  EXPECT_EQ(database_->queue().List(queue, Soon())->size(), 1U);
}

// However many the site has, and however few most sites have: by the index of terms alone, not by a
// share of the primary key, too.
TEST_F(SearchTest, WhatIsAlikeIsFoundWithoutReadingTheSite) {
  constexpr std::int64_t kHigh = std::int64_t{7} << 32;
  const auto one = Add("alike " + std::to_string(kHigh), Held());
  Index();
  test_.Sql(
      "INSERT INTO replyguard.comment_terms (site_id, comment_id, terms, sketch) SELECT 1, "
      "('ffffffff-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ARRAY[-1000 - n, n], n FROM "
      "generate_series(1, 20000) AS n");
  test_.Sql(
      "INSERT INTO replyguard.comment_terms (site_id, comment_id, terms, sketch) SELECT 1000 + n, "
      "gen_random_uuid(), ARRAY[-n], n FROM generate_series(1, 2000) AS n");
  test_.Sql("SELECT gin_clean_pending_list('replyguard.comment_terms_by_term')");
  test_.Sql("ANALYZE replyguard.comment_terms");
  CloseAll();
  test_.Sql("SELECT pg_stat_reset()");
  database_ = test_.Open();
  const auto likeness = database_->search().LikenessOf(1, one.comment_id, Soon());
  ASSERT_TRUE(likeness.ok() && *likeness);
  storage::SearchQuery query = Query({CommentStatus::kPending});
  query.condition.alike = **likeness;
  for (int n = 0; n < 8; ++n) {  // the plan for any values comes after five
    const auto counts = database_->search().CountAlike(1, {one.comment_id}, At(-1000), Soon());
    ASSERT_TRUE(counts.ok() && counts->size() == 1U) << counts.status();
    ASSERT_EQ(database_->search().Alike(1, **likeness, At(-1000), Soon())->comments.size(), 1U);
    ASSERT_EQ(Bodies(query).size(), 1U);
  }
  CloseAll();
  const std::int64_t read =
      std::stoll(test_.Sql("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = "
                           "'comment_terms_pkey'"));
  EXPECT_LT(read, 1000);
}

// Of what an author, a thread or a word has no more than that is read, however much the site has.
TEST_F(SearchTest, AFewAreFoundWithoutReadingTheSite) {
  const auto mine = Add("needle", Held(), "ann@example.org");
  Add("one", Held());
  Index();
  const auto others = [&](const std::string& site, int count) {
    test_.Sql(
        "INSERT INTO replyguard.comments SELECT (jsonb_populate_record(c, jsonb_build_object("
        "'site_id', " +
        site +
        ", 'comment_id', lpad(to_hex(9000000000000 + n), 12, '0') || "
        "'70008000000000000000', 'body', 'copy', 'author_hash', '\\x' || md5(n::text)))).* FROM "
        "replyguard.comments c, generate_series(1, " +
        std::to_string(count) +
        ") n WHERE "
        "c.site_id = 1 AND c.body = 'one'");
  };
  others("1", 9000);
  others("1000 + n", 1000);
  test_.Sql("ANALYZE replyguard.comments");
  CloseAll();
  test_.Sql("SELECT pg_stat_reset()");
  database_ = test_.Open();
  storage::SearchQuery by_author = Query(), by_word = Query();
  by_author.condition.author_id = mine.author_hash.substr(0, 16);
  by_word.condition.terms = {TermOf(1, "needle")};
  by_word.condition.received_until = At(1);
  for (int n = 0; n < 8; ++n) {
    ASSERT_EQ(Bodies(by_author), Strings{"needle"});
    ASSERT_EQ(Bodies(by_word), Strings{"needle"});
  }
  CloseAll();
  const std::int64_t read =
      std::stoll(test_.Sql("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = "
                           "'comments_pkey'"));
  EXPECT_LT(read, 1000);
}

TEST_F(SearchTest, WhatIsNotSortedIntoTheIndexYetStaysShort) {
  test_.Sql("CREATE EXTENSION pgstattuple");
  std::string body;
  for (int n = 0; n < 200; ++n) body += "word" + std::to_string(n) + " ";
  for (int n = 0; n < 100; ++n) Add(body + std::to_string(n), Held());
  ASSERT_EQ(Index(), 100);
  EXPECT_LT(std::stoi(test_.Sql("SELECT pending_pages FROM "
                                "pgstatginindex('replyguard.comment_terms_by_term')")),
            20);
}

// What is common is walked to, and what a walk may not reach it says.
TEST_F(SearchTest, AWalkIsBoundedAndTellsHowFarItCame) {
  Add("rare", Approved());
  test_.Sql(
      "INSERT INTO replyguard.comments SELECT (jsonb_populate_record(c, jsonb_build_object("
      "'comment_id', lpad(to_hex(9000000000000 + n), 12, '0') || "
      "'70008000000000000000', 'body', 'common'))).* FROM "
      "replyguard.comments c, generate_series(1, 5100) n");
  storage::SearchQuery query = Query({CommentStatus::kApproved});
  query.condition.probability_max = 0.0;
  query.condition.probability_min = 0.0;
  const auto page = database_->search().Search(query, Soon());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->comments.empty());
  ASSERT_TRUE(page->looked_until);
  query.before = page->looked_until;
  const auto next = database_->search().Search(query, Soon());
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_FALSE(next->looked_until);
}

TEST_F(SearchTest, TheHistoryOfAnAuthorIsOfOneSite) {
  MakeSite(*database_, "other");
  const auto comment = Add("one", Spam());
  Add("two", Approved());
  Add("three", Approved(), "ann@example.org");
  Add("four", Spam(), "jane@example.org", 2);
  Index();
  const auto mine = database_->search().OfAuthor(1, comment.author_hash, Soon());
  ASSERT_TRUE(mine.ok()) << mine.status();
  EXPECT_EQ(mine->comments.size(), 2U);
  EXPECT_FALSE(mine->more);
  const auto others = database_->search().WithTermOfOthers(1, TermOf(1, "three"),
                                                           comment.author_hash, At(-1000), Soon());
  ASSERT_TRUE(others.ok()) << others.status();
  EXPECT_EQ(others->comments.size(), 1U);
}

}  // namespace
}  // namespace replyguard::tests
