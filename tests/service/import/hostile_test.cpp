// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Archives that mean harm, or were made by something broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "service/import/archives.h"
#include "service/import/source.h"

namespace replyguard::service::importing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr const char* kWxrBegin =
    "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><item>";
constexpr const char* kWxrEnd = "</item></channel></rss>";

std::string Comment(const std::string& content) {
  return "<wp:comment><wp:comment_content>" + content +
         "</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment>";
}
std::string Wxr(const std::string& content) { return kWxrBegin + Comment(content) + kWxrEnd; }

Outcome ImportMade(ArchiveFormat format, std::function<std::string()> next) {
  MadeStream made(std::move(next));
  std::istream in(&made);
  return Import(format, in);
}

testing::AssertionResult Refused(const Outcome& outcome, const std::string& why) {
  if (outcome.status.code() != absl::StatusCode::kInvalidArgument) {
    return testing::AssertionFailure() << outcome.status;
  }
  const std::string message(outcome.status.message());
  if (message.find(why) == std::string::npos) return testing::AssertionFailure() << message;
  return testing::AssertionSuccess();
}

TEST(HostileXml, EntitiesAreRefused) {
  const std::string laughs =
      "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">"
      "<!ENTITY c \"&b;&b;&b;&b;\">]>" +
      Wxr("&c;");
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWxr, laughs), "line 1: declares an entity"));
  const std::string file =
      "<!DOCTYPE rss [\n<!ENTITY x SYSTEM \"file:///etc/passwd\">\n]>" + Wxr("&x;");
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWxr, file), "line 2: declares an entity"));
  EXPECT_TRUE(Refused(
      ImportText(ArchiveFormat::kWxr,
                 "<!DOCTYPE rss [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x\"> %p;]>" + Wxr("x")),
      "declares an entity"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kDisqus, laughs), "declares an entity"));
  // Without a declaration there is none to refer to.
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWxr, Wxr("&c;")), "undefined entity"));
}

TEST(HostileXml, ADocumentTypeWithoutEntitiesIsHarmless) {
  const Outcome outcome = ImportText(
      ArchiveFormat::kWxr, "<!DOCTYPE rss SYSTEM \"http://127.0.0.1:1/rss.dtd\">" + Wxr("fine"));
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.report.taken, 1);
}

TEST(HostileXml, DepthIsBounded) {
  EXPECT_TRUE(Refused(
      ImportMade(ArchiveFormat::kWxr, Repeated(kWxrBegin + Comment("before"), "<a>", 100'000, "")),
      "nested deeper than 64"));
  EXPECT_TRUE(
      Refused(ImportMade(ArchiveFormat::kDisqus, Repeated("<disqus>", "<post>", 100'000, "")),
              "nested deeper than 64"));
}

TEST(HostileXml, AFieldOfAHundredMegabytesIsCut) {
  constexpr std::int64_t kPieces = 1600;
  const std::string begin = std::string(kWxrBegin) + "<wp:comment><wp:comment_content><![CDATA[";
  const std::string end =
      std::string("]]></wp:comment_content></wp:comment>") + Comment("after") + kWxrEnd;
  const Outcome outcome =
      ImportMade(ArchiveFormat::kWxr, Repeated(begin, std::string(64 * 1024, 'x'), kPieces, end));
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  ASSERT_EQ(outcome.report.taken, 2);
  EXPECT_EQ(outcome.taken[0].submission.body.size(), 65'525U);
  EXPECT_EQ(outcome.taken[1].submission.body, "after");
  EXPECT_THAT(outcome.report.repaired, ElementsAre(Pair("CUT", 1)));
}

TEST(HostileXml, ATagWithoutEndIsRefused) {
  for (const char* begin : {"<item name=\"", "<!-- ", "<?instruction "}) {
    EXPECT_TRUE(
        Refused(ImportMade(ArchiveFormat::kWxr, Repeated(kWxrBegin + Comment("before") + begin,
                                                         std::string(64 * 1024, 'x'), 1600, "")),
                "longer than 1048576 bytes"))
        << begin;
  }
}

TEST(HostileXml, ControlsAndBadBytesAreMended) {
  using std::string_literals::operator""s;
  const Outcome outcome = ImportText(ArchiveFormat::kWxr, Wxr("a\0b\x08"
                                                              "c\xFF"
                                                              "d\xE2\x82"s));
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  ASSERT_EQ(outcome.report.taken, 1);
  EXPECT_EQ(outcome.taken[0].submission.body, "a b c\uFFFDd\uFFFD");
}

TEST(HostileXml, OtherEncodingsAreRead) {
  const Outcome latin = ImportText(
      ArchiveFormat::kWxr, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + Wxr("caf\xE9"));
  ASSERT_EQ(latin.report.taken, 1) << latin.status;
  EXPECT_EQ(latin.taken[0].submission.body, "caf\u00e9");
  std::string wide = "\xFF\xFE";
  for (const char c : Wxr("wide")) wide.append(1, c).append(1, '\0');
  const Outcome utf16 = ImportText(ArchiveFormat::kWxr, wide);
  ASSERT_EQ(utf16.report.taken, 1) << utf16.status;
  EXPECT_EQ(utf16.taken[0].submission.body, "wide");
  const Outcome other =
      ImportText(ArchiveFormat::kWxr, "<?xml version=\"1.0\" encoding=\"KOI8-R\"?>" + Wxr("x"));
  EXPECT_TRUE(Refused(other, "save it as UTF-8"));
}

TEST(HostileXml, WhatIsNotClosedIsCutOffAfterTheCommentsBefore) {
  for (const char* rest :
       {"<wp:comment><wp:comment_content><![CDATA[open", "<wp:comment", "<!-- x"}) {
    const Outcome outcome =
        ImportText(ArchiveFormat::kWxr, kWxrBegin + Comment("before") + "\n" + rest);
    EXPECT_EQ(outcome.status.code(), absl::StatusCode::kDataLoss) << outcome.status;
    EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("line 2: it is cut off"));
    EXPECT_EQ(outcome.report.taken, 1);
  }
}

TEST(HostileXml, TheWrongFormatIsNamed) {
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWxr, "<disqus/>"), "--from disqus"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kDisqus, Wxr("x")), "--from wxr"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWxr, "<html/>"), "no WordPress export"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWxr, "a,b\n"), "no well-formed XML"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWxr, ""), "it is empty"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kCsv, "PK\x03\x04zip"), "unpack it first"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kIsso, "SQLite format 3"), "sqlite3 -json"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kCsv, "\xFF\xFEx"), "UTF-16"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kIsso, "{}"), "an array of objects"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kCsv, "a,b\n1,2\n"), "must name the columns"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWpCommentsCsv, "a,b\n"), "comment_approved"));
}

