// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/value.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace replyguard::service::config {
namespace {

TEST(ParseDuration, ReadsUnits) {
  EXPECT_EQ(ParseDurationMs("250ms").value(), 250);
  EXPECT_EQ(ParseDurationMs("10s").value(), 10'000);
  EXPECT_EQ(ParseDurationMs("5m").value(), 300'000);
  EXPECT_EQ(ParseDurationMs("1h").value(), 3'600'000);
  EXPECT_EQ(ParseDurationMs("30d").value(), 2'592'000'000);
}

TEST(ParseDuration, RefusesTheRest) {
  for (const char* text : {"", "10", "s", "1.5s", "-1s", "10 s", "10S", "9223372036854775807d",
                           "99999999999999999999s", "10sx"}) {
    EXPECT_FALSE(ParseDurationMs(text).ok()) << text;
  }
}

TEST(ParseBytes, ReadsUnits) {
  EXPECT_EQ(ParseBytes("4096").value(), 4096);
  EXPECT_EQ(ParseBytes("64KiB").value(), 65'536);
  EXPECT_EQ(ParseBytes("4MiB").value(), 4'194'304);
  EXPECT_EQ(ParseBytes("1GiB").value(), 1'073'741'824);
  for (const char* text : {"", "KiB", "4MB", "4 MiB", "-1", "9223372036854775807KiB"}) {
    EXPECT_FALSE(ParseBytes(text).ok()) << text;
  }
}

TEST(Format, IsReadBack) {
  for (const std::int64_t number : {0, 1, 999, 1000, 1500, 60'000, 90'000, 86'400'000}) {
    EXPECT_EQ(ParseDurationMs(FormatDurationMs(number)).value(), number);
  }
  for (const std::int64_t number : {0, 1, 1023, 1024, 1025, 4'194'304}) {
    EXPECT_EQ(ParseBytes(FormatBytes(number)).value(), number);
  }
  EXPECT_EQ(FormatDurationMs(90'000), "90s");
  EXPECT_EQ(FormatBytes(4'194'304), "4MiB");
}

struct Case {
  OptionKey key;
  const char* text;
  bool good;
};

TEST(ParseValue, ChecksByType) {
  constexpr std::array<Case, 34> kCases = {{
      {OptionKey::kServerListen, "127.0.0.1:0", true},
      {OptionKey::kServerListen, "localhost:65535", true},
      {OptionKey::kServerListen, "[::1]:7420", true},
      {OptionKey::kServerListen, "unix:/run/replyguard.sock", true},
      {OptionKey::kServerListen, "", false},
      {OptionKey::kServerListen, "127.0.0.1", false},
      {OptionKey::kServerListen, ":7420", false},
      {OptionKey::kServerListen, "::1:7420", false},
      {OptionKey::kServerListen, "host:65536", false},
      {OptionKey::kServerListen, "host:", false},
      {OptionKey::kServerListen, "http://host:1", false},
      {OptionKey::kServerListen, "unix:", false},
      {OptionKey::kServerAllowRoot, "true", true},
      {OptionKey::kServerAllowRoot, "0", true},
      {OptionKey::kServerAllowRoot, "yes", false},
      {OptionKey::kDatabaseWriters, "1", true},
      {OptionKey::kDatabaseWriters, "64", true},
      {OptionKey::kDatabaseWriters, "0", false},
      {OptionKey::kDatabaseWriters, "65", false},
      {OptionKey::kDatabaseWriters, "2x", false},
      {OptionKey::kServerDrainTimeMax, "5m", true},
      {OptionKey::kServerDrainTimeMax, "6m", false},
      {OptionKey::kServerRequestBytesMax, "64MiB", true},
      {OptionKey::kServerRequestBytesMax, "65MiB", false},
      {OptionKey::kLogLevel, "warning", true},
      {OptionKey::kLogLevel, "warn", false},
      {OptionKey::kLogLevel, "debug|info", false},
      {OptionKey::kClientSite, "my-blog2", true},
      {OptionKey::kClientSite, "-blog", false},
      {OptionKey::kClientSite, "Blog", false},
      {OptionKey::kClientOperatorKey, "0123456789abcdef0123456789abcdef0123456789abcdef", true},
      {OptionKey::kClientOperatorKey, "0123456789ABCDEF0123456789abcdef0123456789abcdef", false},
      {OptionKey::kDatabaseUrl, "postgresql:///name?host=/tmp", true},
      {OptionKey::kDatabaseUrl, "localhost", false},
  }};
  for (const Case& c : kCases) {
    EXPECT_EQ(ParseValue(OptionOf(c.key), c.text).ok(), c.good)
        << OptionOf(c.key).name << " = " << c.text;
  }
}

TEST(ParseValue, RefusesControlCharactersAndGreatLength) {
  const Option& option = OptionOf(OptionKey::kServerAddressFile);
  EXPECT_FALSE(ParseValue(option, "a\nb").ok());
  EXPECT_FALSE(ParseValue(option, std::string("a\0b", 3)).ok());
  EXPECT_TRUE(ParseValue(option, std::string(4096, 'a')).ok());
  EXPECT_FALSE(ParseValue(option, std::string(4097, 'a')).ok());
}

TEST(ParseValue, SaysTheBoundsAndNeverTheText) {
  const auto number = ParseValue(OptionOf(OptionKey::kDatabaseWriters), "99887766");
  EXPECT_EQ(number.status().message(), "must be from 1 to 64");
  const auto key = ParseValue(OptionOf(OptionKey::kClientOperatorKey), "hunter2");
  EXPECT_EQ(std::string(key.status().message()).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace replyguard::service::config
