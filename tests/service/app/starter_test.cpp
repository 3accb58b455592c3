// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/starter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "classifier/score.h"

namespace replyguard::service {
namespace {

const std::string kFolder = REPLYGUARD_STARTER_FOLDER;

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(ShippedStarter, IsTheFileOfTheRepositoryWithItsNotice) {
  const std::string bytes = FileText(kFolder + "/starter.model");
  EXPECT_GT(bytes.size(), 100'000U);
  EXPECT_LE(bytes.size(), classifier::kStarterBytesMax);
  const auto held = classifier::Starter::Parse(bytes);
  ASSERT_TRUE(held.ok()) << held.status() << "; to make it again: deploy/starter FOLDER";
  const auto shipped = ReadStarter("shipped");
  ASSERT_TRUE(shipped.ok()) << shipped.status();
  EXPECT_EQ((*shipped)->id(), (*held)->id()) << "the program carries another one: build again";
  EXPECT_GT((*shipped)->spam(), 1000U);
  EXPECT_GT((*shipped)->ham(), 5000U);
  const std::string notice = FileText(kFolder + "/NOTICE.md");
  for (const char* text :
       {"YouTube Spam Collection", "Alberto", "Lochter", "SMS Spam Collection", "Gomez Hidalgo",
        "UCI Machine Learning Repository", "https://creativecommons.org/licenses/by/4.0/"}) {
    EXPECT_NE(notice.find(text), std::string::npos) << text;
  }
}

// A change of how text becomes features makes the file useless without anybody noticing.
TEST(ShippedStarter, TellsObviousSpamFromFriendlyCommentsWithoutALabel) {
  const auto starter = ReadStarter("shipped");
  ASSERT_TRUE(starter.ok()) << starter.status();
  classifier::Fold fold(*starter);
  const auto model = fold.Snapshot();
  classifier::Extractor extractor;
  const auto nats = [&](const std::string& body) {
    classifier::Document document;
    document.body = body;
    const auto partial = model->Score(1, extractor.Extract(document));
    EXPECT_TRUE(partial.training.trained);
    return classifier::Nats(classifier::Model::Finish(partial, {}).score);
  };
  double mildest_spam = 100;
  for (const char* spam :
       {"Hey everyone, please subscribe to my channel http://videos.example/join and I subscribe "
        "back!",
        "FREE entry! Win cash now, text WIN to 80085, claim your prize today",
        "check out my new video on my channel guys, subscribe and like http://clips.example/new",
        "URGENT! You have won a prize of 1000 pounds cash, call now to claim your free reward"}) {
    EXPECT_GT(nats(spam), 1.5) << spam;
    mildest_spam = std::min(mildest_spam, nats(spam));
  }
  double sum = 0;
  for (const char* ham :
       {"I love this song, it makes me happy every morning", "Ok, I will call you later",
        "Thanks, that was lovely. See you tomorrow at home",
        "the best part is at the end, so funny", "The second photograph shows the old harbour."}) {
    EXPECT_LT(nats(ham), mildest_spam - 1.5) << ham;
    sum += nats(ham);
  }
  EXPECT_LT(sum, 0) << "on the whole they are good";
}

TEST(ReadStarter, TakesNoneAndFilesAndNamesWhatIsWrong) {
  EXPECT_EQ(ReadStarter("none").value(), nullptr);
  const auto file = ReadStarter(kFolder + "/starter.model");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->id(), ReadStarter("shipped").value()->id());

  std::string pattern = (std::filesystem::temp_directory_path() / "rg-starter-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const auto refused = [&](const std::string& content) {
    const std::string path = pattern + "/starter";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    const absl::Status status = ReadStarter(path).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_NE(status.message().find(path), std::string::npos) << status;
    return std::string(status.message());
  };
  refused("");
  refused("not a starter model");
  std::string altered = FileText(kFolder + "/starter.model");
  altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] + 1);
  refused(altered);
  EXPECT_NE(refused(std::string(classifier::kStarterBytesMax + 1, 'x')).find("too large"),
            std::string::npos);
  std::filesystem::remove_all(pattern);
  EXPECT_TRUE(absl::IsInvalidArgument(ReadStarter(pattern + "/gone").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ReadStarter(pattern).status()));
}

}  // namespace
}  // namespace replyguard::service
