// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/authenticator.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "authenticator_fixture.h"

namespace replyguard::service::auth {
namespace {

TEST_F(AuthenticatorTest, GoodKeyIsReadOnceAndGivesThePrincipal) {
  const std::string key = Store(storage::KeyRole::kBackend, 1);
  for (int i = 0; i < 3; ++i) {
    const Answer answer = Ask("Bearer " + key);
    ASSERT_EQ(answer.verdict, Verdict::kGood);
    EXPECT_EQ(answer.principal->role, Role::kBackend);
    EXPECT_EQ(answer.principal->site, "blog");
    EXPECT_EQ(answer.principal->key_id, key.substr(0, kKeyIdDigits));
  }
  EXPECT_EQ(keys_.reads, 1);
  EXPECT_EQ(Ask("bearer " + key).verdict, Verdict::kGood);
}

TEST_F(AuthenticatorTest, TellsFromWhereGoodKeysCame) {
  const std::string key = Store(storage::KeyRole::kBackend, 1);
  Ask("Bearer " + GenerateApiKey().text, "ipv4:192.0.2.1");
  Ask("", "ipv4:192.0.2.2");
  Ask("Bearer " + key, "ipv4:192.0.2.3");  // is looked up
  Ask("Bearer " + key, "ipv4:192.0.2.4");
  EXPECT_EQ(good_, (std::vector<std::string>{"ipv4:192.0.2.3", "ipv4:192.0.2.4"}));
}

TEST_F(AuthenticatorTest, OneLooksAfterAChangeAndTheOthersGoByWhatIsKnown) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  const std::string peer = "ipv4:192.0.2.1";
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  ++changes_.heads.config_revision;
  EXPECT_EQ(authenticator_.Check(header, peer).verdict, Verdict::kUnknown);  // this one looks
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(authenticator_.Check(header, peer).verdict, Verdict::kGood);
  }
  std::string wrong = header;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(authenticator_.Check(wrong, peer).verdict, Verdict::kUnknown);
  // The look has not come back: nobody goes by what is old.
  steady_ += kLookTimeMax;
  EXPECT_EQ(authenticator_.Check(header, peer).verdict, Verdict::kUnknown);
  EXPECT_EQ(authenticator_.Check(header, peer).verdict, Verdict::kUnknown);
  // It has, and the key is gone.
  keys_.rows.clear();
  EXPECT_EQ(authenticator_.Look(header, peer, {}).verdict, Verdict::kBad);
  EXPECT_EQ(authenticator_.Check(header, peer).verdict, Verdict::kBad);
}

TEST_F(AuthenticatorTest, WhatNobodySeesTheChangesOfIsReadAnew) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  changes_.looked_at = steady_ + kUnseenMax;  // the last look for long
  steady_ += kUnseenMax + kUnseenMax / 2;
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  EXPECT_EQ(keys_.reads, 1);
  steady_ += kUnseenMax / 2;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  EXPECT_EQ(keys_.reads, 2) << "what was read just now is as good as a look";
  keys_.rows.clear();
  steady_ += kUnseenMax;
  EXPECT_EQ(Ask(header).verdict, Verdict::kBad);
}

TEST_F(AuthenticatorTest, WhileTheDatabaseIsLateOneLooksAtATimeAndTheOthersGoByWhatIsKnown) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  changes_.looked_at = steady_;
  keys_.late = true;
  steady_ += kUnseenMax;
  for (int round = 1; round <= 3; ++round, steady_ += kLookTimeMax) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
    EXPECT_EQ(keys_.reads, 1 + round);
  }
  steady_ += kUnseenHoldMax;
  EXPECT_EQ(Ask(header).verdict, Verdict::kAway);
}

TEST_F(AuthenticatorTest, WhileTheDatabaseIsAwayWhatIsKnownNeedsNoLook) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  changes_.looked_at = changes_.answered_at = steady_;
  keys_.away = away_ = true;
  steady_ += std::chrono::hours(1);
  EXPECT_EQ(authenticator_.Check(header, "ipv4:192.0.2.1").verdict, Verdict::kGood);
}

