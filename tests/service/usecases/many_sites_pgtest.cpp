// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A thousand sites, ten of them active: what is asked of storage is what the active ones cost.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <string>
#include <thread>

#include "service/usecases/world.h"
#include "storage/submission_writer.h"
#include "support/passed_queue.h"

namespace replyguard::service {
namespace {

constexpr int kSites = 1'000;
constexpr int kActiveSites = 10;

// Passes calls on, and counts them.
class CountedSites final : public storage::SiteStore {
 public:
  explicit CountedSites(storage::SiteStore& store) : store_(store) {}
  absl::StatusOr<storage::SiteRecord> Create(const storage::SiteRecord& site,
                                             storage::Deadline deadline,
                                             const storage::AuditEvent* audit) override {
    return store_.Create(site, deadline, audit);
  }
  absl::StatusOr<storage::SiteRecord> Get(const std::string& slug,
                                          storage::Deadline deadline) override {
    return store_.Get(slug, deadline);
  }
  absl::StatusOr<std::vector<storage::SiteRecord>> List(const std::string& after,
                                                        std::int32_t limit,
                                                        storage::Deadline deadline) override {
    ++lists;
    return store_.List(after, limit, deadline);
  }
  absl::StatusOr<std::int64_t> ConfigRevision(storage::Deadline deadline) override {
    return store_.ConfigRevision(deadline);
  }
  absl::StatusOr<storage::SiteRecord> Change(const storage::SiteChange& change,
                                             storage::Deadline deadline,
                                             const storage::AuditEvent* audit) override {
    return store_.Change(change, deadline, audit);
  }
  absl::StatusOr<storage::RuleRecord> CreateRule(const storage::RuleRecord& rule,
                                                 storage::Deadline deadline,
                                                 const storage::AuditEvent* audit) override {
    return store_.CreateRule(rule, deadline, audit);
  }
  absl::StatusOr<std::vector<storage::RuleRecord>> ListRules(storage::SiteId site_id,
                                                             std::optional<storage::RuleId> before,
                                                             std::int32_t limit,
                                                             storage::Deadline deadline) override {
    ++rule_lists;
    return store_.ListRules(site_id, before, limit, deadline);
  }
  absl::Status DeleteRule(storage::SiteId site_id, const storage::RuleId& rule_id,
                          storage::Timestamp now, storage::Deadline deadline,
                          const storage::AuditEvent* audit) override {
    return store_.DeleteRule(site_id, rule_id, now, deadline, audit);
  }

  int lists = 0;
  int rule_lists = 0;

 private:
  storage::SiteStore& store_;
};

class CountedQueue final : public tests::PassedQueue {
 public:
  using PassedQueue::PassedQueue;
  int calls = 0;

 private:
  void OnRead() override { ++calls; }
};

class CountedEvents final : public storage::EventLog {
 public:
  explicit CountedEvents(storage::EventLog& log) : log_(log) {}
  absl::StatusOr<std::vector<storage::Event>> Read(storage::SiteId site_id, std::int64_t after,
                                                   std::int32_t limit,
                                                   storage::Deadline deadline) override {
    ++reads;
    return log_.Read(site_id, after, limit, deadline);
  }
  absl::StatusOr<storage::EventHead> Head(storage::SiteId site_id,
                                          storage::Deadline deadline) override {
    ++reads;
    return log_.Head(site_id, deadline);
  }
  absl::StatusOr<std::map<storage::SiteId, storage::EventHead>> Heads(
      const std::vector<storage::SiteId>& sites, storage::Deadline deadline) override {
    return log_.Heads(sites, deadline);
  }

  std::atomic<int> reads{0};

 private:
  storage::EventLog& log_;
};

class ManySitesTest : public testing::Test {
 protected:
  ManySitesTest() {
    world_.test.Sql(
        "INSERT INTO replyguard.sites (slug, display_name, languages, policy, created_at, "
        "updated_at) SELECT 'idle-' || n, '', '{}', '{}', now(), now() FROM generate_series(1, " +
        std::to_string(kSites) +
        ") n; INSERT INTO replyguard.site_heads (site_id) SELECT site_id FROM replyguard.sites "
        "WHERE slug LIKE 'idle-%'; UPDATE replyguard.config_head SET revision = revision + 1");
    EXPECT_TRUE(world_.directory.Refresh().ok());
    for (int n = 1; n <= kActiveSites; ++n) {
      const Principal backend{"b1", "backend", Role::kBackend, Slug(n)};
      std::promise<absl::StatusOr<SubmitComment::Result>> stored;
      world_.submit.Run(backend, {Slug(n), world_.Comment("waits"), "", Soon()},
                        [&stored](auto result) { stored.set_value(std::move(result)); });
      EXPECT_TRUE(stored.get_future().get().ok());
    }
  }
  static std::string Slug(int n) { return "idle-" + std::to_string(n); }

