// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/form/form.h"

#include <gtest/gtest.h>

namespace replyguard::service::http {
namespace {

constexpr std::size_t kMany = 100;

TEST(FormTest, ReadsFieldsInTheirOrder) {
  EXPECT_EQ(
      ParseForm("a=1&b=x+y&a=%C3%A4%26&&c&=v&d=1=2", kMany),
      (Fields{{"a", "1"}, {"b", "x y"}, {"a", "\xC3\xA4&"}, {"c", ""}, {"", "v"}, {"d", "1=2"}}));
  EXPECT_EQ(ParseForm("", kMany), Fields{});
}

TEST(FormTest, LeavesWhatIsNotEscapedWell) {
  EXPECT_EQ(ParseForm("a=100%&b=%4&c=%zz&d=%", kMany),
            (Fields{{"a", "100%"}, {"b", "%4"}, {"c", "%zz"}, {"d", "%"}}));
  EXPECT_EQ(ParseForm("a=%00", kMany), (Fields{{"a", std::string(1, '\0')}}));
}

TEST(FormTest, ReadsNoMoreFieldsThanItMay) {
  EXPECT_EQ(ParseForm("a=1&b=2&c=3", 2), (Fields{{"a", "1"}, {"b", "2"}}));
  std::string flood;
  for (int i = 0; i < 100'000; ++i) flood += "a&";
  // Room is kept for what was read, not for what came.
  EXPECT_LT(ParseForm(flood, kMany).capacity(), 2 * kMany);
}

TEST(FormTest, FindsTheFirst) {
  const Fields fields = ParseForm("a=1&a=2", kMany);
  ASSERT_NE(FindField(fields, "a"), nullptr);
  EXPECT_EQ(*FindField(fields, "a"), "1");
  EXPECT_EQ(FindField(fields, "b"), nullptr);
}

TEST(FormTest, PathsKeepTheirPlus) { EXPECT_EQ(PercentDecode("a+b%2Fc"), "a+b/c"); }

}  // namespace
}  // namespace replyguard::service::http
