// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/reference.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "service/config/option.h"

namespace replyguard::service::config {
namespace {

TEST(Reference, IsWhatTheRepositoryHolds) {
  std::ifstream file(REPLYGUARD_REFERENCE_FILE);
  std::ostringstream held;
  held << file.rdbuf();
  EXPECT_EQ(held.str(), RenderReference())
      << "write it anew: replyguard config reference > service/config/REFERENCE.md";
}

TEST(Reference, NamesEveryOption) {
  const std::string page = RenderReference();
  for (const Option& option : AllOptions()) {
    const std::string variable = "| `" + std::string(option.environment) + "` |";
    EXPECT_NE(page.find(variable), std::string::npos) << variable;
  }
}

}  // namespace
}  // namespace replyguard::service::config