TEST(HostileCsv, AQuoteThatNeverClosesIsRefused) {
  const Outcome endless =
      ImportMade(ArchiveFormat::kCsv, Repeated("text,label\ngood,ham\n\"", "x\n", 2'000'000, ""));
  EXPECT_TRUE(Refused(endless, "row 3, which begins at line 3, is longer than 1,048,576 bytes"));
  EXPECT_EQ(endless.report.taken, 1);
  const Outcome torn = ImportText(ArchiveFormat::kCsv, "text,label\ngood,ham\n\"torn");
  EXPECT_EQ(torn.status.code(), absl::StatusCode::kDataLoss) << torn.status;
  EXPECT_EQ(torn.report.taken, 1);
  EXPECT_TRUE(Refused(ImportMade(ArchiveFormat::kCsv, Repeated("text", ",x", 1000, "\n")),
                      "more than 256 columns"));
}

TEST(HostileCsv, AColumnNamedTwiceIsRefusedUnlessNobodyReadsIt) {
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kCsv, "text,label,Label\na,spam,ham\n"),
                      "row 1: it names the column label twice"));
  EXPECT_TRUE(Refused(ImportText(ArchiveFormat::kWpCommentsCsv,
                                 "comment_content,comment_approved,comment_approved\na,1,spam\n"),
                      "names the column comment_approved twice"));
  EXPECT_EQ(ImportText(ArchiveFormat::kCsv, "text,label,note,note\na,spam,,\n").report.spam, 1);
}

TEST(HostileJson, DepthAndLengthAreBounded) {
  EXPECT_TRUE(Refused(ImportMade(ArchiveFormat::kIsso, Repeated("[{\"id\":", "[", 100'000, "")),
                      "nested too deep"));
  EXPECT_TRUE(Refused(ImportMade(ArchiveFormat::kIsso,
                                 Repeated("[{\"id\":\"", std::string(64 * 1024, 'x'), 1600, "")),
                      "longer than 1,048,576 bytes"));
  EXPECT_TRUE(Refused(ImportMade(ArchiveFormat::kTgSpam,
                                 Repeated("{\"spam\":[\"", std::string(64 * 1024, 'x'), 1600, "")),
                      "longer than 1,048,576 bytes"));
  const Outcome line = ImportMade(
      ArchiveFormat::kJsonLines,
      Repeated("{\"text\":\"", std::string(64 * 1024, 'x'), 1600, "\"}\n{\"text\":\"after\"}\n"));
  EXPECT_TRUE(line.status.ok());
  EXPECT_THAT(line.report.skipped, ElementsAre(Pair("too_long", 1)));
  EXPECT_EQ(line.report.taken, 1);
  const Outcome deep =
      ImportText(ArchiveFormat::kJsonLines, "{\"text\":" + std::string(500'000, '[') + "\n");
  EXPECT_THAT(deep.report.skipped, ElementsAre(Pair("malformed", 1)));
}

std::string Gzip(const std::string& text) {
  std::string out(text.size() + 1024, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Gzip, IsUndoneAndItsFaultsAreTold) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"id\":" + std::to_string(i) + ",\"text\":\"one\"}\n";
  const std::string packed = Gzip(text);
  const Outcome whole = ImportText(ArchiveFormat::kJsonLines, packed);
  EXPECT_TRUE(whole.status.ok()) << whole.status;
  EXPECT_EQ(whole.report.taken, 20'000);
  EXPECT_EQ(
      ImportText(ArchiveFormat::kJsonLines, packed + Gzip("{\"text\":\"more\"}\n")).report.taken,
      20'001);
  const Outcome cut = ImportText(ArchiveFormat::kJsonLines, packed.substr(0, packed.size() / 2));
  EXPECT_EQ(cut.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(cut.status.message()), HasSubstr("is cut off"));
  EXPECT_GT(cut.report.taken, 0);
  std::string broken = packed;
  for (std::size_t i = broken.size() / 2; i < broken.size() / 2 + 64; ++i) broken[i] = '\x55';
  EXPECT_THAT(std::string(ImportText(ArchiveFormat::kJsonLines, broken).status.message()),
              HasSubstr("is broken"));
}

}  // namespace
}  // namespace replyguard::service::importing
