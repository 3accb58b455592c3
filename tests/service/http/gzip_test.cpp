// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/gzip.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::http {
namespace {

constexpr std::size_t kMiB = 1U << 20U;

TEST(GzipTest, ThereAndBack) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}}) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * i % 251);
    const auto back = Gunzip(Gzip(text), kMiB);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, text);
  }
}

TEST(GzipTest, StopsAtTheBoundOfWhatComesOut) {
  const std::string bomb = Gzip(std::string(64 * kMiB, 'a'));
  EXPECT_LT(bomb.size(), kMiB);
  EXPECT_TRUE(absl::IsResourceExhausted(Gunzip(bomb, kMiB).status()));
  const std::string fits = Gzip(std::string(kMiB, 'a'));
  EXPECT_TRUE(Gunzip(fits, kMiB).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(Gunzip(fits, kMiB - 1).status()));
}

TEST(GzipTest, ReadsSeveralMembersWithinTheSameBound) {
  const std::string hello = Gzip("hello, ");
  const auto both = Gunzip(hello + Gzip("") + Gzip("world"), 12);
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(*both, "hello, world");
  EXPECT_TRUE(absl::IsResourceExhausted(Gunzip(hello + Gzip("world"), 11).status()));
  const std::string fits = Gzip(std::string(kMiB / 2, 'a'));
  EXPECT_TRUE(Gunzip(fits + fits, kMiB).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(Gunzip(fits + fits + hello, kMiB).status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(Gunzip(fits + hello.substr(0, hello.size() - 1), kMiB).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Gunzip(fits + std::string(8, '\0'), kMiB).status()));
}

TEST(GzipTest, RefusesWhatIsNoWholeGzip) {
  const std::string good = Gzip("hello, hello, hello");
  EXPECT_TRUE(absl::IsInvalidArgument(Gunzip("", kMiB).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Gunzip("hello", kMiB).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Gunzip(good.substr(0, good.size() - 1), kMiB).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Gunzip(good + "x", kMiB).status()));
  std::string damaged = good;
  damaged[12] = static_cast<char>(damaged[12] ^ 0x55);
  EXPECT_TRUE(absl::IsInvalidArgument(Gunzip(damaged, kMiB).status()));
}

TEST(GzipTest, ReadsWhatAClientTakes) {
  for (const char* yes : {"gzip", "br, gzip", "GZIP", "deflate,gzip;q=0.5", " gzip ; q=1 "}) {
    EXPECT_TRUE(ListsGzip(yes)) << yes;
  }
  for (const char* no : {"", "identity", "br", "gzip;q=0", "x-gzip", "*", "gzip;q=0.0"}) {
    EXPECT_FALSE(ListsGzip(no)) << no;
  }
}

}  // namespace
}  // namespace replyguard::service::http
