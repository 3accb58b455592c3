// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Changes are seen wherever the direct connection leads, and whether or not there is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "support/comments.h"
#include "support/eventually.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class DirectUrlTest : public ::testing::Test {
 protected:
  // What was made by way of url is seen, wherever direct_url leads.
  void ExpectChangesSeen(const std::string& direct_url) {
    auto options = test_.Options();
    options.direct_url = direct_url;
    database_ = *storage::OpenPostgres(options);
    MakeSite(*database_);
    auto& watcher = database_->changes();
    HeadsOnceSiteIsSeen(watcher);
    const auto later = std::chrono::steady_clock::now();
    EXPECT_TRUE(Eventually([&] { return watcher.LookedAt() > later; }))
        << "nobody looks while nothing moves";
  }

  void ExpectLogged(const std::string& text) {
    const auto logged = [&] {
      const auto log = test_.Log();
      return std::any_of(log.begin(), log.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
      });
    };
    Eventually(logged);
    EXPECT_THAT(test_.Log(), Contains(HasSubstr(text)));
  }

  const TestDatabase test_;
  std::unique_ptr<storage::Database> database_;
};

TEST_F(DirectUrlTest, AnotherDatabaseHidesNoChangeAndIsTold) {
  const TestDatabase other;
  ExpectChangesSeen(other.app_url());
  ExpectLogged("direct_url leads to another database");
}

TEST_F(DirectUrlTest, ALineThatIsCutHidesNoChange) {
  ExpectChangesSeen(WithKeywords(test_.app_url(), {{"host", "/nowhere"}}));
  ExpectLogged("listen ");
}

TEST_F(DirectUrlTest, WhoListensIsToldLongBeforeTheNextLook) {
  auto options = test_.Options();
  options.poll_interval = std::chrono::minutes(1);
  database_ = *storage::OpenPostgres(options);
  const auto other = test_.Open();
  MakeSite(*other);
  auto heads = database_->changes().Present();
  while (heads.config_revision < 2) {
    const auto next = database_->changes().WaitForChange(heads, Soon());
    ASSERT_NE(next, heads);
    heads = next;
  }
}

}  // namespace
}  // namespace replyguard::tests
