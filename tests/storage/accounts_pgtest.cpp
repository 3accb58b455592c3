// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using absl::StatusCode;
using storage::AccountAction;
using storage::AccountLink;
using storage::KeyRole;
using storage::LinkKind;
using storage::PersonRecord;
using storage::SessionRecord;
using ::testing::ElementsAre;

const storage::AccountAct kAct{"00000000000000aa", At(5)};

std::string Id(int number) {
  std::string digits = std::to_string(number);
  return std::string(16 - digits.size(), '0') + digits;
}
std::string Hash(char fill) { return std::string(32, fill); }

absl::Status Anybody(const storage::PersonRecord& /*person*/,
                     const storage::PersonRecord* /*actor*/) {
  return absl::OkStatus();
}

class AccountsTest : public ::testing::Test {
 protected:
  AccountsTest() : site_(MakeSite(*database_)) {}

  std::int64_t ConfigRevision() const {
    return std::stoll(test_.Sql("SELECT revision FROM replyguard.config_head"));
  }
  std::string Count(const std::string& table) const {
    return test_.Sql("SELECT count(*) FROM replyguard." + table);
  }
  storage::PeopleStore& people() { return database_->people(); }
  storage::SessionStore& sessions() { return database_->sessions(); }

  static AccountLink Link(const std::string& handle, LinkKind kind, int number) {
    return {Id(number), Hash('h'), handle, kind, false, At(1), At(100)};
  }
  absl::StatusOr<PersonRecord> Invite(const std::string& handle, int link, bool replace = true) {
    PersonRecord person;
    person.handle = handle;
    person.display_name = "Somebody";
    person.memberships = {{site_.site_id, KeyRole::kModerator}};
    person.created_at = At(1);
    return people().Invite(person, Link(handle, LinkKind::kInvitation, link), replace, kAct,
                           Soon());
  }
  // Invited, accepted, with password "p1".
  void Add(const std::string& handle, int link) {
    ASSERT_TRUE(Invite(handle, link).ok());
    const auto used =
        people().UseLink(LinkKind::kInvitation, Id(link), Hash('h'), "p1", At(2), Soon());
    ASSERT_TRUE(used.ok()) << used.status();
  }
  static SessionRecord Session(const std::string& handle, int number, int at = 10) {
    return {Id(number), Hash('s'), handle, "browser", At(at), At(at), At(at + 1000)};
  }
  absl::Status Start(const SessionRecord& session,
                     const storage::SignInProof& proof = {"p1", {}, {}}) {
    return sessions().Start(session, proof, Soon()).status();
  }
  std::vector<AccountAction> Actions(const std::string& handle) {
    std::vector<AccountAction> actions;
    const auto events = people().ListEvents({handle, 0, 500}, Soon());
    for (const auto& event : *events) actions.push_back(event.action);
    return actions;
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  storage::SiteRecord site_;
};

TEST_F(AccountsTest, APersonIsStoredAsGivenAndAnInvitationIsReplacedOnlyWhileItWaits) {
  const auto invited = Invite("anna", 1);
  ASSERT_TRUE(invited.ok()) << invited.status();
  EXPECT_EQ(invited->display_name, "Somebody");
  EXPECT_EQ(invited->memberships,
            (std::vector<storage::Membership>{{site_.site_id, KeyRole::kModerator}}));
  EXPECT_FALSE(invited->every_site_role);
  EXPECT_EQ(invited->password_hash, "");
  EXPECT_EQ(invited->created_at, At(1));
  EXPECT_EQ(Invite("anna", 2, false).status().code(), StatusCode::kAlreadyExists);
  ASSERT_TRUE(Invite("anna", 3).ok());
  const auto use = [&](int link) {
    return people()
        .UseLink(LinkKind::kInvitation, Id(link), Hash('h'), "p1", At(2), Soon())
        .status()
        .code();
  };
  EXPECT_EQ(use(1), StatusCode::kNotFound);
  EXPECT_EQ(use(3), StatusCode::kOk);
  EXPECT_EQ(use(3), StatusCode::kNotFound);
  EXPECT_EQ(Invite("anna", 4).status().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(people().Get("anna", Soon())->password_hash, "p1");
  EXPECT_EQ(people().Get("none", Soon()).status().code(), StatusCode::kNotFound);
  for (const char* handle : {"a", "Anna", "an na", "anna@example.org", ""}) {
    EXPECT_FALSE(Invite(handle, 9).ok()) << handle;
  }
  EXPECT_THAT(Actions("anna"), ElementsAre(AccountAction::kInvitationAccepted,
                                           AccountAction::kInvited, AccountAction::kInvited));
}

TEST_F(AccountsTest, ALinkIsOfItsKindTokenAndTime) {
  Add("anna", 1);
  ASSERT_TRUE(people().CreateReset(Link("anna", LinkKind::kReset, 2), kAct, Soon()).ok());
  const auto find = [&](LinkKind kind, char hash, int at) {
    return people().FindLink(kind, Id(2), Hash(hash), At(at), Soon());
  };
  EXPECT_EQ(find(LinkKind::kReset, 'h', 99).value(), "anna");
  EXPECT_EQ(find(LinkKind::kReset, 'h', 100).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(find(LinkKind::kReset, 'x', 99).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(find(LinkKind::kInvitation, 'h', 99).status().code(), StatusCode::kNotFound);
  const auto use = [&](LinkKind kind, char hash, int at) {
    return people().UseLink(kind, Id(2), Hash(hash), "p2", At(at), Soon()).status().code();
  };
  EXPECT_EQ(use(LinkKind::kInvitation, 'h', 99), StatusCode::kNotFound);
  EXPECT_EQ(use(LinkKind::kReset, 'x', 99), StatusCode::kNotFound);
  EXPECT_EQ(use(LinkKind::kReset, 'h', 100), StatusCode::kNotFound);
  EXPECT_EQ(people().Get("anna", Soon())->password_hash, "p1");
  EXPECT_EQ(use(LinkKind::kReset, 'h', 99), StatusCode::kOk);
  EXPECT_EQ(people().Get("anna", Soon())->password_hash, "p2");
  ASSERT_TRUE(Invite("bert", 3).ok());
  EXPECT_EQ(people().CreateReset(Link("bert", LinkKind::kReset, 4), kAct, Soon()).status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(people().CreateReset(Link("none", LinkKind::kReset, 4), kAct, Soon()).status().code(),
            StatusCode::kNotFound);
}

TEST_F(AccountsTest, ASessionBeginsOnlyWhileWhatWasProvedHolds) {
  Add("anna", 1);
  EXPECT_EQ(Start(Session("anna", 1), {"p0", {}, {}}).code(), StatusCode::kAborted);
  EXPECT_TRUE(Start(Session("anna", 1)).ok());
  const auto got = sessions().Get(Id(1), Soon());
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->session.handle, "anna");
  EXPECT_EQ(got->session.client, "browser");
  EXPECT_EQ(got->session.token_hash, Hash('s'));
  EXPECT_EQ(got->session.expires_at, At(1010));
  EXPECT_EQ(got->person.memberships.size(), 1U);
  EXPECT_EQ(got->person.signed_in_at, At(10));
  ASSERT_TRUE(people().SetActive("anna", false, Anybody, kAct, Soon()).ok());
  EXPECT_EQ(Start(Session("anna", 2)).code(), StatusCode::kAborted);
  EXPECT_EQ(Count("sessions"), "0");
}

TEST_F(AccountsTest, ATotpStepAndARecoveryCodeWorkOnceEvenAtOnce) {
  Add("anna", 1);
  ASSERT_TRUE(people().StartTotp("anna", "sealed", 20, Soon()).ok());
  EXPECT_TRUE(Start(Session("anna", 90)).ok());  // not confirmed yet
  EXPECT_EQ(people().ConfirmTotp("anna", "other", 7, {Hash('1')}, kAct, Soon()).status().code(),
            StatusCode::kAborted);
  ASSERT_TRUE(people().ConfirmTotp("anna", "sealed", 7, {Hash('1'), Hash('2')}, kAct, Soon()).ok());
  EXPECT_EQ(people().StartTotp("anna", "again", 20, Soon()).code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(Start(Session("anna", 2)).code(), StatusCode::kAborted);
  EXPECT_EQ(Start(Session("anna", 2), {"p1", 7, {}}).code(), StatusCode::kAborted);

  for (const storage::SignInProof& proof :
       {storage::SignInProof{"p1", 8, {}}, storage::SignInProof{"p1", {}, Hash('1')}}) {
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    static int number = 10;
    const int base = number += 10;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        if (Start(Session("anna", base + i), proof).ok()) ++good;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 1);
  }
  EXPECT_EQ(people().Get("anna", Soon())->recovery_code_count, 1);
  EXPECT_EQ(people().Get("anna", Soon())->totp_step, 8);
  ASSERT_TRUE(people().SetRecoveryCodes("anna", {Hash('3')}, kAct, Soon()).ok());
  EXPECT_EQ(Start(Session("anna", 80), {"p1", {}, Hash('2')}).code(), StatusCode::kAborted);
  EXPECT_TRUE(Start(Session("anna", 80), {"p1", {}, Hash('3')}).ok());
  ASSERT_TRUE(people().DisableTotp("anna", kAct, Soon()).ok());
  EXPECT_EQ(people().DisableTotp("anna", kAct, Soon()).status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_EQ(Count("recovery_codes"), "0");
  EXPECT_TRUE(Start(Session("anna", 81)).ok());
}

TEST_F(AccountsTest, WhatEndsSessionsOrChangesRolesShowsInTheRevision) {
  Add("anna", 1);
  const auto ends = [&](const char* what, const std::function<void()>& act, const char* left) {
    ASSERT_TRUE(Start(Session("anna", 1)).ok());
    ASSERT_TRUE(Start(Session("anna", 2)).ok());
    const auto before = ConfigRevision();
    act();
    EXPECT_GT(ConfigRevision(), before) << what;
    EXPECT_EQ(Count("sessions"), left) << what;
    ASSERT_TRUE(sessions().EndAll("anna", kAct, Soon()).ok());
  };
  ends(
      "end", [&] { EXPECT_TRUE(sessions().End(Id(1), kAct, Soon()).ok()); }, "1");
  ends(
      "end all", [&] { EXPECT_EQ(sessions().EndAll("anna", kAct, Soon()).value(), 2); }, "0");
  ends(
      "role",
      [&] {
        EXPECT_TRUE(
            people().SetRole("anna", std::nullopt, KeyRole::kOperator, Anybody, kAct, Soon()).ok());
      },
      "0");
  ends(
      "role on a site",
      [&] {
        EXPECT_TRUE(people()
                        .SetRole("anna", site_.site_id, KeyRole::kOperator, Anybody, kAct, Soon())
                        .ok());
      },
      "2");
  ends(
      "password",
      [&] {
        EXPECT_TRUE(people().SetPassword({"anna", "p1", "p1", Id(2)}, kAct, Soon()).ok());
      },
      "1");
  ends(
      "deactivate",
      [&] {
        EXPECT_TRUE(people().SetActive("anna", false, Anybody, kAct, Soon()).ok());
        EXPECT_TRUE(people().SetActive("anna", true, Anybody, kAct, Soon()).ok());
      },
      "0");
  EXPECT_EQ(people().SetPassword({"anna", "p0", "p2", ""}, kAct, Soon()).status().code(),
            StatusCode::kAborted);
  EXPECT_EQ(sessions().EndAll("none", kAct, Soon()).status().code(), StatusCode::kNotFound);
}

TEST_F(AccountsTest, RolesAreGivenChangedAndTaken) {
  Add("anna", 1);
  const auto set = [&](std::optional<storage::SiteId> site, std::optional<KeyRole> role) {
    return people().SetRole("anna", site, role, Anybody, kAct, Soon());
  };
  EXPECT_EQ(set(site_.site_id, KeyRole::kOperator)->memberships,
            (std::vector<storage::Membership>{{site_.site_id, KeyRole::kOperator}}));
  EXPECT_TRUE(set(site_.site_id, std::nullopt)->memberships.empty());
  EXPECT_EQ(people()
                .SetRole(
                    "anna", site_.site_id, KeyRole::kOperator,
                    [](const auto&, const auto*) { return absl::NotFoundError(""); }, kAct, Soon())
                .status()
                .code(),
            StatusCode::kNotFound);
  EXPECT_EQ(set(std::nullopt, KeyRole::kModerator)->every_site_role, KeyRole::kModerator);
  EXPECT_FALSE(set(std::nullopt, std::nullopt)->every_site_role);
  EXPECT_EQ(set(99, KeyRole::kOperator).status().code(), StatusCode::kNotFound);
  const auto events = people().ListEvents({"anna", 0, 2}, Soon());
  ASSERT_EQ(events->size(), 2U);
  EXPECT_FALSE(events->front().role);
  EXPECT_EQ(events->back().role, KeyRole::kModerator);
  const auto older = people().ListEvents({"anna", events->back().event_id, 1}, Soon());
  ASSERT_EQ(older->size(), 1U);
  EXPECT_EQ(older->front().site_id, site_.site_id);
  EXPECT_EQ(older->front().actor, kAct.actor);
}

TEST_F(AccountsTest, SessionsOfAPersonAreBoundedAndExpiredOnesGo) {
  Add("anna", 1);
  Add("bert", 2);
  ASSERT_TRUE(Start(Session("bert", 500)).ok());
  for (int i = 0; i < storage::kSessionsPerPersonMax + 3; ++i) {
    ASSERT_TRUE(Start(Session("anna", 100 + i, 10 + i)).ok());
  }
  const auto list = sessions().List("anna", Soon());
  ASSERT_EQ(list->size(), static_cast<std::size_t>(storage::kSessionsPerPersonMax));
  EXPECT_EQ(list->front().session_id, Id(100 + storage::kSessionsPerPersonMax + 2));
  EXPECT_EQ(list->back().session_id, Id(103));
  ASSERT_TRUE(Start(Session("anna", 300, 5000)).ok());
  EXPECT_EQ(sessions().List("anna", Soon())->size(), 1U);
  EXPECT_EQ(sessions().List("bert", Soon())->size(), 1U);
  ASSERT_TRUE(sessions().Touch(Id(300), At(5100), Soon()).ok());
  ASSERT_TRUE(sessions().Touch(Id(300), At(5050), Soon()).ok());
  EXPECT_EQ(sessions().Get(Id(300), Soon())->session.seen_at, At(5100));
  EXPECT_TRUE(sessions().Touch(Id(999), At(5050), Soon()).ok());
}

TEST_F(AccountsTest, PeopleArePagedByHandleAndBySite) {
  Add("zoe", 1);
  Add("anna", 2);
  Add("bert", 3);
  ASSERT_TRUE(people().SetRole("bert", site_.site_id, std::nullopt, Anybody, kAct, Soon()).ok());
  const auto handles = [&](const storage::PeopleQuery& query) {
    std::vector<std::string> out;
    const auto page = people().List(query, Soon());
    for (const auto& person : *page) out.push_back(person.handle);
    return out;
  };
  EXPECT_THAT(handles({"", std::nullopt, 2}), ElementsAre("anna", "bert"));
  EXPECT_THAT(handles({"bert", std::nullopt, 2}), ElementsAre("zoe"));
  EXPECT_THAT(handles({"", site_.site_id, 10}), ElementsAre("anna", "zoe"));
}

}  // namespace
}  // namespace replyguard::tests
