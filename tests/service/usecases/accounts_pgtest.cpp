// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// Who may do what to accounts, and what signing in answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "service/auth/totp.h"
#include "service/usecases/account/own_account.h"
#include "service/usecases/account/people.h"
#include "service/usecases/account/sign_in.h"
#include "service/usecases/errors.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::LinkKind;

constexpr char kPassword[] = "correct horse battery";
constexpr char kPeer[] = "ipv4:192.0.2.1";

class AccountsUseCaseTest : public ::testing::Test {
 protected:
  AccountsUseCaseTest() {
    storage::SiteRecord other;
    other.slug = "other";
    other.display_name = "Other";
    other.created_at = world_.clock.Now();
    EXPECT_TRUE(world_.db->sites().Create(other, tests::Soon()).ok());
    EXPECT_TRUE(world_.directory.Refresh().ok());
  }

  static Principal Person(const std::string& handle,
                          std::map<std::string, Role, std::less<>> roles) {
    Principal principal;
    principal.key_id = "people/" + handle;
    principal.display_name = handle;
    principal.person = PersonScope{handle, "0123456789abcdef", std::nullopt, std::move(roles)};
    return principal;
  }
  absl::StatusOr<People::Link> Invite(const Principal& principal, const std::string& handle,
                                      std::vector<People::RoleOn> roles) {
    return people_.Invite(principal, {handle, "", std::move(roles)}, tests::Soon());
  }
  static Principal EverywhereOperator(const std::string& handle) {
    Principal principal = Person(handle, {});
    principal.person->every_site_role = Role::kOperator;
    return principal;
  }
  // Somebody with kPassword.
  void Add(const std::string& handle, std::vector<People::RoleOn> roles = {}) {
    const auto link = Invite(world_.admin, handle, std::move(roles));
    ASSERT_TRUE(link.ok()) << link.status();
    const auto used =
        people_.UseLink(LinkKind::kInvitation, link->token, kPassword, kPeer, tests::Soon());
    ASSERT_TRUE(used.ok()) << used.status();
  }
  std::string Try(const std::string& handle, const std::string& password,
                  const std::string& code = "", const std::string& peer = kPeer) {
    const auto begun = sign_in_.Begin({handle, password, code, peer, "browser"}, tests::Soon());
    return begun.ok() ? "signed in" : ReasonOf(begun.status());
  }
  static std::string Reason(const absl::Status& status) { return ReasonOf(status); }

  World world_;
  auth::PasswordHasher hasher_;
  auth::TokenBuckets::Time steady_{std::chrono::hours(1)};
  auth::SignInThrottle throttle_{[this] { return steady_; }};
  auth::SecondFactorKeys keys_{std::array<std::uint8_t, 32>{7}};
  AccountParts parts_{world_.db->people(), world_.db->sessions(), hasher_, throttle_, keys_,
                      world_.clock};
  SignIn sign_in_{parts_};
  OwnAccount own_{parts_};
  People people_{world_.directory, parts_};
};

// Each of two operators does it to the other at the same moment: one of them stays.
TEST_F(AccountsUseCaseTest, TwoOperatorsDoNotKeepEachOtherOut) {
  using Act = std::function<absl::Status(const Principal& by, const std::string& whom)>;
  const Act deactivate = [&](const Principal& by, const std::string& whom) {
    return people_.SetActive(by, whom, false, tests::Soon()).status();
  };
  const Act demote = [&](const Principal& by, const std::string& whom) {
    return people_.SetRole(by, whom, {std::nullopt, Role::kModerator}, tests::Soon()).status();
  };
  int round = 0;
  for (const Act& act : {deactivate, demote}) {
    for (int i = 0; i < 10; ++i, ++round) {
      const std::string number = std::to_string(round);
      const std::array<std::string, 2> handles{"anna" + number, "bert" + number};
      for (const std::string& handle : handles) {
        ASSERT_TRUE(Invite(world_.admin, handle, {{std::nullopt, Role::kOperator}}).ok());
      }
      std::array<absl::Status, 2> answers;
      std::atomic<int> waiting{2};
      std::vector<std::thread> threads;
      for (std::size_t one = 0; one < 2; ++one) {
        threads.emplace_back([&, one] {
          for (--waiting; waiting > 0;) std::this_thread::yield();
          answers[one] = act(EverywhereOperator(handles[one]), handles[1 - one]);
        });
      }
      for (std::thread& thread : threads) thread.join();
      EXPECT_EQ(answers[0].ok() + answers[1].ok(), 1) << answers[0] << answers[1];
      EXPECT_EQ(Reason(answers[answers[0].ok() ? 1 : 0]), "PERMISSION_DENIED");
    }
  }
}

