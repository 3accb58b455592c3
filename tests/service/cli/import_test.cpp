// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The command import, by the built binary, without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "service/cli/program.h"

namespace replyguard::service::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// Files of one test, which end with it.
class ImportTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "replyguard-import-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    return Path(name);
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  std::filesystem::path folder_;
};

constexpr const char* kTable =
    "comment_ID,comment_author,comment_author_email,comment_content,comment_approved,comment_type\n"
    "1,Ann,ann.secret@mail.example,\"A good, long\nwalk\",1,\n"
    "2,Pills,pills.secret@mail.example,buy at pills.secret@mail.example,spam,\n"
    "2,Pills,pills.secret@mail.example,buy at pills.secret@mail.example,spam,\n"
    "3,Bob,,Is it open?,0,\n"
    "4,Weekly,,read about it,1,pingback\n";

TEST_F(ImportTest, DryRunPrintsOneObjectAndWritesWhatTheOthersRead) {
  const std::string file = Write("comments.csv", kTable);
  const Ran ran = RunProgram({"import", file, "--from", "wp-comments-csv", "--dry-run", "--format",
                              "json", "--output", Path("out.jsonl")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  const json report = json::parse(ran.out);
  EXPECT_EQ(report["rows"], 5);
  EXPECT_EQ(report["taken"], 3);
  EXPECT_EQ(report["duplicates"], 1);
  EXPECT_EQ(report["skipped"], json({{"pingback", 1}}));
  EXPECT_EQ(report["spam"], 1);
  EXPECT_EQ(report["ham"], 1);
  EXPECT_EQ(report["unlabelled"], 1);
  EXPECT_EQ(report["warnings"], json::array());
  const std::string written = Read("out.jsonl");
  EXPECT_THAT(written, HasSubstr("a***@mail.example"));
  EXPECT_THAT(written + ran.out, Not(HasSubstr("secret")));

  const Ran evaluated = RunProgram({"evaluate", "--input", Path("out.jsonl"), "--format", "json"});
  ASSERT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_THAT(evaluated.out, HasSubstr("\"n\":2,\"spam\":1,"));
  EXPECT_THAT(evaluated.out, HasSubstr("\"unlabelled\":1"));
  const Ran trained =
      RunProgram({"train", "--input", Path("out.jsonl"), "--output", Path("model")});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("1 spam and 1 ham"));
}

TEST_F(ImportTest, WhatItWritesAppearsWholeOrNotAtAllAndForItsOwnerAlone) {
  const std::string file = Write("comments.csv", kTable);
  const auto run = [&](const std::string& from, const std::string& output) {
    return RunProgram(
        {"import", from, "--from", "wp-comments-csv", "--dry-run", "--output", output});
  };
  Write("out.jsonl", "what was there");
  // The quote is not closed: it is found at the end.
  const Ran torn =
      run(Write("torn.csv", std::string(kTable) + "5,Zoe,,\"never closed"), Path("out.jsonl"));
  EXPECT_EQ(torn.code, 2);
  EXPECT_EQ(Read("out.jsonl"), "what was there");
  EXPECT_FALSE(std::filesystem::exists(Path("out.jsonl.partial")));
  Write("victim", "theirs");
  std::filesystem::create_symlink(Path("victim"), Path("out.jsonl.partial"));
  EXPECT_EQ(run(file, Path("out.jsonl")).code, 2);
  EXPECT_EQ(Read("victim"), "theirs");
  std::filesystem::remove(Path("out.jsonl.partial"));
  ASSERT_EQ(run(file, Path("out.jsonl")).code, 0);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(Path("out.jsonl")).permissions(),
            perms::owner_read | perms::owner_write);
  EXPECT_FALSE(std::filesystem::exists(Path("out.jsonl.partial")));
  // "-" is no file of that name, and holds nothing else.
  const Ran out = run(file, "-");
  EXPECT_EQ(out.code, 0) << out.err;
  EXPECT_EQ(out.out, Read("out.jsonl"));
  EXPECT_THAT(out.err, HasSubstr("3 taken"));
}

