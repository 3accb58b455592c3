// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The commands evaluate and train, by the built binary, on streams in our own words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "service/cli/program.h"

namespace replyguard::service::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Files of one test, which end with it.
class EvaluateTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "replyguard-evaluate-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  std::filesystem::path folder_;
};

// Alternately an offer and a remark, each a little different.
std::string Stream(int n) {
  std::ostringstream out;
  for (int i = 0; i < n; ++i) {
    const bool spam = i % 2 == 0;
    out << "{\"id\": \"c" << i << "\", \"author\": \"" << (spam ? "Best Deals " : "Nina ") << i % 7
        << "\", \"text\": \""
        << (spam ? "cheap pills, visit http://pills" + std::to_string(i % 5) + ".example/buy now"
                 : "I liked part " + std::to_string(i % 9) + " of this article very much")
        << "\", \"label\": \"" << (spam ? "spam" : "ham") << "\", \"extra\": [1]}\n";
  }
  return out.str();
}

std::vector<std::vector<std::string>> Rows(const std::string& tsv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(tsv);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, '\t');) rows.back().push_back(field);
  }
  return rows;
}

TEST_F(EvaluateTest, OnlineScoresEachBeforeItsLabelIsLearnt) {
  Write("s.jsonl", Stream(120));
  const Ran ran = RunProgram({"evaluate", "--input", Path("s.jsonl"), "--scores", Path("o.tsv"),
                              "--report", Path("r.html"), "--format", "json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"n\":120,\"spam\":60"));
  const auto rows = Rows(Read("o.tsv"));
  ASSERT_EQ(rows.size(), 120U);
  EXPECT_EQ(rows[0][0], "c0");
  EXPECT_EQ(rows[0][1], "spam");
  // Nothing was known yet but that it has a link.
  EXPECT_GT(std::stod(rows[0][2]), 0.5);
  EXPECT_LT(std::stod(rows[0][2]), 0.95);
  EXPECT_GT(std::stod(rows[118][2]), 0.9);
  EXPECT_LT(std::stod(rows[119][2]), 0.1);
  const std::string page = Read("r.html");
  EXPECT_THAT(page, HasSubstr("ROC curve"));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("NaN")));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

TEST_F(EvaluateTest, WritesThroughNoLinkAndForItsOwnerAlone) {
  Write("s.jsonl", Stream(120));
  Write("victim", "theirs");
  std::filesystem::create_symlink(Path("victim"), Path("o.tsv.partial"));
  const Ran ran = RunProgram({"evaluate", "--input", Path("s.jsonl"), "--scores", Path("o.tsv")});
  EXPECT_NE(ran.code, 0);
  EXPECT_EQ(Read("victim"), "theirs");
  std::filesystem::remove(Path("o.tsv.partial"));
  ASSERT_EQ(RunProgram({"evaluate", "--input", Path("s.jsonl"), "--scores", Path("o.tsv")}).code,
            0);
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(Path("o.tsv")).permissions(),
            perms::owner_read | perms::owner_write);
  // "-" is no file of that name, as for exports.
  const Ran out = RunProgram({"evaluate", "--input", Path("s.jsonl"), "--scores", "-"});
  EXPECT_EQ(out.code, 0) << out.err;
  EXPECT_EQ(out.out, Read("o.tsv"));
  EXPECT_THAT(out.err, HasSubstr("STREAM"));
  const Ran both =
      RunProgram({"evaluate", "--input", Path("s.jsonl"), "--scores", "-", "--report", "-"});
  EXPECT_EQ(both.code, 2);
}

// What comes later changes nothing of what was said before.
TEST_F(EvaluateTest, AScoreDependsOnWhatCameBeforeAlone) {
  Write("short.jsonl", Stream(60));
  Write("long.jsonl", Stream(90));
  for (const char* name : {"short", "long"}) {
    ASSERT_EQ(RunProgram({"evaluate", "--input", Path(std::string(name) + ".jsonl"), "--scores",
                          Path(std::string(name) + ".tsv")})
                  .code,
              0);
  }
  const std::string shorter = Read("short.tsv");
  EXPECT_EQ(Read("long.tsv").substr(0, shorter.size()), shorter);
}

