// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Each format, by a fixture as the other system writes it.
#include "service/validation/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_replace.h"
#include "service/import/archives.h"
#include "service/import/importer.h"

namespace replyguard::service::importing {
namespace {

using nlohmann::json;
using storage::LabelClass;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

Outcome ImportFixture(const std::string& file) {
  for (const Fixture& fixture : AllFixtures()) {
    if (fixture.file == file) return ImportText(fixture.format, TextOf(fixture), fixture.label);
  }
  ADD_FAILURE() << "no fixture " << file;
  return {};
}

using Counts =
    std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
// rows, taken, duplicates, spam, ham, unlabelled
Counts CountsOf(const ImportReport& r) {
  return {r.rows, r.taken, r.duplicates, r.spam, r.ham, r.unlabelled};
}

json LineOf(const Imported& one) { return json::parse(one.json_line); }

TEST(Formats, WxrAsWordpressWritesIt) {
  const Outcome outcome = ImportFixture("blog.wxr.xml");
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(CountsOf(outcome.report), Counts(8, 5, 1, 2, 1, 2));
  EXPECT_THAT(outcome.report.skipped, ElementsAre(Pair("empty", 1), Pair("pingback", 1)));
  const json first = LineOf(outcome.taken[0]);
  EXPECT_EQ(first["author_name"], "Marta & Jon");
  EXPECT_EQ(first["author_email"], "m***@mail.example");
  EXPECT_EQ(first["text"],
            "My grandfather worked it <em>by hand</em> & never complained.\nHe lived to ninety.");
  EXPECT_EQ(first["thread_age_seconds"], 25 * 3600 + 30 * 60);
  // A person approved it, whatever Akismet had said.
  EXPECT_EQ(first["label"], "ham");
  EXPECT_THAT(outcome.taken[0].external_id, StartsWith("wp:101:"));
  // For the server's eyes.
  EXPECT_EQ(outcome.taken[0].submission.author_email.Reveal(), "marta.secret@mail.example");
  EXPECT_EQ(outcome.taken[0].submission.author_ip.Reveal(), "192.0.2.17");
  std::map<std::string, std::string> labels;
  for (const Imported& one : outcome.taken)
    labels[one.external_id.substr(0, 6)] = LineOf(one)["label"];
  // Pending, removed for any reason, called spam by a person, kept as spam.
  EXPECT_THAT(labels,
              ElementsAre(Pair("wp:101", "ham"), Pair("wp:103", "none"), Pair("wp:104", "none"),
                          Pair("wp:105", "spam"), Pair("wp:106", "spam")));
}

TEST(Formats, WxrThatWasLaidOutIsReadTheSame) {
  const Outcome outcome = ImportText(
      ArchiveFormat::kWxr,
      "<rss xmlns:wp=\"http://wordpress.org/export/1.0/\"><channel><item><wp:comment>\n"
      "<wp:comment_id>\n 5\n</wp:comment_id><wp:comment_approved>\n 1\n</wp:comment_approved>\n"
      "<wp:comment_author_email>ann@mail.example\n</wp:comment_author_email>"
      "<wp:comment_content>\n  <![CDATA[first]]></wp:comment_content>"
      "</wp:comment></item></channel></rss>");
  ASSERT_EQ(CountsOf(outcome.report), Counts(1, 1, 0, 0, 1, 0)) << outcome.status;
  EXPECT_EQ(outcome.taken[0].submission.body, "first");
  EXPECT_EQ(outcome.taken[0].submission.author_email.Reveal(), "ann@mail.example");
  EXPECT_THAT(outcome.taken[0].external_id, StartsWith("wp:5:"));
}

TEST(Formats, WxrWithPrefixesThatNobodyDeclaredOrWithOthers) {
  const std::string comment =
      "comment><P:comment_content>first</P:comment_content><P:comment_approved>1"
      "</P:comment_approved></P:comment>";
  const auto counts = [&](const std::string& declared, const std::string& prefix) {
    return CountsOf(
        ImportText(ArchiveFormat::kWxr,
                   absl::StrReplaceAll("<rss" + declared +
                                           "><channel><atom:link rel=\"hub\"/><item><P:" + comment +
                                           "</item></channel></rss>",
                                       {{"P:", prefix + ":"}}))
            .report);
  };
  const std::string address = "=\"http://wordpress.org/export/1.0/\"";
  EXPECT_EQ(counts(" xmlns:wp" + address, "wp"), Counts(1, 1, 0, 0, 1, 0));
  EXPECT_EQ(counts("", "wp"), Counts(1, 1, 0, 0, 1, 0));
  EXPECT_EQ(counts(" xmlns:blog" + address, "blog"), Counts(1, 1, 0, 0, 1, 0));
  EXPECT_EQ(counts(" xmlns:wp=\"http://other.example/\"", "wp"), Counts(0, 0, 0, 0, 0, 0));
}

TEST(Formats, WpCommentsNamesTheSameCommentAlike) {
  const Outcome table = ImportFixture("blog.wp-comments.csv");
  ASSERT_TRUE(table.status.ok()) << table.status;
  EXPECT_EQ(CountsOf(table.report), Counts(5, 3, 0, 1, 1, 1));
  EXPECT_THAT(table.report.skipped, ElementsAre(Pair("other_type", 1), Pair("trackback", 1)));
  EXPECT_EQ(table.taken[0].external_id, ImportFixture("blog.wxr.xml").taken[0].external_id);
  EXPECT_EQ(table.taken[1].submission.body,
            "Win \"today\", at http://casino.example, with no deposit");
  EXPECT_EQ(table.taken[1].submission.user_agent, "Mozilla/4.0");
}

TEST(Formats, WpCommentsMayHaveNoNamesOrOtherSeparators) {
  const std::string row =
      "7;1;Ann;;;;2024-01-01 00:00:00;2024-01-01 00:00:00;\"a; b\";0;spam;agent;;0;0\n";
  const Outcome outcome = ImportText(ArchiveFormat::kWpCommentsCsv, row);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  ASSERT_EQ(CountsOf(outcome.report), Counts(1, 1, 0, 1, 0, 0));
  EXPECT_EQ(outcome.taken[0].submission.body, "a; b");
}

TEST(Formats, Disqus) {
  const Outcome outcome = ImportFixture("forum.disqus.xml");
  ASSERT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(CountsOf(outcome.report), Counts(3, 3, 0, 1, 1, 1));
  EXPECT_EQ(outcome.taken[0].label, LabelClass::kHam);
  EXPECT_EQ(outcome.taken[0].submission.author_name, "Ines");  // the post's, not the thread's
  EXPECT_EQ(outcome.taken[1].label, LabelClass::kSpam);
  EXPECT_EQ(outcome.taken[2].label, LabelClass::kNone);  // deleted
  EXPECT_THAT(outcome.taken[0].external_id, StartsWith("disqus:701:"));
}

TEST(Formats, TgSpam) {
  const Outcome lines = ImportFixture("spam-samples.txt");
  EXPECT_EQ(CountsOf(lines.report), Counts(3, 2, 1, 2, 0, 0));
  const Outcome document = ImportFixture("samples.tg-spam.json");
  EXPECT_TRUE(document.status.ok()) << document.status;
  EXPECT_EQ(CountsOf(document.report), Counts(5, 4, 0, 2, 2, 0));
  EXPECT_EQ(document.taken[3].submission.body, "thank you, {that} helped");
  EXPECT_THAT(document.faults, ElementsAre("line 2: holds a sample that is no text"));
  const Outcome unsaid = ImportText(ArchiveFormat::kTgSpam, "a message\n");
  EXPECT_THAT(std::string(unsaid.status.message()), HasSubstr("--label"));
}

TEST(Formats, Isso) {
  const Outcome generic = ImportFixture("isso.json");
  ASSERT_TRUE(generic.status.ok()) << generic.status;
  EXPECT_EQ(CountsOf(generic.report), Counts(2, 2, 0, 0, 2, 0));
  EXPECT_EQ(generic.taken[0].submission.body, "It still turns, \u00e9h?");
  const Outcome table = ImportFixture("isso-table.json");
  ASSERT_TRUE(table.status.ok()) << table.status;
  EXPECT_EQ(CountsOf(table.report), Counts(3, 2, 0, 0, 1, 1));
  EXPECT_THAT(table.report.skipped, ElementsAre(Pair("deleted", 1)));
}

TEST(Formats, Remark42) {
  const Outcome outcome = ImportFixture("backup.remark42.jsonl");
  EXPECT_EQ(CountsOf(outcome.report), Counts(3, 2, 0, 0, 2, 0));
  EXPECT_THAT(outcome.report.skipped, ElementsAre(Pair("deleted", 1)));
  // As typed, where that is kept.
  EXPECT_THAT(outcome.taken[0].submission.body, StartsWith("It *still* turns"));
  EXPECT_EQ(outcome.taken[1].submission.body, "<p>So it does.</p>");
}

TEST(Formats, OurOwnTableAndLines) {
  const Outcome table = ImportFixture("comments.csv");
  EXPECT_EQ(CountsOf(table.report), Counts(5, 3, 1, 1, 1, 1));
  EXPECT_THAT(table.faults, ElementsAre("line 7: has 2 columns instead of 8"));
  EXPECT_EQ(table.taken[0].external_id, "a1");
  EXPECT_EQ(LineOf(table.taken[0])["repaired"], json({"author_url COMPLETED"}));
  const Outcome lines = ImportFixture("comments.jsonl");
  EXPECT_EQ(CountsOf(lines.report), Counts(8, 5, 1, 1, 3, 1));
  EXPECT_THAT(lines.faults, ElementsAre("line 8: is not a JSON object"));
  EXPECT_EQ(lines.taken[0].label, LabelClass::kHam);   // by its status
  EXPECT_EQ(lines.taken[1].label, LabelClass::kSpam);  // the label counts before the status
  EXPECT_EQ(lines.taken[2].external_id, "3");
  EXPECT_EQ(LineOf(lines.taken[0])["thread_age_seconds"], 3600);
}

TEST(Formats, LabelsAreReadAsPeopleWriteThem) {
  const Outcome table = ImportText(ArchiveFormat::kCsv,
                                   "ID,Text,Label,Status\n1,a,Spam,\n2,b, HAM ,\n3,c,junk,\n4,d,,"
                                   "Approved\n");
  EXPECT_EQ(table.report.spam, 1);
  EXPECT_EQ(table.report.ham, 2);
  EXPECT_EQ(table.report.unlabelled, 0);
  EXPECT_THAT(table.report.skipped, ElementsAre(Pair("label_not_understood", 1)));
}

TEST(Formats, LabelsThatAreNoneAreSkippedAndNotTakenForUnlabelled) {
  const Outcome lines =
      ImportText(ArchiveFormat::kJsonLines,
                 "{\"text\":\"a\",\"label\":\"1\"}\n{\"text\":\"b\",\"label\":0}\n"
                 "{\"text\":\"c\",\"label\":true}\n{\"text\":\"d\",\"label\":\"junk\"}\n"
                 "{\"text\":\"e\",\"label\":\"none\"}\n{\"text\":\"f\",\"label\":\"\"}\n"
                 "{\"text\":\"g\",\"label\":null,\"is_spam\":1}\n");
  EXPECT_EQ(CountsOf(lines.report), Counts(7, 3, 0, 0, 0, 3));
  EXPECT_THAT(lines.report.skipped, ElementsAre(Pair("label_not_understood", 4)));
  ASSERT_EQ(lines.faults.size(), 4U);
  EXPECT_EQ(lines.faults[0], "line 1: label: must be spam, ham or none");
  EXPECT_THAT(lines.report.unread, ElementsAre("is_spam"));
}

TEST(Formats, ColumnsThatMeanNothingAreToldButNeverAText) {
  const Outcome table =
      ImportText(ArchiveFormat::kCsv, "id,text,is_spam,joe@example.org\n1,a,1,x\n2,b,0,y\n");
  EXPECT_EQ(table.report.unlabelled, 2);
  EXPECT_THAT(table.report.unread, ElementsAre("is_spam"));
}

TEST(Formats, OneFieldDoesNotCostALineOfJson) {
  const Outcome lines = ImportText(ArchiveFormat::kJsonLines,
                                   "{\"text\":\"cut \\ud83d\",\"label\":\"spam\"}\n"
                                   "{\"text\":\"far\",\"score\":1e999,\"label\":\"ham\"}\n");
  ASSERT_EQ(lines.report.taken, 2);
  EXPECT_EQ(lines.taken[0].submission.body, "cut \uFFFD");
}

TEST(Formats, WhatIsWrittenCanBeImportedAgainAndIsTheSame) {
  for (const Fixture& fixture : AllFixtures()) {
    SCOPED_TRACE(fixture.file);
    const Outcome first = ImportText(fixture.format, TextOf(fixture), fixture.label);
    std::string written;
    for (const Imported& one : first.taken) written += one.json_line + "\n";
    const Outcome again = ImportText(ArchiveFormat::kJsonLines, written);
    EXPECT_THAT(again.faults, IsEmpty());
    ASSERT_EQ(again.taken.size(), first.taken.size());
    for (std::size_t i = 0; i < first.taken.size(); ++i) {
      json before = LineOf(first.taken[i]);
      before.erase("repaired");
      EXPECT_EQ(LineOf(again.taken[i]), before);
    }
  }
}

TEST(Formats, NoPlainAddressIsShown) {
  int planted = 0;
  for (const Fixture& fixture : AllFixtures()) {
    const std::string text = TextOf(fixture);
    planted += text.find("secret") != std::string::npos ? 1 : 0;
    const Outcome outcome = ImportText(fixture.format, text, fixture.label);
    EXPECT_THAT(outcome.Shown(), Not(HasSubstr("secret"))) << fixture.file;
    // Torn anywhere, what is wrong is told without the content. (A torn address may be none.)
    for (std::size_t cut = 0; cut < text.size(); cut += 7) {
      Outcome torn = ImportText(fixture.format, text.substr(0, cut), fixture.label);
      torn.taken.clear();
      EXPECT_THAT(torn.Shown(), Not(HasSubstr("secret"))) << fixture.file << " at " << cut;
    }
  }
  EXPECT_EQ(planted, static_cast<int>(AllFixtures().size()));
}

TEST(Formats, IdsAreTheSameEachTimeAndFitTheServer) {
  for (const Fixture& fixture : AllFixtures()) {
    const Outcome one = ImportText(fixture.format, TextOf(fixture), fixture.label);
    const Outcome two = ImportText(fixture.format, TextOf(fixture), fixture.label);
    ASSERT_EQ(one.taken.size(), two.taken.size());
    ASSERT_FALSE(one.taken.empty());
    std::set<std::string> ids;
    for (std::size_t i = 0; i < one.taken.size(); ++i) {
      EXPECT_EQ(one.taken[i].external_id, two.taken[i].external_id);
      EXPECT_TRUE(validation::IsRequestId(one.taken[i].external_id)) << one.taken[i].external_id;
      EXPECT_TRUE(ids.insert(one.taken[i].external_id).second);
    }
  }
}

TEST(Formats, TwoBlogsThatBothCountFromOneAreToldApart) {
  const auto blog = [](const std::string& text) {
    return ImportText(ArchiveFormat::kWpCommentsCsv,
                      "comment_ID,comment_content,comment_approved\n1," + text + ",1\n")
        .taken.at(0)
        .external_id;
  };
  EXPECT_NE(blog("of the harbour"), blog("of the market"));
  EXPECT_EQ(blog("of the harbour"), blog("of the harbour"));
}

TEST(Formats, WhatIsMendedIsCounted) {
  const Outcome outcome =
      ImportText(ArchiveFormat::kJsonLines,
                 "{\"id\":\"1\",\"text\":\"" + std::string(70'000, 'x') +
                     "\\u0008\",\"author_email\":\"no address\",\"label\":\"ham\"}\n");
  ASSERT_TRUE(outcome.status.ok());
  EXPECT_THAT(outcome.report.repaired,
              ElementsAre(Pair("CHARACTERS_REPLACED", 1), Pair("CUT", 1), Pair("DROPPED", 1)));
  EXPECT_EQ(outcome.taken.at(0).submission.body.size(), 65'525U);
}

}  // namespace
}  // namespace replyguard::service::importing