TEST_F(AuthenticatorTest, WhatWasRevokedHereIsForgottenAtOnce) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  const std::string key = std::exchange(keys_.rows, {}).begin()->first;
  authenticator_.Forget(key);
  EXPECT_EQ(Ask(header).verdict, Verdict::kBad);
}

TEST_F(AuthenticatorTest, BeginsWithTheKeysInUse) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  const std::string of_new_site = "Bearer " + Store(storage::KeyRole::kBackend, 2);
  const std::string peer = "ipv4:192.0.2.1";
  keys_.away = true;
  EXPECT_FALSE(authenticator_.Warm({}).ok());
  keys_.away = false;
  EXPECT_FALSE(authenticator_.Warm({}).ok()) << "of which configuration is not known yet";
  ++changes_.heads.config_revision;
  ASSERT_TRUE(authenticator_.Warm({}).ok());
  EXPECT_EQ(authenticator_.Check(header, peer).verdict, Verdict::kGood);
  std::string wrong = header;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(authenticator_.Check(wrong, peer).verdict, Verdict::kBad);
  EXPECT_EQ(authenticator_.Check(of_new_site, peer).verdict, Verdict::kUnknown);
  EXPECT_EQ(keys_.reads, 0);
  keys_.rows.clear();
  ++changes_.heads.config_revision;
  EXPECT_EQ(Ask(header).verdict, Verdict::kBad) << "as any other that is revoked";
}

TEST_F(AuthenticatorTest, OfAKeyThatIsToBeLookedUpAgainItSaysWhoseItWas) {
  const std::string header = "Bearer " + Store(storage::KeyRole::kBackend, 1);
  const std::string peer = "ipv4:192.0.2.1";
  std::string wrong = header;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(authenticator_.Check(header, peer).presumed, nullptr);
  EXPECT_EQ(authenticator_.Presume(header), nullptr);
  EXPECT_EQ(Ask(header).verdict, Verdict::kGood);
  EXPECT_NE(authenticator_.Presume(header), nullptr);
  ++changes_.heads.config_revision;
  const Answer unknown = authenticator_.Check(header, peer);
  EXPECT_EQ(unknown.verdict, Verdict::kUnknown);
  EXPECT_EQ(unknown.principal, nullptr);
  ASSERT_NE(unknown.presumed, nullptr);
  EXPECT_EQ(unknown.presumed->site, "blog");
  EXPECT_EQ(authenticator_.Check(wrong, peer).presumed, nullptr);
  EXPECT_NE(authenticator_.Presume(header), nullptr);
  EXPECT_EQ(authenticator_.Presume(wrong), nullptr);
  keys_.rows.begin()->second.revoked_at = now_;
  EXPECT_EQ(Ask(wrong).verdict, Verdict::kBad);
  EXPECT_EQ(authenticator_.Presume(header), nullptr) << "revoked";
}

TEST_F(AuthenticatorTest, NotesTheUseOfAKeyNowAndThen) {
  const std::string key = Store(storage::KeyRole::kOperator, std::nullopt);
  const std::string id = key.substr(0, kKeyIdDigits);
  std::string wrong = key;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(Ask("Bearer " + wrong).verdict, Verdict::kBad);
  EXPECT_TRUE(used_.empty());
  const auto first = now_;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  now_ += kKeyUsedInterval - std::chrono::seconds(1);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  EXPECT_EQ(used_, (std::vector{std::pair(id, first)}));
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  EXPECT_EQ(used_, (std::vector{std::pair(id, first), std::pair(id, now_)}));
  // Another server has noted it already.
  keys_.rows[id].last_used_at = now_;
  ++changes_.heads.config_revision;
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  EXPECT_EQ(used_.size(), 2U);
  // By a stream that is open.
  now_ += kKeyUsedInterval;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(authenticator_.StillGood(id, {}).good);
  EXPECT_EQ(used_.size(), 3U);
}