TEST_F(EvaluateTest, UnlabelledRowsAreScoredAndNotMeasured) {
  Write("s.jsonl", Stream(60) + "{\"id\": \"a\\tb\", \"content\": \"cheap pills now\"}\n\n" +
                       "{\"text\": \"I liked this article\", \"label\": null, \"author\": null}\n");
  const Ran ran = RunProgram(
      {"evaluate", "--input", Path("s.jsonl"), "--scores", Path("o.tsv"), "--format", "json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"n\":60,\"spam\":30,\"unlabelled\":2"));
  const auto rows = Rows(Read("o.tsv"));
  ASSERT_EQ(rows.size(), 62U);
  EXPECT_EQ(rows[60][0], "a b");
  EXPECT_EQ(rows[60][1], "");
  EXPECT_EQ(rows[61][0], "63");  // its line
}

// A model from a file, and the same labels learnt on the spot, say the same bit for bit.
TEST_F(EvaluateTest, AModelFileIsWhatWasTrained) {
  Write("train.jsonl", Stream(100));
  Write("new.jsonl", Stream(20));
  const Ran trained = RunProgram(
      {"train", "--input", Path("train.jsonl"), "--output", Path("m"), "--format", "json"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("\"spam\":50,\"ham\":50"));
  const auto scores = [&](const std::string& flag, const std::string& file) {
    const Ran ran = RunProgram({"evaluate", "--protocol", "static", flag, Path(file), "--input",
                                Path("new.jsonl"), "--scores", Path("o.tsv")});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return Read("o.tsv");
  };
  const std::string from_model = scores("--model", "m");
  EXPECT_EQ(from_model, scores("--train", "train.jsonl"));
  EXPECT_GT(std::stod(Rows(from_model)[0][2]), 0.9);
}

TEST_F(EvaluateTest, CrossValidationKnowsNothingOfWhatItScores) {
  // Every text comes once, with a label that nothing could guess: no better than chance.
  std::ostringstream out;
  const char* letters = "abcdefghijklmnopqrstuvwxyz";
  unsigned state = 1;
  for (int i = 0; i < 200; ++i) {
    out << "{\"text\": \"";
    for (int k = 0; k < 24; ++k) {
      state = state * 1664525U + 1013904223U;
      out << letters[(state >> 24U) % 26];
    }
    state = state * 1664525U + 1013904223U;
    out << "\", \"label\": \"" << ((state >> 30U) % 2 == 0 ? "spam" : "ham") << "\"}\n";
  }
  Write("s.jsonl", out.str());
  const Ran ran =
      RunProgram({"evaluate", "--protocol", "cv", "--input", Path("s.jsonl"), "--format", "json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::string key = "\"one_minus_roca_pct\":";
  const double roca = std::stod(ran.out.substr(ran.out.find(key) + key.size()));
  EXPECT_GT(roca, 35);
  EXPECT_LT(roca, 65);
}

// The first 40 are said before the model is trained: a server holds them all.
TEST_F(EvaluateTest, ThresholdsKeepTheirPromiseOrSayWhatItTakes) {
  Write("s.jsonl", Stream(640));
  const Ran json = RunProgram({"evaluate", "--input", Path("s.jsonl"), "--ham-loss-max", "0.25",
                               "--ham-loss-max", "0.01", "--format", "json"});
  ASSERT_EQ(json.code, 0) << json.err;
  EXPECT_THAT(json.out, HasSubstr("\"thresholds\":[{\"ham_loss_max\":0.001,\"ham\":300,"
                                  "\"ham_needed\":2995,\"refused\":\"too few good comments to "
                                  "promise this: there are 300, it takes 2995\"},"
                                  "{\"ham_loss_max\":0.005,\"ham\":300,\"ham_needed\":598,"));
  const auto value = [&](const std::string& after, const std::string& name) {
    const std::string key = "\"" + name + "\":";
    const auto at = json.out.find(key, json.out.find(after));
    return at == std::string::npos ? -1 : std::stod(json.out.substr(at + key.size()));
  };
  for (const std::string target : {"\"ham_loss_max\":0.01,", "\"ham_loss_max\":0.25,"}) {
    EXPECT_LE(value(target, "ham_loss"), target == "\"ham_loss_max\":0.01," ? 0.01 : 0.25);
    EXPECT_GT(value(target, "threshold"), 0);
    EXPECT_LT(value(target, "threshold"), 1);
    EXPECT_EQ(value(target, "spam_caught"), 1);
  }
  // Every digit: a threshold that is rounded down loses what it lies just above.
  const auto at = json.out.find("\"threshold\":") + 12;
  EXPECT_GT(json.out.find(',', at) - at, 12U) << json.out;
  EXPECT_LT(value("\"ham_loss_max\":0.25,", "threshold"),
            value("\"ham_loss_max\":0.01,", "threshold"));
  EXPECT_EQ(json.out.find("0.01,", json.out.find("0.01,") + 1), std::string::npos) << json.out;

  const Ran human = RunProgram({"evaluate", "--input", Path("s.jsonl")});
  EXPECT_THAT(human.out, HasSubstr("300; it takes 2995"));
  EXPECT_THAT(human.out, HasSubstr("95 % confidence"));
  for (const char* share : {"0", "1e-300", "1", "nan"}) {
    EXPECT_EQ(RunProgram({"evaluate", "--input", Path("s.jsonl"), "--ham-loss-max", share}).code, 2)
        << share;
  }
}

// A stream without spam has none to catch: no number says so.
TEST_F(EvaluateTest, SpamCaughtIsNullWhereThereIsNone) {
  Write("train.jsonl", Stream(640));
  std::string ham;
  for (int i = 0; i < 40; ++i)
    ham += R"({"text": "see you at lunch", "label": "ham"})"
           "\n";
  Write("ham.jsonl", ham);
  const Ran json =
      RunProgram({"evaluate", "--protocol", "static", "--train", Path("train.jsonl"), "--input",
                  Path("ham.jsonl"), "--ham-loss-max", "0.25", "--format", "json"});
  ASSERT_EQ(json.code, 0) << json.err;
  EXPECT_THAT(json.out, HasSubstr("\"ham_loss\":0,\"spam_caught\":null}"));
}

// What a line tells beside the text is evidence, and a value of another kind is none.
TEST_F(EvaluateTest, HowACommentCameIsRead) {
  const auto stream = [](const std::string& spam, const std::string& ham) {
    std::string text;
    for (int i = 0; i < 80; ++i) {
      text += "{\"text\": \"one text for all\", \"language\": \"en\", " +
              (i % 2 == 0 ? spam + ", \"label\": \"spam\"}\n" : ham + ", \"label\": \"ham\"}\n");
    }
    return text;
  };
  const auto told_apart = [&](const std::string& spam, const std::string& ham) {
    Write("s.jsonl", stream(spam, ham));
    const Ran ran = RunProgram({"evaluate", "--input", Path("s.jsonl"), "--scores", Path("o.tsv")});
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto rows = Rows(Read("o.tsv"));
    return std::stod(rows[78][2]) - std::stod(rows[79][2]) > 0.2;
  };
  EXPECT_TRUE(told_apart(R"("form_time_ms": 900)", R"("form_time_ms": 70000)"));
  EXPECT_TRUE(told_apart(R"("thread_age_seconds": 90000000)", R"("thread_age_seconds": 60)"));
  EXPECT_TRUE(told_apart(R"("honeypot_filled": true)", R"("honeypot_filled": false)"));
  EXPECT_TRUE(told_apart(R"("site_languages": ["de"])", R"("site_languages": ["fr", "en-GB"])"));
  EXPECT_FALSE(told_apart(R"("form_time_ms": "900")", R"("form_time_ms": 70000.5)"));
  EXPECT_FALSE(told_apart(R"("form_time_ms": -1)", R"("form_time_ms": 18446744073709551615)"));
  EXPECT_FALSE(told_apart(R"("honeypot_filled": 1)", R"("site_languages": "de")"));
  EXPECT_FALSE(told_apart(R"("site_languages": ["no tag", 5])", R"("honeypot_filled": null)"));
}

TEST_F(EvaluateTest, AddressesAreMaskedInTheReport) {
  std::string stream = Stream(40);
  stream +=
      "{\"text\": \"cheap pills http://pills1.example/buy ask joe.secret@example.org\", "
      "\"author\": \"joe.secret@example.org\", \"label\": \"ham\"}\n";
  Write("s.jsonl", stream);
  ASSERT_EQ(RunProgram({"evaluate", "--input", Path("s.jsonl"), "--report", Path("r.html")}).code,
            0);
  EXPECT_THAT(Read("r.html"), HasSubstr("j***@example.org"));
  EXPECT_THAT(Read("r.html"), Not(HasSubstr("joe.secret")));
}

// Taken as unlabelled in silence, it would leave the figures to the rest.
TEST_F(EvaluateTest, ALabelIsOneOfTwoWordsOrNone) {
  Write("good.jsonl",
        "{\"text\": \"a\", \"label\": \"SPAM\"}\n{\"text\": \"b\", \"label\": \"Ham\"}\n"
        "{\"text\": \"c\", \"label\": null}\n{\"text\": \"d\", \"label\": \"\"}\n");
  const Ran good = RunProgram({"evaluate", "--input", Path("good.jsonl"), "--format", "json"});
  ASSERT_EQ(good.code, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr("\"n\":2,\"spam\":1,\"unlabelled\":2"));
  EXPECT_THAT(RunProgram({"evaluate", "--input", Path("good.jsonl")}).out, HasSubstr("UNLABELLED"));
  Write("all.jsonl", Stream(4));
  EXPECT_THAT(RunProgram({"evaluate", "--input", Path("all.jsonl")}).out,
              Not(HasSubstr("UNLABELLED")));
  for (const char* label : {"\"maybe\"", "1", "true", "[]", "1e400", "\" \""}) {
    Write("bad.jsonl", Stream(1) + "{\"text\": \"b\", \"label\": " + label + "}\n");
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"evaluate"}, {"train", "--output", Path("m")}}) {
      auto arguments = command;
      arguments.insert(arguments.end(), {"--input", Path("bad.jsonl")});
      const Ran bad = RunProgram(arguments);
      EXPECT_EQ(bad.code, 2) << label;
      EXPECT_THAT(bad.err, HasSubstr("bad.jsonl, line 2: label must be"));
      EXPECT_THAT(bad.err, Not(HasSubstr("maybe")));
    }
  }
  EXPECT_FALSE(std::filesystem::exists(Path("m")));
}

