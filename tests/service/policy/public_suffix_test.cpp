// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/policy/public_suffix.h"

#include <gtest/gtest.h>

namespace replyguard::service::policy {
namespace {

TEST(PublicSuffixTest, IsWhatManyHaveNamesUnder) {
  for (const char* host : {"com", "co.uk", "CO.UK", "co.uk.", "blogspot.com", "xn--p1ai", "рф",
                           "公司.cn", "no-such-top-level-domain"}) {
    SCOPED_TRACE(host);
    EXPECT_TRUE(IsPublicSuffix(host));
  }
}

TEST(PublicSuffixTest, IsNotWhatSomebodyHas) {
  for (const char* host : {"", "example.org", "www.co.uk", "someone.blogspot.com", "пример.рф",
                           "192.0.2.7", "2130706433", "[2001:db8::1]"}) {
    SCOPED_TRACE(host);
    EXPECT_FALSE(IsPublicSuffix(host));
  }
}

}  // namespace
}  // namespace replyguard::service::policy