TEST_F(AuthenticatorTest, WhateverIsNotAKeyIsBadWithoutARead) {
  const std::string key = Store(storage::KeyRole::kOperator, std::nullopt);
  for (const std::string& header :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Basic ") + key,
        key, "Bearer " + key + "0", "Bearer " + key.substr(1), "Bearer  " + key,
        std::string("Bearer ") + std::string(48, 'G'),
        std::string("Bearer ") + std::string(48, 'A')}) {
    EXPECT_EQ(Ask(header).verdict, Verdict::kBad) << header.size();
  }
  EXPECT_EQ(keys_.reads, 0);
}

TEST_F(AuthenticatorTest, WrongSecretOfAKnownIdIsBad) {
  std::string key = Store(storage::KeyRole::kOperator, std::nullopt);
  key.back() = key.back() == '0' ? '1' : '0';
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kBad);
}

TEST_F(AuthenticatorTest, UnknownKeysAreRememberedAndAppearWithTheRevision) {
  const NewApiKey key = GenerateApiKey();
  EXPECT_EQ(Ask("Bearer " + key.text).verdict, Verdict::kBad);
  EXPECT_EQ(Ask("Bearer " + key.text).verdict, Verdict::kBad);
  EXPECT_EQ(keys_.reads, 1);
  storage::ApiKeyRecord record;
  record.key_id = key.id;
  record.secret_hash.assign(key.hash.begin(), key.hash.end());
  record.role = storage::KeyRole::kOperator;
  keys_.rows[key.id] = record;
  ++changes_.heads.config_revision;
  EXPECT_EQ(Ask("Bearer " + key.text).verdict, Verdict::kGood);
}

TEST_F(AuthenticatorTest, RevokedKeyIsForgottenWithTheRevision) {
  const std::string key = Store(storage::KeyRole::kModerator, std::nullopt);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  keys_.rows.begin()->second.revoked_at = now_;
  ++changes_.heads.config_revision;
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kBad);
}

TEST_F(AuthenticatorTest, KeyExpiresByTheClockWithoutARead) {
  const std::string key = Store(storage::KeyRole::kModerator, std::nullopt);
  keys_.rows.begin()->second.expires_at = now_ + std::chrono::seconds(10);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  now_ += std::chrono::seconds(10);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kBad);
  EXPECT_EQ(keys_.reads, 1);
}

TEST_F(AuthenticatorTest, AStreamsKeyIsGoodUntilItIsRevokedOrExpires) {
  const std::string key = Store(storage::KeyRole::kModerator, std::nullopt);
  const std::string id = key.substr(0, kKeyIdDigits);
  keys_.rows[id].expires_at = now_ + std::chrono::seconds(10);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  EXPECT_TRUE(authenticator_.StillGood(id, {}).good);
  EXPECT_EQ(keys_.reads, 1) << "asked from the cache";
  ++changes_.heads.config_revision;
  keys_.away = true;
  EXPECT_TRUE(authenticator_.StillGood(id, {}).good)
      << "nothing can be revoked while storage is away";
  keys_.away = false;
  now_ += std::chrono::seconds(10);
  EXPECT_FALSE(authenticator_.StillGood(id, {}).good);
  now_ -= std::chrono::seconds(10);
  EXPECT_TRUE(authenticator_.StillGood(id, {}).good);
  keys_.rows[id].revoked_at = now_;
  ++changes_.heads.config_revision;
  EXPECT_FALSE(authenticator_.StillGood(id, {}).good);
}

TEST_F(AuthenticatorTest, ARightKeyNotSeenYetHasItsChanceBesideItsPeersWrongOnes) {
  const std::string key = Store(storage::KeyRole::kOperator, std::nullopt);
  int tries = 0;
  for (; tries < 1000 && Ask("Bearer " + GenerateApiKey().text).verdict != Verdict::kThrottled;) {
    ++tries;
  }
  ASSERT_LT(tries, 1000);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
}

