// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The readers beneath the formats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "service/import/csv_reader.h"
#include "service/import/json_cursor.h"
#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

using ::testing::ElementsAre;
using Rows = std::vector<std::vector<std::string>>;

Rows ReadCsv(const std::string& text, char separator = ',') {
  std::istringstream in(text);
  CsvReader reader(*in.rdbuf(), separator);
  Rows rows;
  std::vector<std::string> values;
  for (auto more = reader.Next(values); more.ok() && *more; more = reader.Next(values)) {
    rows.push_back(values);
  }
  return rows;
}

TEST(CsvReader, FollowsRfc4180) {
  EXPECT_EQ(ReadCsv("a,b\r\nc,d\r\n"), (Rows{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(ReadCsv("\"a,\"\"b\"\"\nc\",d"), (Rows{{"a,\"b\"\nc", "d"}}));
  EXPECT_EQ(ReadCsv("a,,\n,,b\n"), (Rows{{"a", "", ""}, {"", "", "b"}}));
  EXPECT_EQ(ReadCsv("\"\",\"x\"\r\n"), (Rows{{"", "x"}}));
  EXPECT_EQ(ReadCsv("\xEF\xBB\xBF"
                    "a\n\n\r\nb\n"),
            (Rows{{"a"}, {"b"}}));
  EXPECT_EQ(ReadCsv("a \"quote\" inside,b\n"), (Rows{{"a \"quote\" inside", "b"}}));
  EXPECT_EQ(ReadCsv("\"a\rb\",c\r"), (Rows{{"a\rb", "c"}}));
  EXPECT_EQ(ReadCsv("a,b\rc,d\re,\"f\rg\""), (Rows{{"a", "b"}, {"c", "d"}, {"e", "f\rg"}}))
      << "old systems end lines so";
  EXPECT_EQ(ReadCsv(""), Rows());
}

TEST(CsvReader, FindsTheSeparator) {
  EXPECT_EQ(CsvSeparatorOf("a,b;c,d\n;;;;;;"), ',');
  EXPECT_EQ(CsvSeparatorOf("a;\"b,,,,c\";d\n"), ';');
  EXPECT_EQ(CsvSeparatorOf("a\tb\n"), '\t');
  EXPECT_EQ(CsvSeparatorOf("a;b\r,,,,"), ';');
  EXPECT_EQ(CsvSeparatorOf("a"), ',');
}

TEST(CsvReader, CountsRowsAndLines) {
  std::istringstream in("a\n\"b\nb\"\n\nc\n");
  CsvReader reader(*in.rdbuf(), ',');
  std::vector<std::string> values;
  std::vector<std::int64_t> lines;
  while (*reader.Next(values)) lines.push_back(reader.line());
  EXPECT_THAT(lines, ElementsAre(1, 2, 5));
  EXPECT_EQ(reader.record(), 3);
}

TEST(JsonCursor, WalksArraysAndObjects) {
  std::istringstream in(" {\"a\" : [1, \"]\\\"\", {\"x\":[2]}], \"b\": null , \"c\":-1.5e3}\n");
  JsonCursor cursor(*in.rdbuf());
  ASSERT_EQ(*cursor.Next(), '{');
  ASSERT_TRUE(cursor.Enter().ok());
  ASSERT_EQ(**cursor.NextMember(), "a");
  ASSERT_EQ(*cursor.Next(), '[');
  ASSERT_TRUE(cursor.Enter().ok());
  std::vector<std::string> elements;
  while (*cursor.NextElement()) elements.push_back(cursor.Value()->dump());
  EXPECT_THAT(elements, ElementsAre("1", "\"]\\\"\"", "{\"x\":[2]}"));
  ASSERT_EQ(**cursor.NextMember(), "b");
  EXPECT_TRUE(cursor.Value()->is_null());
  ASSERT_EQ(**cursor.NextMember(), "c");
  EXPECT_EQ(cursor.Value()->get<double>(), -1500);
  EXPECT_FALSE(cursor.NextMember()->has_value());
  EXPECT_TRUE(cursor.Finish().ok());
}

TEST(JsonCursor, RefusesWhatIsNoJson) {
  for (const std::string text : {"[1 2]", "[,]", "[1,]", "[tru]", "[\"a]", "[1"}) {
    std::istringstream in(text);
    JsonCursor cursor(*in.rdbuf());
    ASSERT_TRUE(cursor.Enter().ok());
    bool refused = false;
    for (int i = 0; i < 4 && !refused; ++i) {
      const auto more = cursor.NextElement();
      refused = !more.ok() || !*more || !cursor.Value().ok();
      ASSERT_FALSE(more.ok() && !*more) << text;
    }
    EXPECT_TRUE(refused) << text;
  }
}

TEST(TextMender, MendsTheSameHoweverTheBytesCome) {
  const std::string text = "a\u00e9\u20ac\U0001F600\x80z\xE2\x82\x01\xF0\x9F\tq\xC3";
  TextMender at_once(true);
  std::string whole = at_once.Mend(text);
  whole += at_once.Finish();
  for (std::size_t size = 1; size < text.size(); ++size) {
    TextMender mender(true);
    std::string pieces;
    for (std::size_t at = 0; at < text.size(); at += size)
      pieces += mender.Mend(text.substr(at, size));
    EXPECT_EQ(pieces + mender.Finish(), whole) << size;
  }
  EXPECT_TRUE(whole.starts_with("a\u00e9\u20ac\U0001F600\uFFFDz")) << whole;
}

TEST(TimeOf, ReadsWhatTheArchivesWrite) {
  EXPECT_EQ(TimeOf("2011-08-31 15:16:29"), TimeOf("2011-08-31T15:16:29Z"));
  EXPECT_EQ(TimeOf("2020-05-01T10:00:00.123-05:00"), TimeOf("2020-05-01T15:00:00.123Z"));
  for (const char* text : {"", "0000-00-00 00:00:00", "yesterday", "2011-08-31"}) {
    EXPECT_FALSE(TimeOf(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace replyguard::service::importing
