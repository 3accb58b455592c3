// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

#include "service/metrics/exposition.h"

namespace replyguard::service::metrics {
namespace {

using testing::HasSubstr;

TEST(Registry, ShowsEachKindAsPrometheusReadsIt) {
  Registry registry;
  registry.AddCounter("a_total", "Things.", {{"kind", "x"}}).Add(3);
  registry.AddCounter("a_total", "Things.", {{"kind", "y"}});
  Histogram& histogram = registry.AddHistogram("b_seconds", "Times.", std::array{0.5, 2.0});
  for (const double value : {0.1, 0.5, 1.0, 7.0}) histogram.Observe(value);
  registry.AddReading("c", "A state.", [] { return 4.5; });
  registry.AddReading(
      "d_total", "It grows.", [] { return 6.0; }, /*monotonic=*/true);
  const std::string text = registry.Text();
  EXPECT_THAT(text, HasSubstr("# HELP a_total Things.\n# TYPE a_total counter\n"));
  EXPECT_THAT(text, HasSubstr("a_total{kind=\"x\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("a_total{kind=\"y\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE b_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("b_seconds_count 4\n"));
  EXPECT_THAT(text, HasSubstr("b_seconds_sum 8.6"));
  EXPECT_THAT(text, HasSubstr("b_seconds_bucket{le=\"0.5\"} 2\n")) << "the bound belongs to it";
  EXPECT_THAT(text, HasSubstr("b_seconds_bucket{le=\"2\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("b_seconds_bucket{le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE c gauge\nc 4.5\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE d_total counter\nd_total 6\n"));
}

TEST(Registry, TheSameLabelsAreTheSameChild) {
  Registry registry;
  Counter& counter = registry.AddCounter("a_total", "Things.", {{"kind", "x"}});
  for (int i = 0; i < 100; ++i) registry.AddCounter("a_total", "", {{"kind", std::to_string(i)}});
  EXPECT_EQ(&registry.AddCounter("a_total", "", {{"kind", "x"}}), &counter);
}

TEST(Registry, NothingIsLostBetweenThreads) {
  constexpr int kThreads = 4;
  constexpr int kTimes = 20'000;
  Registry registry;
  Counter& counter = registry.AddCounter("a_total", "");
  Histogram& histogram = registry.AddHistogram("b", "", std::array{1.0});
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTimes; ++i) {
        counter.Add();
        histogram.Observe(t % 2 == 0 ? 0.5 : 1.5);
        if (i % 1'000 == 0) (void)registry.Text();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), kThreads * kTimes);
  EXPECT_EQ(histogram.counts(),
            (std::vector<std::uint64_t>{kThreads / 2 * kTimes, kThreads / 2 * kTimes}));
  EXPECT_DOUBLE_EQ(histogram.sum(), kThreads * kTimes * 1.0);
}

TEST(Exposition, TakesAFreePortAndRefusesWhatIsNoAddress) {
  Registry registry;
  const auto exposed = Expose("127.0.0.1:0", registry);
  ASSERT_TRUE(exposed.ok()) << exposed.status();
  EXPECT_THAT((*exposed)->address(), testing::MatchesRegex("127\\.0\\.0\\.1:[1-9][0-9]*"));
  EXPECT_TRUE(absl::IsUnavailable(Expose((*exposed)->address(), registry).status()))
      << "it is taken";
  for (const char* const bad : {"", "9464", ":9464", "unix:/tmp/x", "127.0.0.1:1,127.0.0.1:2"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Expose(bad, registry).status())) << bad;
  }
}

}  // namespace
}  // namespace replyguard::service::metrics