TEST_F(AuthenticatorTest, KnownKeysOutliveTheDatabaseAndUnknownOnesAreAway) {
  const std::string key = Store(storage::KeyRole::kModerator, std::nullopt);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  keys_.away = true;
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  EXPECT_EQ(Ask("Bearer " + GenerateApiKey().text).verdict, Verdict::kAway);
}

TEST_F(AuthenticatorTest, KnownKeysOutliveItAlsoAfterAChangeThatNobodyHasLookedAtYet) {
  const std::string key = Store(storage::KeyRole::kModerator, std::nullopt);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  ++changes_.heads.config_revision;
  keys_.away = true;
  std::string wrong = key;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(Ask("Bearer " + wrong).verdict, Verdict::kAway);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
    steady_ += kLookTimeMax;
  }
  keys_.away = false;
  keys_.rows.clear();
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kBad);
}

TEST_F(AuthenticatorTest, KeyOfASiteThatIsNotKnownYetIsNotRefused) {
  const std::string key = Store(storage::KeyRole::kBackend, 2);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kAway);
}

TEST_F(AuthenticatorTest, GuessingIsSlowedByPeerAndNeverStopsAGoodKey) {
  const std::string key = Store(storage::KeyRole::kOperator, std::nullopt);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  int bad = 0;
  while (Ask("Bearer " + GenerateApiKey().text).verdict == Verdict::kBad) ++bad;
  EXPECT_LE(bad, static_cast<int>(kWrongKeysBurst));
  EXPECT_GE(bad, 10);
  const int reads = keys_.reads;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Ask("Bearer " + GenerateApiKey().text).verdict, Verdict::kThrottled);
  }
  EXPECT_LE(keys_.reads, reads + static_cast<int>(kSpareLooksBurst));
  const int bounded = keys_.reads;
  for (int i = 0; i < 100; ++i) Ask("Bearer " + GenerateApiKey().text);
  EXPECT_EQ(keys_.reads, bounded) << "what is spare has been used up";
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  EXPECT_EQ(Ask("Bearer " + GenerateApiKey().text, "ipv4:192.0.2.2").verdict, Verdict::kBad);
  steady_ += std::chrono::seconds(1);
  EXPECT_EQ(Ask("Bearer " + GenerateApiKey().text).verdict, Verdict::kBad);
}

TEST_F(AuthenticatorTest, GuessesFromAllAddressesOfANetworkAreCountedTogether) {
  int bad = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string peer = "ipv6:[2001:db8::" + std::to_string(i) + "]";
    if (Ask("Bearer " + GenerateApiKey().text, peer).verdict == Verdict::kBad) ++bad;
  }
  EXPECT_LE(bad, static_cast<int>(kWrongKeysBurst + kSpareLooksBurst));
  EXPECT_EQ(Ask("Bearer " + GenerateApiKey().text, "ipv6:[2001:db8:0:1::1]").verdict,
            Verdict::kBad);
}

TEST_F(AuthenticatorTest, WrongKeysLeaveTheCacheBeforeGoodOnes) {
  const std::string key = Store(storage::KeyRole::kOperator, std::nullopt);
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
  for (std::size_t i = 0; i < kCachedKeysMax; ++i) {
    Ask("Bearer " + GenerateApiKey().text);
    steady_ += std::chrono::seconds(1);  // so that none is turned away
  }
  keys_.away = true;
  EXPECT_EQ(Ask("Bearer " + key).verdict, Verdict::kGood);
}

TEST(ApiKeyTest, TextHoldsIdAndSecretAndTheHashTellsThemApart) {
  const NewApiKey a = GenerateApiKey();
  const NewApiKey b = GenerateApiKey();
  EXPECT_EQ(a.text.size(), kKeyTextDigits);
  EXPECT_EQ(a.text.substr(0, kKeyIdDigits), a.id);
  EXPECT_NE(a.text, b.text);
  const auto parsed = ParseApiKey(a.text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->id, a.id);
  EXPECT_TRUE(SameHash(parsed->hash, a.hash));
  EXPECT_FALSE(SameHash(a.hash, b.hash));
}

}  // namespace
}  // namespace replyguard::service::auth