TEST_F(AccountsUseCaseTest, AnOperatorOfASiteGivesRolesThereAndNowhereElse) {
  const Principal op = Person("op", {{"blog", Role::kOperator}, {"other", Role::kModerator}});
  Add("op", {{"blog", Role::kOperator}, {"other", Role::kModerator}});
  EXPECT_TRUE(Invite(op, "blog.anna", {{"blog", Role::kModerator}}).ok());
  const std::vector<std::vector<People::RoleOn>> denied{
      {},
      {{std::nullopt, Role::kModerator}},
      {{"other", Role::kModerator}},
      {{"blog", Role::kModerator}, {"other", Role::kModerator}},
      {{"blog", Role::kModerator}, {std::nullopt, Role::kOperator}}};
  for (const auto& roles : denied) {
    EXPECT_EQ(Reason(Invite(op, "blog.bert", roles).status()), "PERMISSION_DENIED");
  }
  // An invitation that waits, somebody else's maybe, is not his to replace.
  const std::string anna = "blog.anna";
  EXPECT_EQ(Reason(Invite(op, anna, {{"blog", Role::kOperator}}).status()), "PERSON_EXISTS");
  EXPECT_TRUE(Invite(world_.admin, anna, {{"blog", Role::kOperator}}).ok());

  const auto soon = tests::Soon();
  EXPECT_TRUE(people_.SetRole(op, anna, {"blog", Role::kModerator}, soon).ok());
  EXPECT_EQ(Reason(people_.SetRole(op, anna, {"other", Role::kModerator}, soon).status()),
            "PERMISSION_DENIED");
  EXPECT_EQ(Reason(people_.SetRole(op, anna, {std::nullopt, Role::kModerator}, soon).status()),
            "PERMISSION_DENIED");
  EXPECT_TRUE(people_.List(op, "blog", "", 10, soon).ok());
  for (const absl::Status& status : {people_.List(op, std::nullopt, "", 10, soon).status(),
                                     people_.List(op, "other", "", 10, soon).status(),
                                     people_.CreateReset(op, anna, false, soon).status(),
                                     people_.SetActive(op, anna, false, soon).status(),
                                     people_.Sessions(op, anna, soon).status(),
                                     people_.SignOutEverywhere(op, anna, soon).status(),
                                     people_.Events(op, {anna, 0, 10}, soon).status()}) {
    EXPECT_EQ(Reason(status), "PERMISSION_DENIED");
  }
  EXPECT_TRUE(people_.Sessions(op, std::nullopt, soon).ok());
  EXPECT_TRUE(people_.Events(op, {"op", 0, 10}, soon).ok());
}

