// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/authorize.h"

#include <gtest/gtest.h>

#include "service/usecases/errors.h"

namespace replyguard::service {
namespace {

constexpr Permission kAll[] = {Permission::kComments, Permission::kReview, Permission::kExplain,
                               Permission::kTrain, Permission::kAdminister};

Principal Make(Role role, std::optional<std::string> site) {
  return {"0123456789abcdef", "somebody", role, std::move(site)};
}

std::string Allowed(Role role) {
  std::string allowed;
  for (const Permission permission : kAll) {
    allowed += Authorize(Make(role, "blog"), permission, "blog").ok() ? '+' : '-';
  }
  return allowed;
}

TEST(Authorize, EachRoleMayWhatTheContractSays) {
  EXPECT_EQ(Allowed(Role::kBackend), "+----");
  EXPECT_EQ(Allowed(Role::kModerator), "-++--");
  EXPECT_EQ(Allowed(Role::kOperator), "+++++");
}

TEST(Authorize, AnotherSiteIsDeniedInTheWordsForWhatARoleMayNotDo) {
  for (const Role role : {Role::kBackend, Role::kModerator, Role::kOperator}) {
    const absl::Status expected = AuthorizeEverySite(Make(role, "blog"), Permission::kReview);
    EXPECT_NE(expected.message().find("for sites/blog"), absl::string_view::npos);
    for (const Permission permission : kAll) {
      const absl::Status status = Authorize(Make(role, "blog"), permission, "news");
      EXPECT_EQ(status, expected);
      EXPECT_EQ(ReasonOf(status), "PERMISSION_DENIED");
    }
  }
}

TEST(Authorize, KeyOfEverySiteCoversAny) {
  EXPECT_TRUE(Authorize(Make(Role::kModerator, std::nullopt), Permission::kReview, "any").ok());
  EXPECT_TRUE(AuthorizeCovered(Make(Role::kModerator, "a"), Permission::kReview).ok());
  EXPECT_FALSE(AuthorizeCovered(Make(Role::kBackend, "a"), Permission::kReview).ok());
}

TEST(Authorize, BackendWithoutSiteCoversNothing) {
  EXPECT_FALSE(Authorize(Make(Role::kBackend, std::nullopt), Permission::kComments, "blog").ok());
  EXPECT_FALSE(Covers(Make(Role::kBackend, std::nullopt), "blog"));
}

TEST(Authorize, EverySiteNeedsKeyOfEverySite) {
  EXPECT_TRUE(
      AuthorizeEverySite(Make(Role::kOperator, std::nullopt), Permission::kAdminister).ok());
  EXPECT_FALSE(AuthorizeEverySite(Make(Role::kOperator, "blog"), Permission::kAdminister).ok());
  EXPECT_FALSE(
      AuthorizeEverySite(Make(Role::kModerator, std::nullopt), Permission::kAdminister).ok());
}

Principal Person(std::optional<Role> everywhere,
                 std::map<std::string, Role, std::less<>> site_roles) {
  Principal principal;
  principal.key_id = "people/anna";
  principal.person = PersonScope{"anna", "0123456789abcdef", everywhere, std::move(site_roles)};
  return principal;
}

// What a person may on a site, in the order of kAll.
std::string AllowedOn(const Principal& person, std::string_view site) {
  std::string allowed;
  for (const Permission permission : kAll) {
    allowed += Authorize(person, permission, site).ok() ? '+' : '-';
  }
  return allowed;
}

TEST(Authorize, APersonMayOnEachSiteWhatHisRoleThereAllows) {
  const Principal person = Person(std::nullopt, {{"a", Role::kModerator}, {"b", Role::kOperator}});
  EXPECT_EQ(AllowedOn(person, "a"), "-++--");
  EXPECT_EQ(AllowedOn(person, "b"), "+++++");
  EXPECT_EQ(AllowedOn(person, "c"), "-----");
  EXPECT_TRUE(Covers(person, "a"));
  EXPECT_FALSE(Covers(person, "c"));
  EXPECT_TRUE(AuthorizeCovered(person, Permission::kAdminister).ok());
  EXPECT_FALSE(AuthorizeEverySite(person, Permission::kReview).ok());
}

TEST(Authorize, ARoleOnEverySiteAndOneOfASiteAddUp) {
  const Principal person = Person(Role::kModerator, {{"b", Role::kOperator}});
  EXPECT_EQ(AllowedOn(person, "any"), "-++--");
  EXPECT_EQ(AllowedOn(person, "b"), "+++++");
  EXPECT_TRUE(AuthorizeEverySite(person, Permission::kReview).ok());
  EXPECT_FALSE(AuthorizeEverySite(person, Permission::kAdminister).ok());
  EXPECT_EQ(AllowedOn(Person(Role::kOperator, {{"b", Role::kModerator}}), "b"), "+++++");
}

TEST(Authorize, APersonWithoutRolesMayNothing) {
  const Principal person = Person(std::nullopt, {});
  EXPECT_EQ(AllowedOn(person, "a"), "-----");
  for (const Permission permission : kAll) {
    EXPECT_FALSE(AuthorizeCovered(person, permission).ok());
    EXPECT_FALSE(AuthorizeEverySite(person, permission).ok());
  }
}

}  // namespace
}  // namespace replyguard::service
