// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Archives whose size is the attack: what is small on disk and large in memory, or quadratic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <string>

#include "service/import/archives.h"
#include "service/import/source.h"

#if defined(__SANITIZE_ADDRESS__)
// Memory that was freed is to be counted as free here.
extern "C" const char* __asan_default_options();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "quarantine_size_mb=1";
}
#endif

namespace replyguard::service::importing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kMegabyte = 1024 * 1024;

std::string Wxr(const std::string& content) {
  return "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><item><wp:comment>"
         "<wp:comment_content>" +
         content + "</wp:comment_content></wp:comment></item></channel></rss>";
}

std::string Wide(const std::string& ascii, bool little) {
  std::string wide = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char c : ascii) {
    if (!little) wide.push_back('\0');
    wide.push_back(c);
    if (little) wide.push_back('\0');
  }
  return wide;
}

void ExpectRefused(const Outcome& outcome, const char* why) {
  EXPECT_EQ(outcome.status.code(), absl::StatusCode::kInvalidArgument) << outcome.status;
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr(why));
}

// One entity of a megabyte, used ten thousand times, is ten gigabytes and no nesting.
TEST(HostileSize, QuadraticBlowupIsRefused) {
  std::string uses;
  for (int i = 0; i < 10'000; ++i) uses += "&a;";
  const std::string document =
      "<!DOCTYPE rss [<!ENTITY a \"" + std::string(kMegabyte / 2, 'a') + "\">]>" + Wxr(uses);
  ExpectRefused(ImportText(ArchiveFormat::kWxr, document), "declares an entity");
  ExpectRefused(ImportText(ArchiveFormat::kDisqus, document), "declares an entity");
}

TEST(HostileSize, EntitiesInUtf16AreNoWayAround) {
  const std::string bomb = "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>" + Wxr("&b;");
  const std::string file =
      "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + Wxr("&x;");
  for (const bool little : {true, false}) {
    ExpectRefused(ImportText(ArchiveFormat::kWxr, Wide(bomb, little)), "declares an entity");
    ExpectRefused(ImportText(ArchiveFormat::kWxr, Wide(file, little)), "declares an entity");
    const Outcome good = ImportText(ArchiveFormat::kWxr, Wide(Wxr("wide"), little));
    ASSERT_EQ(good.report.taken, 1) << good.status;
    EXPECT_EQ(good.taken[0].submission.body, "wide");
  }
}

// A document type that lies elsewhere is not fetched, and its entities stay unknown.
TEST(HostileSize, AnExternalDocumentTypeIsNotRead) {
  const Outcome outcome = ImportText(
      ArchiveFormat::kWxr, "<!DOCTYPE rss SYSTEM \"file:///etc/passwd\">" + Wxr("a &x; b"));
  EXPECT_TRUE(outcome.taken.empty() ||
              outcome.taken[0].submission.body.find("root") == std::string::npos);
  EXPECT_EQ(outcome.report.rows, static_cast<std::int64_t>(outcome.taken.size()));
}

TEST(HostileSize, AttributesWithoutEndAreRefused) {
  std::string many = "<rss ";
  for (int i = 0; i < 200'000; ++i) many += "a" + std::to_string(i) + "=\"x\" ";
  ExpectRefused(ImportText(ArchiveFormat::kWxr, many + ">"), "longer than 1048576 bytes");
  ExpectRefused(
      ImportText(ArchiveFormat::kWxr, "<rss a=\"" + std::string(2 * kMegabyte, 'x') + "\"></rss>"),
      "longer than 1048576 bytes");
  ExpectRefused(ImportText(ArchiveFormat::kWxr, "<rss a=\"1\" a=\"2\"></rss>"), "duplicate");
}

std::size_t PeakMemoryBytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t kib = 0;
  while (status >> word) {
    if (word == "VmHWM:") status >> kib;
  }
  return kib * 1024;
}

// `megabytes` of one byte between two texts, as gzip: a thousandth of it.
std::string Bomb(const std::string& begin, char filling, std::size_t megabytes,
                 const std::string& end) {
  std::string out;
  std::string piece(kMegabyte, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  const auto feed = [&](std::string text, int flush) {
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      deflate(&stream, flush);
      out.append(piece, 0, piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  };
  feed(begin, Z_NO_FLUSH);
  for (std::size_t i = 0; i < megabytes; ++i) feed(std::string(kMegabyte, filling), Z_NO_FLUSH);
  feed(end, Z_FINISH);
  deflateEnd(&stream);
  return out;
}

TEST(HostileSize, ABombOfGzipTakesNoMemory) {
  constexpr std::size_t kMegabytes = 256;
  constexpr std::size_t kGrowthBytesMax = 32 * kMegabyte;
  const std::string line = Bomb("{\"text\":\"", 'x', kMegabytes, "\"}\n{\"text\":\"after\"}\n");
  const std::string field = Bomb(
      "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><item><wp:comment>"
      "<wp:comment_content>",
      'x', kMegabytes, "</wp:comment_content></wp:comment></item></channel></rss>");
  ASSERT_LT(line.size(), kMegabyte) << "no bomb";
  const std::size_t before = PeakMemoryBytes();
  const Outcome lines = ImportText(ArchiveFormat::kJsonLines, line);
  EXPECT_TRUE(lines.status.ok()) << lines.status;
  EXPECT_EQ(lines.report.skipped.at("too_long"), 1);
  EXPECT_EQ(lines.report.taken, 1);
  const Outcome fields = ImportText(ArchiveFormat::kWxr, field);
  EXPECT_TRUE(fields.status.ok()) << fields.status;
  ASSERT_EQ(fields.report.taken, 1);
  EXPECT_LT(fields.taken[0].submission.body.size(), kFieldBytesMax);
  // A bomb within a bomb is undone once: what comes out is no text.
  const Outcome nested = ImportText(ArchiveFormat::kJsonLines, Bomb(line, 'x', 0, ""));
  EXPECT_EQ(nested.report.taken, 0);
  EXPECT_LT(PeakMemoryBytes() - before, kGrowthBytesMax);
}

}  // namespace
}  // namespace replyguard::service::importing
