// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/violation.h"

#include <gtest/gtest.h>

#include <string>

#include "service/validation/limits.h"

namespace replyguard::service::validation {
namespace {

std::size_t Bytes(const std::vector<Violation>& list) {
  std::size_t bytes = 0;
  for (const Violation& v : list)
    bytes += v.field.size() + v.reason.size() + v.description.size() + 16;
  return bytes;
}

TEST(Violations, KeepsOrderAndOneOfEach) {
  Violations violations;
  EXPECT_TRUE(violations.empty());
  violations.Add("b", "R", "one");
  violations.Add("a", "R", "two");
  violations.Add("b", "R", "three");
  violations.Add("b", "S", "four");
  const auto list = violations.List();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0], (Violation{"b", "R", "one"}));
  EXPECT_EQ(list[1].field, "a");
  EXPECT_EQ(list[2].reason, "S");
}

TEST(Violations, TheLastSaysHowManyMore) {
  Violations violations;
  for (int i = 0; i < 100; ++i) violations.Add("f" + std::to_string(i), "R", "x");
  const auto list = violations.List();
  ASSERT_EQ(list.size(), kViolationsMax);
  EXPECT_EQ(list.back().reason, reason::kMore);
  EXPECT_NE(list.back().description.find(" 69 "), std::string::npos) << list.back().description;
}

TEST(Violations, DetailsStayWithinTheirBytes) {
  Violations violations;
  for (int i = 0; i < 20; ++i) violations.Add("f" + std::to_string(i), "R", std::string(500, 'x'));
  const auto list = violations.List();
  EXPECT_LE(Bytes(list), kViolationDetailsBytesMax);
  EXPECT_EQ(list.back().reason, reason::kMore);
  EXPECT_GT(list.size(), 5u);
}

TEST(Violations, OneThatIsTooLargeForAllIsStillCounted) {
  Violations violations;
  violations.Add("f", "R", std::string(10'000, 'x'));
  EXPECT_FALSE(violations.empty());
  ASSERT_EQ(violations.List().size(), 1u);
  EXPECT_EQ(violations.List()[0].reason, reason::kMore);
}

TEST(Violations, Join) {
  Violations a, b;
  a.Add("x", "R", "");
  for (int i = 0; i < 100; ++i) b.Add("f" + std::to_string(i), "R", "x");
  a.Add(b);
  EXPECT_EQ(a.List().size(), kViolationsMax);
  EXPECT_NE(a.List().back().description.find(" 70 "), std::string::npos)
      << a.List().back().description;
}

}  // namespace
}  // namespace replyguard::service::validation
