// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A stranger's text in a spreadsheet is no formula, and comes back as it was.
#include "service/import/csv_escape.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <random>
#include <string>

#include "service/import/archives.h"

namespace replyguard::service::importing {
namespace {

TEST(CsvEscapeTest, WhatBeginsAFormulaIsText) {
  const std::array<std::pair<const char*, const char*>, 20> cases = {{
      {"=1", "'=1"},
      {"+1", "'+1"},
      {"-1", "'-1"},
      {"@a", "'@a"},
      {"\tx", "'\tx"},
      {"\rx", "'\rx"},
      {"  =1", "'  =1"},
      {"\u00a0\u3000\u200b=1", "'\u00a0\u3000\u200b=1"},
      {"\uff1d1", "'\uff1d1"},
      {"\uff0b1", "'\uff0b1"},
      {"\uff0d1", "'\uff0d1"},
      {"\uff201", "'\uff201"},
      {"\u22121", "'\u22121"},
      {"a;=1", "a;'=1"},
      {"a\n\n=1", "'a\n\n=1"},
      {"a\"=1", "a\"'=1"},
      {"'", "''"},
      {"'=1", "''=1"},
      {"a=1, b-2", "a=1, b-2"},
      {"", ""},
  }};
  for (const auto& [text, escaped] : cases) {
    // A line end begins a cell, and so does each of several.
    const std::string want = std::string(text) == "a\n\n=1" ? "a\n'\n'=1" : escaped;
    EXPECT_EQ(EscapeFormulae(text), want) << text;
    EXPECT_EQ(UnescapeFormulae(want), text);
  }
}

TEST(CsvEscapeTest, EveryTextComesBack) {
  const std::array<const char*, 14> pieces = {"'",  "=", ",", ";", "\t",     "\n",     "\r",
                                              "\"", " ", "-", "a", "\uff1d", "\u3000", "\xff"};
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto n = random() % 9; n > 0; --n) text += pieces.at(random() % pieces.size());
    const std::string escaped = EscapeFormulae(text);
    ASSERT_EQ(UnescapeFormulae(escaped), text);
    ASSERT_FALSE(!escaped.empty() && std::string("=+-@\t\r").find(escaped[0]) != std::string::npos)
        << text;
  }
}

// Were each of the cells' beginnings read on to the end of the run, this would be 4 * 10^11 steps.
TEST(CsvEscapeTest, ALongRunOfBlanksIsReadOnce) {
  const std::string text(1'000'000, '\t');
  EXPECT_EQ(UnescapeFormulae(EscapeFormulae(text + "=")), text + "=");
  EXPECT_EQ(EscapeFormulae(text), "'" + text) << "only what leads";
}

TEST(CsvEscapeTest, OnlyOurOwnTableIsUnescaped) {
  const auto own = ImportText(ArchiveFormat::kCsv,
                              "id,text,label,replyguard_csv_1\r\n"
                              "1,\"'=1\",ham,\r\n2,\"''quoted'\",ham,\r\n3,NULL,ham,\r\n");
  ASSERT_EQ(own.taken.size(), 3U) << own.status;
  EXPECT_EQ(own.taken[0].submission.body, "=1");
  EXPECT_EQ(own.taken[1].submission.body, "'quoted'");
  EXPECT_EQ(own.taken[2].submission.body, "NULL") << "a word somebody wrote";
  const auto other =
      ImportText(ArchiveFormat::kCsv, "id,text,label\r\n1,\"'=1\",ham\r\n3,NULL,ham\r\n");
  ASSERT_EQ(other.taken.size(), 1U);
  EXPECT_EQ(other.taken[0].submission.body, "'=1");
}

}  // namespace
}  // namespace replyguard::service::importing
