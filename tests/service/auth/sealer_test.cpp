// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/sealer.h"

#include <gtest/gtest.h>

namespace replyguard::service::auth {
namespace {

using DeploymentKey = std::array<std::uint8_t, kSealingKeyBytes>;

TEST(Sealer, OpensWhatItSealedForTheSameOwner) {
  const Sealer sealer(DeploymentKey{1});
  const std::string sealed = sealer.Seal("owner", "a secret");
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
  EXPECT_EQ(sealer.Open("owner", sealed), "a secret");
  EXPECT_NE(sealer.Seal("owner", "a secret"), sealed);
  EXPECT_EQ(sealer.Open("", sealer.Seal("", "")), "");
  EXPECT_FALSE(sealer.Open("other", sealed));
  EXPECT_FALSE(sealer.Open("", sealed));
}

TEST(Sealer, OpensNothingElse) {
  const Sealer sealer(DeploymentKey{1});
  const std::string sealed = sealer.Seal("owner", "a secret");
  EXPECT_FALSE(Sealer(DeploymentKey{2}).Open("owner", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(sealer.Open("owner", damaged)) << i;
    EXPECT_FALSE(sealer.Open("owner", sealed.substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace replyguard::service::auth