// Dumps that were cut have half a pair; one row of a million is no reason to refuse the rest.
TEST_F(EvaluateTest, HalfAPairAndAHugeNumberAreMended) {
  const auto scores = [&](const std::string& rows) {
    Write("s.jsonl", Stream(60) + rows);
    const Ran ran = RunProgram({"evaluate", "--input", Path("s.jsonl"), "--scores", Path("o.tsv")});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return Read("o.tsv");
  };
  const auto row = [](const std::string& text) {
    return R"({"id": "x", "text": "cheap )" + text + R"( pills", "label": "spam"})" + "\n";
  };
  const std::string replaced = scores(row("\xEF\xBF\xBD"));
  EXPECT_EQ(scores(row(R"(\ud83d)")), replaced);
  EXPECT_EQ(scores(row(R"(\uDE00)")), replaced);
  // A whole pair beside a half, and an escaped backslash before what is no escape.
  EXPECT_EQ(scores(row(R"(\ud83d\ude00 \ud83d \\ud83d)")),
            scores(row("\xF0\x9F\x98\x80 \xEF\xBF\xBD \\\\ud83d")));
  EXPECT_EQ(scores(R"({"text": "a", "form_time_ms": 1e400, "id": -1e999, "x": [1E+400]})"
                   "\n"),
            scores(R"({"text": "a"})"
                   "\n"));
  for (const char* wrong : {R"({"text": "\ud83d)", R"({"text": "a", "x": 01e400})"}) {
    Write("wrong.jsonl", wrong);
    EXPECT_EQ(RunProgram({"evaluate", "--input", Path("wrong.jsonl")}).code, 2) << wrong;
  }
}

