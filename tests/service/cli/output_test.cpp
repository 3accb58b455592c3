// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/threshold_text.h"

namespace replyguard::service::cli {
namespace {

TEST(SafeText, EscapesWhatMovesColoursReordersOrHides) {
  EXPECT_EQ(SafeText("a\x1b[31mb", Newlines::kKeep), "a\\u{1B}[31mb");
  EXPECT_EQ(SafeText("a\rb\bc\x7f", Newlines::kKeep), "a\\u{D}b\\u{8}c\\u{7F}");
  EXPECT_EQ(SafeText("a\u202Eb\u2066c", Newlines::kKeep), "a\\u{202E}b\\u{2066}c");
  EXPECT_EQ(SafeText("v\u200Bi\u00ADagra\uFEFF", Newlines::kKeep),
            "v\\u{200B}i\\u{AD}agra\\u{FEFF}");
  EXPECT_EQ(SafeText("\u009b31m", Newlines::kKeep), "\\u{9B}31m");
  EXPECT_EQ(SafeText("\U000E0041", Newlines::kKeep), "\\u{E0041}");
}

TEST(SafeText, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(SafeText("a\xff", Newlines::kKeep), "a\\x{FF}");
  EXPECT_EQ(SafeText("\xc0\xaf", Newlines::kKeep), "\\x{C0}\\x{AF}");             // overlong
  EXPECT_EQ(SafeText("\xed\xa0\x80", Newlines::kKeep), "\\x{ED}\\x{A0}\\x{80}");  // surrogate
  EXPECT_EQ(SafeText("\xe2\x82", Newlines::kKeep), "\\x{E2}\\x{82}");             // cut off
}

TEST(SafeText, LeavesScriptsAndEmojiAlone) {
  const std::string text = "Grüße, мир, 你好, 👨‍👩‍👧 می‌خواهم";
  EXPECT_EQ(SafeText(text, Newlines::kKeep), text);
  EXPECT_EQ(SafeText("a\nb", Newlines::kKeep), "a\nb");
  EXPECT_EQ(SafeText("a\nb", Newlines::kEscape), "a\\u{A}b");
}

TEST(SafeLine, CutsByColumnsAndNeverWithinACharacter) {
  EXPECT_EQ(SafeLine("one\ntwo", 20), "one two");
  EXPECT_EQ(SafeLine("äöüäöü", 6), "äöüäöü");
  EXPECT_EQ(SafeLine("äöüäöüä", 6), "äöü...");
  EXPECT_EQ(Columns(SafeLine(std::string(1'000'000, 'x'), 60)), 60U);
}

TEST(MarkedBody, MarksBySignAndSurvivesWrongSpans) {
  google::protobuf::RepeatedPtrField<v1::Reason> reasons;
  const auto add = [&](double weight, int begin, int end) {
    v1::Reason& reason = *reasons.Add();
    reason.set_log_odds(weight);
    v1::Span& span = *reason.add_spans();
    span.set_begin_byte(begin);
    span.set_end_byte(end);
  };
  add(2.5, 0, 5);
  add(-1.5, 6, 10);
  add(1, -100, -50);
  add(1, 1'000'000, 2'000'000);
  add(1, 9, 3);
  const std::string body = "cheap good tea";
  EXPECT_EQ(MarkedBody(body, reasons, Style(false)), body);
  EXPECT_EQ(MarkedBody(body, reasons, Style(true)),
            "\x1b[1;7;31mcheap\x1b[0m \x1b[1;4;32mgood\x1b[0m tea");
}

TEST(Json, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(JsonString("a\u009B31m\u2066b\u00E9\U000E0041"),
            "\"a\\u009b31m\\u2066b\u00E9\\udb40\\udc41\"");
}

TEST(Json, QuotesWhatMustBe) {
  EXPECT_EQ(JsonString("a\"b\\c\nd\x01"), "\"a\\\"b\\\\c\\nd\\u0001\"");
  EXPECT_EQ(JsonObject({{"a", std::int64_t{1}}, {"b", true}, {"c", "x"}, {"d", JsonText{"[]"}}}),
            "{\"a\":1,\"b\":true,\"c\":\"x\",\"d\":[]}");
}

TEST(ThresholdText, RoundsUpSoThatThePromiseHolds) {
  EXPECT_EQ(ThresholdText(0.5), "0.5");
  EXPECT_EQ(ThresholdText(0.9483851), "0.948386");
  EXPECT_EQ(ThresholdText(0.12), "0.12");
  EXPECT_EQ(ThresholdText(0.99999999), "1");
  EXPECT_EQ(ThresholdText(1), "1");
  EXPECT_EQ(ThresholdText(0), "0");
  EXPECT_GE(std::stod(ThresholdText(0.3)), 0.3);
}

}  // namespace
}  // namespace replyguard::service::cli