TEST_F(AccountsUseCaseTest, AnOperatorOfASiteKnowsThoseWithARoleThereOnly) {
  const Principal op = Person("op", {{"blog", Role::kOperator}});
  Add("op", {{"blog", Role::kOperator}});
  const auto soon = tests::Soon();
  // Of another site: as if there were nobody, and he stays signed in.
  Add("bert", {{"other", Role::kModerator}});
  const auto session = sign_in_.Begin({"bert", kPassword, "", kPeer, "browser"}, soon);
  ASSERT_TRUE(session.ok()) << session.status();
  for (const std::string handle : {"bert", "nobody"}) {
    for (const std::optional<Role> role :
         {std::optional(Role::kModerator), std::optional<Role>()}) {
      const absl::Status status = people_.SetRole(op, handle, {"blog", role}, soon).status();
      EXPECT_EQ(Reason(status), "PERSON_NOT_FOUND");
      EXPECT_EQ(status.message(), "there is no such person");
    }
  }
  EXPECT_EQ(people_.Sessions(world_.admin, "bert", soon)->size(), 1U);
  // Nor by a role on one site, as he may be signed in for another.
  ASSERT_TRUE(people_.SetRole(world_.admin, "bert", {"blog", Role::kModerator}, soon).ok());
  EXPECT_TRUE(people_.SetRole(op, "bert", {"blog", Role::kOperator}, soon).ok());
  EXPECT_TRUE(people_.SetRole(op, "bert", {"blog", std::nullopt}, soon).ok());
  EXPECT_EQ(people_.Sessions(world_.admin, "bert", soon)->size(), 1U);
  EXPECT_TRUE(people_.SetRole(world_.admin, "bert", {std::nullopt, Role::kModerator}, soon).ok());
  EXPECT_TRUE(people_.Sessions(world_.admin, "bert", soon)->empty());
  // Somebody of both sites who has not accepted: another one may hold the link.
  ASSERT_TRUE(
      Invite(world_.admin, "carl", {{"blog", Role::kModerator}, {"other", Role::kModerator}}).ok());
  EXPECT_EQ(Reason(people_.SetRole(op, "carl", {"blog", Role::kOperator}, soon).status()),
            "PERSON_NOT_ACTIVE");
  EXPECT_TRUE(people_.SetRole(op, "carl", {"blog", std::nullopt}, soon).ok());
}

// Whatever names other sites have given: the answer is the same, and leaves nobody behind.
TEST_F(AccountsUseCaseTest, AnInvitationTellsNothingOfOtherSites) {
  const Principal op = Person("op", {{"blog", Role::kOperator}});
  ASSERT_TRUE(Invite(world_.admin, "taken", {{"other", Role::kModerator}}).ok());
  ASSERT_TRUE(Invite(world_.admin, "other.taken", {{"other", Role::kModerator}}).ok());
  ASSERT_TRUE(Invite(world_.admin, "ours", {{"blog", Role::kModerator}}).ok());
  const auto refusal = [&](const std::string& handle) {
    return Invite(op, handle, {{"blog", Role::kModerator}}).status();
  };
  EXPECT_EQ(Reason(refusal("free")), "INVALID_FIELDS");
  for (const char* handle :
       {"taken", "other.taken", "other.free", "ours", "blog", "blog-taken", "blogs.free"}) {
    EXPECT_EQ(refusal(handle), refusal("free")) << handle;
  }
  EXPECT_EQ(people_.List(op, "blog", "", 10, tests::Soon())->size(), 1U);
}

TEST_F(AccountsUseCaseTest, AnOperatorOfASiteSeesRolesThereOnly) {
  Add("anna",
      {{"blog", Role::kModerator}, {"other", Role::kOperator}, {std::nullopt, Role::kModerator}});
  const Principal op = Person("op", {{"blog", Role::kOperator}});
  const auto seen = people_.List(op, "blog", "", 10, tests::Soon());
  ASSERT_EQ(seen->size(), 1U);
  ASSERT_EQ(seen->front().roles.size(), 1U);
  EXPECT_EQ(seen->front().roles.front().site, "blog");
  EXPECT_EQ(people_.List(world_.admin, std::nullopt, "", 10, tests::Soon())->front().roles.size(),
            3U);
  EXPECT_EQ(seen->front().record.totp_secret, "");
  EXPECT_EQ(seen->front().record.password_hash, "set");
}

