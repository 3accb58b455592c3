// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A file that ends anywhere: never a crash, never more rows than the whole, and those before the
// cut as they are.
#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>
#include <random>
#include <string>

#include "service/import/archives.h"

namespace replyguard::service::importing {
namespace {

class CutTest : public testing::TestWithParam<Fixture> {};

TEST_P(CutTest, AtAnyByte) {
  const std::string text = TextOf(GetParam());
  ASSERT_FALSE(text.empty());
  const Outcome whole = ImportText(GetParam().format, text, GetParam().label);
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    SCOPED_TRACE(cut);
    const Outcome part = ImportText(GetParam().format, text.substr(0, cut), GetParam().label);
    ASSERT_LE(part.report.rows, whole.report.rows);
    // Lines end anywhere without a sign of it; the last row may be a part of itself.
    for (std::size_t i = 0; i + 1 < part.taken.size(); ++i) {
      ASSERT_EQ(part.taken[i].json_line, whole.taken[i].json_line);
    }
    const ImportReport& report = part.report;
    std::int64_t skipped = 0;
    for (const auto& [reason, count] : report.skipped) skipped += count;
    ASSERT_EQ(report.rows, report.taken + report.duplicates + skipped);
    ASSERT_EQ(report.taken, report.spam + report.ham + report.unlabelled);
  }
}

TEST_P(CutTest, WithAnyByteChanged) {
  const std::string text = TextOf(GetParam());
  std::mt19937_64 random(20261126);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = text;
    changed[random() % changed.size()] = static_cast<char>(random() % 256);
    const Outcome outcome = ImportText(GetParam().format, changed, GetParam().label);
    for (const Imported& one : outcome.taken) {
      ASSERT_EQ(one.json_line.find('\n'), std::string::npos);
      ASSERT_TRUE(one.json_line.starts_with("{\"id\":\""));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, CutTest, testing::ValuesIn(AllFixtures()), [](const auto& test) {
  std::string name = test.param.file;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
});

TEST(Cut, XmlAndJsonSayThatTheyAreCutOff) {
  for (const Fixture& fixture : AllFixtures()) {
    const std::string name = fixture.file;
    if (!name.ends_with(".xml") && !name.ends_with(".json")) continue;
    const std::string text = TextOf(fixture);
    const Outcome part =
        ImportText(fixture.format, text.substr(0, text.size() * 3 / 4), fixture.label);
    EXPECT_EQ(part.status.code(), absl::StatusCode::kDataLoss) << name << ": " << part.status;
    EXPECT_GT(part.report.taken, 0) << name;
  }
}

}  // namespace
}  // namespace replyguard::service::importing