  World world_;
};

TEST_F(ManySitesTest, SitesAreReadOnceAndThenOnlyWhenSomethingChanged) {
  CountedSites store(world_.db->sites());
  SiteDirectory directory(store);
  ASSERT_TRUE(directory.Refresh().ok());
  const int pages = store.lists;
  EXPECT_EQ(pages, (kSites + 1) / storage::kSitePageMax + 1);
  EXPECT_EQ(store.rule_lists, 0) << "none has rules";
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(directory.Refresh().ok());
  EXPECT_EQ(store.lists, pages) << "nothing has changed";

  storage::RuleRecord rule;
  rule.site_id = directory.FindBySlug(Slug(7))->record.site_id;
  rule.rule_id = NewId(world_.clock, world_.random);
  rule.pattern = "zeppelin";
  rule.reason = "no airships";
  rule.created_at = world_.clock.Now();
  ASSERT_TRUE(world_.db->sites().CreateRule(rule, Soon()).ok());
  ASSERT_TRUE(directory.Refresh().ok());
  EXPECT_EQ(store.lists, 2 * pages);
  EXPECT_EQ(store.rule_lists, 1) << "of the site that has some";
  EXPECT_EQ(directory.FindBySlug(Slug(7))->rules->size(), 1U);
  EXPECT_EQ(directory.FindBySlug(Slug(8))->rules->size(), 0U);
  EXPECT_EQ(directory.FindBySlug(Slug(8))->rules, directory.FindBySlug(Slug(9))->rules) << "shared";
}

TEST_F(ManySitesTest, AQueueOfAllSitesAsksThoseWhereSomethingWaits) {
  CountedQueue store(world_.db->queue());
  ReviewQueue queue(world_.directory, store, world_.db->threads(), world_.db->search(),
                    world_.clock, world_.random);
  ReviewQueue::ListRequest page;
  page.limit = 100;
  const auto items = queue.List(world_.moderator, page, Soon());
  ASSERT_TRUE(items.ok()) << items.status();
  EXPECT_EQ(items->size(), static_cast<std::size_t>(kActiveSites));
  EXPECT_EQ(store.calls, 1 + kActiveSites);

  store.calls = 0;
  const auto stats = queue.Stats(world_.moderator, std::nullopt, Soon());
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->pending_count, kActiveSites);
  EXPECT_EQ(store.calls, 1);

  store.calls = 0;
  ReviewQueue::LeaseRequest lease;
  lease.count = 3;
  const auto leased = queue.LeaseNext(world_.moderator, lease, Soon());
  ASSERT_TRUE(leased.ok()) << leased.status();
  EXPECT_EQ(leased->size(), 3U);
  // A look at each for those that were drawn blind, one for the others, and the leases.
  EXPECT_LE(store.calls, 1 + 2 * kActiveSites + lease.count);
}

TEST_F(ManySitesTest, AWatchOfAllSitesReadsThoseWhereSomethingHappened) {
  CountedEvents log(world_.db->events());
  CountedQueue store(world_.db->queue());
  QueueWatch watch(world_.directory, store, log, world_.hub, world_.clock);
  world_.hub.Start();
  const auto follower = watch.Watch(world_.moderator, std::nullopt, nullptr);
  ASSERT_TRUE(follower.ok()) << follower.status();
  const auto next = [&]() -> std::optional<QueueBatch> {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < until) {
      if (auto batch = (*follower)->Take()) return batch;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return std::nullopt;
  };
  const auto first = next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->stats->pending_count, kActiveSites);
  EXPECT_EQ(log.reads, 0) << "the heads say where to begin";
  world_.Stored("one more, on a site of its own");
  world_.hub.Wake();
  std::optional<QueueBatch> second;
  do {
    second = next();
    ASSERT_TRUE(second.has_value());
  } while (second->entered.empty());
  EXPECT_EQ(second->entered.size(), 1U);
  EXPECT_EQ(log.reads, 1) << "of a thousand";
  world_.hub.Stop();
}

}  // namespace
}  // namespace replyguard::service