TEST_F(AccountsUseCaseTest, WhatIsWrongWithAPersonIsSaidByField) {
  for (const char* handle : {"", "a", "Anna", "an na", "anna@example.org", "ännä", "-h", ".."}) {
    EXPECT_EQ(Reason(Invite(world_.admin, handle, {}).status()), "INVALID_FIELDS") << handle;
  }
  EXPECT_EQ(Reason(Invite(world_.admin, std::string(33, 'a'), {}).status()), "INVALID_FIELDS");
  EXPECT_TRUE(Invite(world_.admin, std::string(32, 'a'), {}).ok());
  // An address in a display name is masked as everywhere.
  const auto link =
      people_.Invite(world_.admin, {"bert", "Bert bert@example.org", {}}, tests::Soon());
  EXPECT_EQ(link->person.record.display_name.find("bert@example.org"), std::string::npos);
  for (const std::string& password :
       {std::string(), std::string("short"), std::string(11, 'x'), std::string(40, 'x'),
        std::string(1025, 'x') + "y", std::string("\xff\xfe") + kPassword}) {
    EXPECT_EQ(
        Reason(people_.UseLink(LinkKind::kInvitation, link->token, password, kPeer, tests::Soon())
                   .status()),
        "INVALID_FIELDS");
  }
  EXPECT_EQ(Reason(people_.SetActive(Person("bert", {}), "bert", false, tests::Soon()).status()),
            "PERMISSION_DENIED");
}

TEST_F(AccountsUseCaseTest, WrongTriesAreTheSameForWhoIsThereAndWhoIsNot) {
  Add("anna");
  Add("gone");
  ASSERT_TRUE(people_.SetActive(world_.admin, "gone", false, tests::Soon()).ok());
  ASSERT_TRUE(Invite(world_.admin, "waits", {}).ok());
  int network = 0;
  for (const std::string handle : {"anna", "gone", "waits", "nobody", "No Handle"}) {
    const std::string peer = "ipv4:192.0.2." + std::to_string(++network);
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(Try(handle, "wrong", "", peer), "SIGN_IN_REFUSED") << handle;
    }
    EXPECT_EQ(Try(handle, "wrong", "", peer), "TOO_MANY_TRIES") << handle;
    EXPECT_EQ(Try(handle, kPassword, "", peer), "TOO_MANY_TRIES") << handle;
  }
  steady_ += std::chrono::minutes(1);
  EXPECT_EQ(Try("anna", kPassword), "signed in");
  EXPECT_EQ(Try("gone", kPassword), "SIGN_IN_REFUSED");
  EXPECT_EQ(Try("waits", ""), "SIGN_IN_REFUSED");
}

TEST_F(AccountsUseCaseTest, APasswordThatIsRepeatedCountsAsATry) {
  Add("anna");
  const Principal anna = Person("anna", {});
  const auto soon = tests::Soon();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Reason(own_.DisableTotp(anna, "wrong", kPeer, soon)), "INVALID_FIELDS");
  }
  EXPECT_EQ(Reason(own_.DisableTotp(anna, kPassword, kPeer, soon)), "TOO_MANY_TRIES");
  EXPECT_EQ(Try("anna", kPassword), "TOO_MANY_TRIES");
  EXPECT_EQ(Reason(own_.SignOut(world_.admin, soon)), "PERMISSION_DENIED");
  EXPECT_EQ(Reason(own_.Get(world_.admin, soon).status()), "PERMISSION_DENIED");
}

TEST_F(AccountsUseCaseTest, ASecretUnderAnotherDeploymentKeyIsSaidAndAResetClearsIt) {
  Add("anna");
  const Principal anna = Person("anna", {});
  const auto soon = tests::Soon();
  EXPECT_EQ(Reason(own_.ConfirmTotp(anna, "123456", kPeer, soon).status()), "NO_TOTP");
  const auto secret = own_.StartTotp(anna, kPassword, kPeer, soon);
  ASSERT_TRUE(secret.ok()) << secret.status();
  const auto raw = keys_.Open("anna", world_.db->people().Get("anna", soon)->totp_secret);
  ASSERT_TRUE(raw);
  EXPECT_EQ(auth::Base32(*raw), secret->base32);
  EXPECT_EQ(Reason(own_.ConfirmTotp(anna, "000000x", kPeer, soon).status()), "INVALID_FIELDS");
  const auto now_code = [&](std::int64_t off) {
    return auth::TotpCode(*raw, auth::TotpStepAt(world_.clock.Now()) + off);
  };
  ASSERT_TRUE(own_.ConfirmTotp(anna, now_code(0), kPeer, soon).ok());
  EXPECT_EQ(Reason(own_.ConfirmTotp(anna, now_code(1), kPeer, soon).status()), "TOTP_EXISTS");
  EXPECT_EQ(Reason(own_.StartTotp(anna, kPassword, kPeer, soon).status()), "TOTP_EXISTS");
  EXPECT_EQ(Try("anna", kPassword), "CODE_REQUIRED");
  EXPECT_EQ(Try("anna", kPassword, now_code(1)), "signed in");

  const auth::SecondFactorKeys replaced{std::array<std::uint8_t, 32>{8}};
  const AccountParts parts{world_.db->people(), world_.db->sessions(), hasher_, throttle_, replaced,
                           world_.clock};
  const auto begun =
      SignIn(parts).Begin({"anna", kPassword, now_code(1), kPeer, ""}, tests::Soon());
  EXPECT_EQ(Reason(begun.status()), "SECOND_FACTOR_UNREADABLE");
  const auto link = people_.CreateReset(world_.admin, "anna", true, soon);
  ASSERT_TRUE(people_.UseLink(LinkKind::kReset, link->token, kPassword, kPeer, soon).ok());
  EXPECT_EQ(Try("anna", kPassword), "signed in");
}

