// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/record.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "service/import/line_reader.h"

namespace replyguard::service::cli {
namespace {

using importing::kLineBytesMax;
using importing::LineReader;

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

// A file made for evaluate can be learnt as well.
TEST(Record, ReadsHowACommentCame) {
  const auto record = ParseRecord(
      R"({"text": "hi", "form_time_ms": 1500, "honeypot_filled": true, "site_languages": ["en"],
          "thread_age_seconds": 60})",
      1, kDefaults);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->submission.form().fill_time().seconds(), 1);
  EXPECT_EQ(record->submission.form().fill_time().nanos(), 500'000'000);
  EXPECT_EQ(record->submission.form().honeypot(), "filled");
  const auto person = ParseRecord(R"({"text": "hi", "honeypot_filled": false})", 1, kDefaults);
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_FALSE(person->submission.has_form());
  for (const char* line : {R"({"form_time_ms": -1})", R"({"form_time_ms": "1"})",
                           R"({"form_time_ms": 604800001})", R"({"honeypot_filled": 1})"}) {
    EXPECT_FALSE(ParseRecord(line, 1, kDefaults).ok()) << line;
  }
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

// What ParseRecord says of a line.
std::string FaultOf(std::string_view line) {
  const auto record = ParseRecord(line, 1, kDefaults);
  return record.ok() ? "" : std::string(record.status().message());
}

TEST(Record, NamesTheFieldAndWhatIsWrongWithIt) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "is not JSON in UTF-8: see byte 1 of it"},
      {R"({"text": })", "is not JSON in UTF-8: see byte 10 of it"},
      {"{\"text\": \"\xFF\"}", "is not JSON in UTF-8: see byte 11 of it"},
      {"[]", R"(is not a JSON object: {"text": "...", ...})"},
      {R"({"id": 1e999})", "holds a number that is too large"},
      {R"({"txt": "x"})", "unknown field txt"},
      {R"({"text": ["x"]})", "text: must be a string"},
      {R"({"text": 5})", "text: must be a string"},
      {R"({"author_name": true})", "author_name: must be a string"},
      {R"({"id": 1.5})", "id: must be a string, or a whole number from 0 to 2^53"},
      {R"({"id": 9007199254740993})", "id: must be a string, or a whole number from 0 to 2^53"},
      {R"({"parent_id": true})", "parent_id: must be a string, or a whole number from 0 to 2^53"},
      {R"({"label": "SPAM"})", "label: must be ham, spam or none"},
      {R"({"submitted_at": "yesterday"})",
       "submitted_at: must be a time like 2026-01-31T12:00:00Z"},
      {R"({"submitted_at": 1769860800})", "submitted_at: must be a string"},
      {R"({"author_verified": "true"})", "author_verified: must be true or false, without quotes"},
      {R"({"author_verified": 1})", "author_verified: must be true or false, without quotes"},
      {R"({"id": "a", "id": "b"})", "id: is given twice"},
      {R"({"body": "a", "text": "b"})", "text: give it or body, not both"},
  };
  for (const auto& [line, fault] : cases) EXPECT_EQ(FaultOf(line), fault) << line;
}

TEST(Record, NamesEveryFaultOfALineAndNoValue) {
  const std::string fault = FaultOf(
      R"({"txt": "ada@example.org", "label": "ada@example.org", "text": 7, "ada@example.org": ""})");
  EXPECT_EQ(
      fault,
      "unknown field (its name is not of letters, digits and _); label: must be ham, spam or none; "
      "text: must be a string; unknown field txt");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"f" + std::to_string(i) + "\": 1, ";
  EXPECT_TRUE(FaultOf(many + "\"text\": \"x\"}").ends_with("; and 92 more"));
}

TEST(Record, AThreadOfItsOwnGoesBeforeItsAddress) {
  const auto record =
      ParseRecord(R"({"thread": "a", "thread_url": "https://example.org/a"})", 1, kDefaults);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->submission.thread(), "sites/demo/threads/a");
  EXPECT_EQ(record->submission.thread_uri(), "https://example.org/a");
}

TEST(LineReader, TakesAByteOrderMarkForNoText) {
  std::istringstream in("\xEF\xBB\xBF{}\r\n\xEF\xBB\xBF");
  LineReader reader(in);
  std::string line;
  EXPECT_EQ(reader.Next(line), LineReader::Got::kLine);
  EXPECT_EQ(line, "{}");
  EXPECT_EQ(reader.Next(line), LineReader::Got::kLine);  // only at the beginning of the file
  EXPECT_EQ(line, "\xEF\xBB\xBF");
  std::istringstream nothing("\xEF\xBB\xBF");
  EXPECT_EQ(LineReader(nothing).Next(line), LineReader::Got::kEnd);
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
