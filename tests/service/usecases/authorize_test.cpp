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

TEST(Authorize, AnotherSiteIsDeniedToEveryRoleInTheSameWords) {
  const absl::Status expected =
      Authorize(Make(Role::kBackend, "blog"), Permission::kReview, "blog");
  for (const Role role : {Role::kBackend, Role::kModerator, Role::kOperator}) {
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

}  // namespace
}  // namespace replyguard::service