// Whoever has a session without its password must not guess a factor into being.
TEST_F(AccountsUseCaseTest, AFactorThatWasBegunEndsAfterWrongCodesOrTenMinutes) {
  Add("anna");
  const Principal anna = Person("anna", {});
  const auto soon = tests::Soon();
  const auto stored = [&] { return world_.db->people().Get("anna", soon)->totp_secret; };
  const auto begin = [&] {
    EXPECT_TRUE(own_.StartTotp(anna, kPassword, kPeer, soon).ok());
    return keys_.Open("anna", stored()).value_or("");
  };
  const auto code = [&](const std::string& secret) {
    return auth::TotpCode(secret, auth::TotpStepAt(world_.clock.Now()));
  };
  const auto confirm = [&](const std::string& typed) {
    return Reason(own_.ConfirmTotp(anna, typed, kPeer, soon).status());
  };

  std::string secret = begin();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(confirm("000000x"), "INVALID_FIELDS") << i;
  EXPECT_EQ(confirm(code(secret)), "TOO_MANY_TRIES");
  EXPECT_EQ(Try("anna", kPassword), "TOO_MANY_TRIES");
  EXPECT_EQ(stored(), "");
  steady_ += std::chrono::hours(1);
  EXPECT_EQ(confirm(code(secret)), "NO_TOTP");

  secret = begin();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(confirm("000000x"), "INVALID_FIELDS") << i;
  world_.clock.Advance(std::chrono::minutes(8));
  EXPECT_EQ(confirm(code(secret)), "NO_TOTP") << "each wrong one has cost a minute";
  EXPECT_EQ(stored(), "");
  secret = begin();
  world_.clock.Advance(std::chrono::minutes(10));
  EXPECT_EQ(confirm(code(secret)), "NO_TOTP");
  secret = begin();
  EXPECT_EQ(confirm("000000x"), "INVALID_FIELDS");
  world_.clock.Advance(std::chrono::minutes(8));
  EXPECT_EQ(confirm(code(secret)), "");
}

TEST_F(AccountsUseCaseTest, ADatabaseThatIsAwayCostsNoTry) {
  Add("anna");
  const auto past = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(sign_in_.Begin({"anna", kPassword, "", kPeer, ""}, past).status().code(),
              absl::StatusCode::kDeadlineExceeded);
  }
  EXPECT_EQ(Try("anna", kPassword), "signed in");
}

TEST_F(AccountsUseCaseTest, WhatABrowserCallsItselfIsCutAndMasked) {
  Add("anna");
  const auto begun =
      sign_in_.Begin({"anna", kPassword, "", kPeer, "mail me@example.org " + std::string(500, 'x')},
                     tests::Soon());
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_LE(begun->session.client.size(), storage::kSessionClientBytesMax);
  EXPECT_EQ(begun->session.client.find("me@example.org"), std::string::npos);
}

}  // namespace
}  // namespace replyguard::service
