// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// What is revoked while somebody looks, or while connections are refused.
#include <gtest/gtest.h>

#include "authenticator_fixture.h"

namespace replyguard::service::auth {
namespace {

using RevocationTest = AuthenticatorTest;

TEST_F(RevocationTest, ALookThatBeganBeforeARevocationHereIsNotRemembered) {
  const std::string key = Store(storage::KeyRole::kBackend, 1);
  const std::string id = key.substr(0, kKeyIdDigits);
  keys_.meanwhile = [&] {
    keys_.rows[id].revoked_at = now_;
    authenticator_.Forget(id);
  };
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood) << "it was when the call came";
  keys_.meanwhile = {};
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kBad);
  // The look of a stream is none either.
  keys_.rows[id].revoked_at.reset();
  authenticator_.Forget(id);
  keys_.meanwhile = [&] {
    keys_.rows[id].revoked_at = now_;
    authenticator_.Forget(id);
  };
  EXPECT_TRUE(authenticator_.StillGood(id, {}).good);
  keys_.meanwhile = {};
  EXPECT_FALSE(authenticator_.StillGood(id, {}).good);
}

TEST_F(RevocationTest, AnotherKeysRevocationCostsALookAndNoMore) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  keys_.meanwhile = [&] { authenticator_.Forget("another"); };
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  keys_.meanwhile = {};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  EXPECT_EQ(keys_.reads, 2);
}

TEST_F(RevocationTest, ARefusedConnectionAloneMakesNoStaleKeyGood) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  ++changes_.heads.config_revision;
  keys_.away = true;
  // Others have their answers.
  changes_.answered_at = steady_;
  EXPECT_EQ(authenticator_.Look(header, "ipv4:192.0.2.1", {}).verdict, Verdict::kAway);
  // Nobody has.
  steady_ += kSilentMin;
  EXPECT_EQ(authenticator_.Look(header, "ipv4:192.0.2.1", {}).verdict, Verdict::kGood);
}

TEST_F(RevocationTest, ADatabaseThatAnswersOthersIsNotAwayWhateverReadinessFinds) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  changes_.looked_at = steady_;
  away_ = true;
  steady_ += kUnseenMax;
  changes_.answered_at = steady_;
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  EXPECT_EQ(keys_.reads, 2) << "nobody sees its changes";
  steady_ += kUnseenMax + kUnseenHoldMax;
  changes_.answered_at = steady_;
  keys_.away = true;
  EXPECT_EQ(Ask(header).verdict, Verdict::kAway);
}

}  // namespace
}  // namespace replyguard::service::auth
