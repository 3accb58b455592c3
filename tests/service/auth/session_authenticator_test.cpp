// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// Sessions in the cache of the authenticator.
#include <gtest/gtest.h>

#include <map>

#include "service/auth/authenticator.h"
#include "support/no_keys.h"

namespace replyguard::service::auth {
namespace {

using storage::AccountAct;
using storage::Deadline;
using storage::SessionOfPerson;
using storage::Timestamp;

class FakeSessions final : public storage::SessionStore {
 public:
  absl::StatusOr<storage::PersonRecord> Start(const storage::SessionRecord&,
                                              const storage::SignInProof&, Deadline) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<SessionOfPerson> Get(const std::string& id, Deadline) override {
    ++reads;
    if (away) return absl::UnavailableError("away");
    const auto found = rows.find(id);
    if (found == rows.end()) return absl::NotFoundError("none");
    return found->second;
  }
  absl::Status Touch(const std::string&, Timestamp, Deadline) override {
    return absl::UnimplementedError("");
  }
  absl::Status End(const std::string&, const AccountAct&, Deadline) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::int32_t> EndAll(const std::string&, const AccountAct&, Deadline) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::vector<storage::SessionRecord>> List(const std::string&, Deadline) override {
    return absl::UnimplementedError("");
  }

  std::map<std::string, SessionOfPerson> rows;
  int reads = 0;
  bool away = false;
};

class FakeChanges final : public storage::ChangeWatcher {
 public:
  storage::LogHeads WaitForChange(const storage::LogHeads&, Deadline) override { return heads; }
  storage::LogHeads Present() const override { return heads; }
  Deadline LookedAt() const override { return looked_at; }
  void Stop() override {}
  storage::LogHeads heads;
  Deadline looked_at = Deadline::max();
};

class SessionAuthenticatorTest : public testing::Test {
 protected:
  SessionAuthenticatorTest()
      : authenticator_({keys_, changes_,
                        [](storage::SiteId id) -> std::optional<std::string> {
                          return "site" + std::to_string(id);
                        },
                        [this] { return now_; }, [] { return TokenBuckets::Time(); }, &sessions_,
                        [this](const std::string& id, Timestamp at) { seen_[id] = at; }}) {
    SessionOfPerson row;
    row.session.session_id = token_.id;
    row.session.token_hash = HashText(token_.hash);
    row.session.handle = row.person.handle = "anna";
    row.session.created_at = row.session.seen_at = now_;
    row.session.expires_at = now_ + std::chrono::hours(24 * 7);
    row.person.display_name = "Anna";
    row.person.memberships = {{1, storage::KeyRole::kModerator}, {2, storage::KeyRole::kOperator}};
    sessions_.rows[token_.id] = row;
  }

  Answer Ask(const std::string& token) {
    Answer answer = authenticator_.CheckSession(token, "peer");
    if (answer.verdict == Verdict::kUnknown) answer = authenticator_.LookSession(token, "peer", {});
    return answer;
  }
  SessionOfPerson& row() { return sessions_.rows[token_.id]; }

  const NewToken token_ = GenerateToken(TokenKind::kSession);
  tests::NoKeys keys_;
  FakeSessions sessions_;
  FakeChanges changes_;
  Timestamp now_{std::chrono::hours(24 * 365 * 50)};
  std::map<std::string, Timestamp> seen_;
  Authenticator authenticator_;
};

TEST_F(SessionAuthenticatorTest, AGoodSessionIsReadOnceAndGivesThePersonWithRolesPerSite) {
  for (int i = 0; i < 3; ++i) {
    const Answer answer = Ask(token_.text);
    ASSERT_EQ(answer.verdict, Verdict::kGood);
    EXPECT_EQ(answer.principal->key_id, "people/anna");
    EXPECT_EQ(answer.principal->display_name, "Anna");
    EXPECT_EQ(CredentialOf(*answer.principal), "sessions/" + token_.id);
    ASSERT_TRUE(answer.principal->person);
    EXPECT_FALSE(answer.principal->person->every_site_role);
    EXPECT_EQ(answer.principal->person->site_roles,
              (std::map<std::string, Role, std::less<>>{{"site1", Role::kModerator},
                                                        {"site2", Role::kOperator}}));
    // Whoever looks at these alone gives him nothing.
    EXPECT_EQ(answer.principal->role, Role::kBackend);
    EXPECT_FALSE(answer.principal->site);
  }
  EXPECT_EQ(sessions_.reads, 1);
  EXPECT_TRUE(seen_.empty());
}

TEST_F(SessionAuthenticatorTest, WrongTokensAndKeysAreNoSessions) {
  std::string wrong = token_.text;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(Ask(wrong).verdict, Verdict::kBad);
  EXPECT_EQ(Ask(GenerateToken(TokenKind::kSession).text).verdict, Verdict::kBad);
  EXPECT_EQ(Ask("").verdict, Verdict::kBad);
  EXPECT_EQ(authenticator_.Look("Bearer " + token_.text, "peer", {}).verdict, Verdict::kBad);
}

TEST_F(SessionAuthenticatorTest, WhatEndsInTheDatabaseEndsWithTheNextRevision) {
  ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  const SessionOfPerson kept = row();
  row().person.deactivated_at = now_;
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  ++changes_.heads.config_revision;
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kBad);
  EXPECT_FALSE(authenticator_.StillGood("sessions/" + token_.id, {}).good);
  row() = kept;
  ++changes_.heads.config_revision;
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  sessions_.rows.clear();
  ++changes_.heads.config_revision;
  EXPECT_FALSE(authenticator_.StillGood("sessions/" + token_.id, {}).good);
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kBad);
}