TEST_F(EvaluateTest, WhatIsNotDefinedIsNullOrADash) {
  Write("one.jsonl", R"({"text": "cheap pills", "label": "spam"})"
                     "\n");
  Write("none.jsonl", R"({"text": "cheap pills"})"
                      "\n");
  for (const char* name : {"one", "none"}) {
    const std::string input = Path(std::string(name) + ".jsonl");
    const Ran json = RunProgram({"evaluate", "--input", input, "--format", "json"});
    ASSERT_EQ(json.code, 0) << json.err;
    for (const char* key : {"one_minus_roca_pct", "ham_misclassified_pct", "lam_pct", "0.1"}) {
      EXPECT_THAT(json.out, HasSubstr("\"" + std::string(key) + "\":null"));
    }
    const Ran human = RunProgram({"evaluate", "--input", input, "--report", Path("r.html")});
    ASSERT_EQ(human.code, 0) << human.err;
    EXPECT_THAT(human.out, HasSubstr("  -  "));
    EXPECT_THAT(human.out, Not(HasSubstr("nan")));
    EXPECT_THAT(Read("r.html"), HasSubstr("<td>-</td>"));
    EXPECT_THAT(Read("r.html"), Not(HasSubstr("nan")));
  }
}

// An hour's run is not lost to a folder that is not there.
TEST_F(EvaluateTest, WhereItCannotWriteIsFoundBeforeTheRun) {
  Write("s.jsonl", Stream(4));
  Write("kept", "as it was");
  std::filesystem::create_directory(Path("folder"));
  for (const std::string& bad :
       {Path("no/such"), Path("folder"), Path("folder/"), Path("kept/below")}) {
    for (const char* flag : {"--scores", "--report"}) {
      const char* other = std::string(flag) == "--scores" ? "--report" : "--scores";
      const Ran ran =
          RunProgram({"evaluate", "--input", Path("s.jsonl"), flag, bad, other, Path("kept")});
      EXPECT_EQ(ran.code, 2) << bad;
      EXPECT_THAT(ran.err, HasSubstr(bad + ": cannot be written: "));
      EXPECT_EQ(ran.out, "");
    }
    // Before the input is looked at.
    const Ran train = RunProgram({"train", "--input", Path("missing"), "--output", bad});
    EXPECT_EQ(train.code, 2);
    EXPECT_THAT(train.err, HasSubstr(bad + ": cannot be written: "));
  }
  // A run that fails later leaves nothing behind, and what was there as it was.
  EXPECT_EQ(RunProgram({"evaluate", "--input", Path("missing"), "--scores", Path("new"), "--report",
                        Path("kept")})
                .code,
            2);
  EXPECT_FALSE(std::filesystem::exists(Path("new")));
  EXPECT_FALSE(std::filesystem::exists(Path("new.partial")));
  EXPECT_EQ(Read("kept"), "as it was");
}

TEST_F(EvaluateTest, WrongInputIsNamedWithItsLine) {
  Write("bad.jsonl", "{\"text\": \"a\"}\n[1]\n");
  const Ran bad = RunProgram({"evaluate", "--input", Path("bad.jsonl")});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("bad.jsonl, line 2"));
  EXPECT_EQ(RunProgram({"evaluate", "--input", Path("missing.jsonl")}).code, 2);
  EXPECT_EQ(RunProgram({"evaluate", "--input", Path("bad.jsonl"), "--protocol", "static"}).code, 2);
  Write("torn", "not a model");
  const Ran torn = RunProgram(
      {"evaluate", "--protocol", "static", "--model", Path("torn"), "--input", Path("bad.jsonl")});
  EXPECT_EQ(torn.code, 2);
  EXPECT_THAT(torn.err, HasSubstr("torn"));
  // Bad UTF-8 is mended, as an importer's is.
  Write("latin1.jsonl", "{\"text\": \"caf\xe9\", \"label\": \"ham\"}\n");
  EXPECT_EQ(RunProgram({"evaluate", "--input", Path("latin1.jsonl")}).code, 0);
}

}  // namespace
}  // namespace replyguard::service::cli