TEST_F(ImportTest, StandardInputAndWordsForPeople) {
  const Ran ran = RunProgram({"import", "-", "--from", "jsonl", "--dry-run"}, {},
                             "{\"id\": \"1\", \"text\": \"fine\", \"label\": \"ham\"}\n");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 taken: 0 spam, 1 ham, 0 unlabelled"));
  EXPECT_THAT(ran.out, HasSubstr("warning: There is no spam in it"));
}

TEST_F(ImportTest, WhatIsWrongIsNamedWithoutItsContent) {
  const std::string torn = Write("torn.xml",
                                 "<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><item>\n"
                                 "<wp:comment><wp:comment_content>one</wp:comment_content>"
                                 "</wp:comment>\n<wp:comment><wp:comment_content>the secret");
  const Ran cut = RunProgram({"import", torn, "--from", "wxr", "--dry-run", "--format", "json"});
  EXPECT_EQ(cut.code, 2);
  EXPECT_EQ(json::parse(cut.out)["taken"], 1);
  EXPECT_THAT(cut.err, HasSubstr("torn.xml: line 3: it is cut off"));
  EXPECT_THAT(cut.err, Not(HasSubstr("secret")));

  std::string lines = "{\"text\": \"fine\", \"label\": \"ham\"}\n";
  for (int i = 0; i < 30; ++i) lines += "a secret line\n";
  const Ran bad = RunProgram({"import", Write("bad.jsonl", lines), "--from", "jsonl", "--dry-run"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.out, HasSubstr("1 taken"));
  EXPECT_THAT(bad.out, HasSubstr("30 skipped: malformed"));
  EXPECT_THAT(bad.err, HasSubstr("line 2: is not a JSON object"));
  EXPECT_THAT(bad.err, HasSubstr("further failures are only counted"));
  EXPECT_THAT(bad.err + bad.out, Not(HasSubstr("secret")));
}

TEST_F(ImportTest, CommandLinesThatCannotBe) {
  const std::string file = Write("comments.csv", kTable);
  const std::vector<std::vector<std::string>> cases = {
      {"import", file},
      {"import", "--from", "csv"},
      {"import", file, "--from", "blogger", "--dry-run"},
      {"import", Path("absent"), "--from", "csv", "--dry-run"},
      {"import", file, "--from", "wp-comments-csv", "--label", "spam", "--dry-run"},
      {"import", file, "--from", "wp-comments-csv", "--dry-run", "--output", file},
      {"import", file, "--from", "wxr", "--dry-run"},
      {"import", file, "--from", "tg-spam", "--dry-run"},
      {"import", file, "--from", "wp-comments-csv"}};  // neither site nor key
  for (const auto& arguments : cases) {
    const Ran ran = RunProgram(arguments);
    EXPECT_EQ(ran.code, 2) << testing::PrintToString(arguments) << ran.out;
    EXPECT_THAT(ran.err, Not(HasSubstr("secret")));
  }
  EXPECT_EQ(Read("comments.csv"), kTable);
}

// As many rows as fill so many bytes, of a table as spreadsheets write it. Never held as a whole:
// what this process takes, its children seem to take too.
void WriteRows(const std::string& path, std::size_t bytes) {
  std::ofstream out(path, std::ios::binary);
  out << "id,author_name,content,label\n";
  const std::string rest = ",Ann,\"" + std::string(2000, 'x') + " \"\"quoted\"\"\nline\",ham\n";
  for (std::size_t i = 0; i * rest.size() < bytes; ++i) out << i << rest;
}

TEST_F(ImportTest, MemoryDoesNotGrowWithTheFile) {
  // A sanitizer keeps what is freed; with this it does not keep much.
  const std::map<std::string, std::string> environment = {{"ASAN_OPTIONS", "quarantine_size_mb=1"}};
  const auto peak = [&](std::size_t megabytes) {
    WriteRows(Path("big.csv"), megabytes * 1024 * 1024);
    const Ran ran =
        RunProgram({"import", Path("big.csv"), "--from", "csv", "--dry-run"}, environment);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.peak_memory_kib;
  };
  const long small = peak(1);
  const long large = peak(50);
  EXPECT_GT(small, 0);
  EXPECT_LT(large - small, 16 * 1024) << small << " and " << large << " KiB";
}

}  // namespace
}  // namespace replyguard::service::cli