TEST_F(SessionAuthenticatorTest, ARoleThatChangesHoldsWithTheNextRevisionAndEndsNothing) {
  const std::string credential = "sessions/" + token_.id;
  ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  row().person.memberships = {{2, storage::KeyRole::kModerator}};
  ++changes_.heads.config_revision;
  const Answer answer = Ask(token_.text);
  ASSERT_EQ(answer.verdict, Verdict::kGood);
  const std::map<std::string, Role, std::less<>> left{{"site2", Role::kModerator}};
  EXPECT_EQ(answer.principal->person->site_roles, left);
  row().person.memberships.clear();
  ++changes_.heads.config_revision;
  const auto standing = authenticator_.StillGood(credential, {});
  EXPECT_TRUE(standing.good);
  EXPECT_TRUE(standing.principal->person->site_roles.empty());
  ++changes_.heads.config_revision;
  sessions_.away = true;
  EXPECT_TRUE(authenticator_.StillGood(credential, {}).good);
  EXPECT_EQ(authenticator_.StillGood(credential, {}).principal, nullptr);
}

TEST_F(SessionAuthenticatorTest, UseIsNotedNowAndThenAndKeepsTheSession) {
  ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  for (int i = 0; i < 100; ++i) {
    now_ += std::chrono::hours(1);
    ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood) << i;
    ASSERT_EQ(seen_[token_.id], now_);
  }
  EXPECT_EQ(sessions_.reads, 1);
  now_ += kSessionSeenInterval - std::chrono::seconds(1);
  ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  EXPECT_LT(seen_[token_.id], now_);
}

TEST_F(SessionAuthenticatorTest, UnusedItEndsUnlessAnotherServerHasSeenIt) {
  ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  row().session.seen_at = now_ + std::chrono::hours(6);
  now_ += kSessionIdleMax;
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  now_ += kSessionIdleMax;
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kBad);
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kBad);
  EXPECT_EQ(sessions_.reads, 3);
}

TEST_F(SessionAuthenticatorTest, AnOpenStreamIsNoUse) {
  ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood);
  now_ += kSessionIdleMax - std::chrono::seconds(1);
  EXPECT_TRUE(authenticator_.StillGood("sessions/" + token_.id, {}).good);
  EXPECT_TRUE(seen_.empty());
  now_ += std::chrono::seconds(1);
  EXPECT_FALSE(authenticator_.StillGood("sessions/" + token_.id, {}).good);
}

TEST_F(SessionAuthenticatorTest, ItEndsAtItsTimeEvenIfItIsUsed) {
  for (int i = 0; i < 24 * 7; ++i) {
    ASSERT_EQ(Ask(token_.text).verdict, Verdict::kGood) << i;
    now_ += std::chrono::hours(1);
  }
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kBad);
}

TEST_F(SessionAuthenticatorTest, AnOutageIsNoRefusal) {
  sessions_.away = true;
  EXPECT_EQ(Ask(token_.text).verdict, Verdict::kAway);
  EXPECT_TRUE(authenticator_.StillGood("sessions/" + token_.id, {}).good);
}

}  // namespace
}  // namespace replyguard::service::auth
