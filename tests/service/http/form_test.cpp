// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/form/form.h"

#include <gtest/gtest.h>

namespace replyguard::service::http {
namespace {

TEST(FormTest, ReadsFieldsInTheirOrder) {
  EXPECT_EQ(
      ParseForm("a=1&b=x+y&a=%C3%A4%26&&c&=v&d=1=2"),
      (Fields{{"a", "1"}, {"b", "x y"}, {"a", "\xC3\xA4&"}, {"c", ""}, {"", "v"}, {"d", "1=2"}}));
  EXPECT_EQ(ParseForm(""), Fields{});
}

TEST(FormTest, LeavesWhatIsNotEscapedWell) {
  EXPECT_EQ(ParseForm("a=100%&b=%4&c=%zz&d=%"),
            (Fields{{"a", "100%"}, {"b", "%4"}, {"c", "%zz"}, {"d", "%"}}));
  EXPECT_EQ(ParseForm("a=%00"), (Fields{{"a", std::string(1, '\0')}}));
}

TEST(FormTest, FindsTheFirst) {
  const Fields fields = ParseForm("a=1&a=2");
  ASSERT_NE(FindField(fields, "a"), nullptr);
  EXPECT_EQ(*FindField(fields, "a"), "1");
  EXPECT_EQ(FindField(fields, "b"), nullptr);
}

TEST(FormTest, PathsKeepTheirPlus) { EXPECT_EQ(PercentDecode("a+b%2Fc"), "a+b/c"); }

}  // namespace
}  // namespace replyguard::service::http
