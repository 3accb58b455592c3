// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/record.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "service/cli/input/line_reader.h"

namespace replyguard::service::cli {
namespace {

const RecordDefaults kDefaults = {.site = "demo",
                                  .thread = "default",
                                  .author_name = "Anonymous",
                                  .author_email = "a@example.org"};

TEST(Record, ReadsALabelledStream) {
  const auto record =
      ParseRecord(R"({"id": "g1", "author": "", "text": "hi", "label": "spam"})", 1, kDefaults);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->id, "g1");
  EXPECT_TRUE(record->own_id);
  EXPECT_EQ(record->label, v1::LABEL_SPAM);
  EXPECT_EQ(record->submission.body(), "hi");
  EXPECT_EQ(record->submission.author_name(), "Anonymous");
  EXPECT_EQ(record->submission.author_email(), "a@example.org");
  EXPECT_EQ(record->submission.thread(), "sites/demo/threads/default");
}

TEST(Record, ReadsOurOwnForm) {
  const auto record = ParseRecord(
      R"({"external_id": 17, "thread_url": "https://example.org/a", "parent_id": "16", "author_name": "Ada",
          "author_email": "ada@example.org", "content": "yes", "author_ip": "192.0.2.1", "submitted_at":
          "2026-01-31T12:00:00Z", "status": "approved", "label": "ham", "probability": 0.5, "verdict": null})",
      1, kDefaults);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->id, "17");
  EXPECT_EQ(record->parent_id, "16");
  EXPECT_EQ(record->submission.thread_uri(), "https://example.org/a");
  EXPECT_EQ(record->submission.thread(),
            "sites/demo/threads/" + ThreadKeyOf("https://example.org/a"));
  EXPECT_EQ(record->submission.submit_time().seconds(), 1769860800);
}

TEST(Record, TheSameLineGivesTheSameIdAndAnotherLineAnother) {
  const char* line = R"({"text": "hi"})";
  const auto first = ParseRecord(line, 1, kDefaults);
  EXPECT_EQ(first->id, ParseRecord(line, 1, kDefaults)->id);
  EXPECT_NE(first->id, ParseRecord(line, 2, kDefaults)->id);
  EXPECT_FALSE(first->own_id);
}

TEST(Record, AnIdThatNoRequestMayHaveIsHashed) {
  const std::string id = ParseRecord(R"({"id": "with space"})", 1, kDefaults)->id;
  EXPECT_EQ(id.substr(0, 2), "h:");
  EXPECT_EQ(id, ParseRecord(R"({"id": "with space", "text": "x"})", 9, kDefaults)->id);
  const std::string parent = ParseRecord(R"({"parent_id": "with space"})", 1, kDefaults)->parent_id;
  EXPECT_EQ(parent, id);
}

TEST(Record, RefusesWhatWouldBeLostWithoutAWord) {
  for (const char* line :
       {"", "[]", "\"x\"", "{", R"({"txt": "x"})", R"({"text": ["x"]})", R"({"label": "SPAM"})",
        R"({"submitted_at": "yesterday"})", R"({"author_verified": "maybe"})"}) {
    EXPECT_FALSE(ParseRecord(line, 1, kDefaults).ok()) << line;
  }
}

TEST(LineReader, SkipsEmptyLinesAndBoundsLongOnes) {
  std::istringstream in("a\r\n\n  \n" + std::string(kLineBytesMax + 1, 'x') + "\nlast");
  LineReader reader(in);
  std::string line;
  EXPECT_EQ(reader.Next(line), LineReader::Got::kLine);
  EXPECT_EQ(line, "a");
  EXPECT_EQ(reader.Next(line), LineReader::Got::kTooLong);
  EXPECT_EQ(line.size(), kLineBytesMax);
  EXPECT_EQ(reader.line_number(), 4);
  EXPECT_EQ(reader.Next(line), LineReader::Got::kLine);
  EXPECT_EQ(line, "last");
  EXPECT_EQ(reader.Next(line), LineReader::Got::kEnd);
}

}  // namespace
}  // namespace replyguard::service::cli
