// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/option.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "service/config/value.h"

namespace replyguard::service::config {
namespace {

TEST(OptionTable, NamesVariablesAndFlagsAreUnique) {
  std::set<std::string_view> names;
  std::set<std::string_view> variables;
  std::set<std::string_view> flags;
  for (const Option& option : AllOptions()) {
    if (!option.name.empty()) {
      EXPECT_TRUE(names.insert(option.name).second) << option.name;
    }
    EXPECT_TRUE(variables.insert(option.environment).second) << option.environment;
    if (!option.flag.empty()) {
      EXPECT_TRUE(flags.insert(option.flag).second) << option.flag;
    }
  }
}

TEST(OptionTable, EveryRowIsWellFormed) {
  for (const Option& option : AllOptions()) {
    EXPECT_TRUE(option.environment.starts_with("REPLYGUARD_")) << option.environment;
    EXPECT_TRUE(option.flag.empty() || option.flag.starts_with("--")) << option.flag;
    EXPECT_TRUE(option.help.ends_with('.')) << option.environment;
    EXPECT_TRUE(ParseValue(option, option.default_text).ok()) << option.environment;
    EXPECT_LE(option.minimum, option.maximum) << option.environment;
  }
}

TEST(OptionTable, NoSecretHasAFlag) {
  int secrets = 0;
  for (const Option& option : AllOptions()) {
    if (!option.secret) continue;
    ++secrets;
    EXPECT_TRUE(option.flag.empty()) << option.environment;
  }
  EXPECT_GE(secrets, 6);
}

TEST(OptionTable, ASecretsFileVariantIsNoOtherOptionsName) {
  for (const Option& option : AllOptions()) {
    if (!option.secret) continue;
    const auto by_name = FindByName(std::string(option.name) + "_file");
    ASSERT_TRUE(by_name) << option.name;
    EXPECT_EQ(by_name->option->key, option.key);
    EXPECT_TRUE(by_name->from_file);
    const auto by_variable = FindByEnvironment(std::string(option.environment) + "_FILE");
    ASSERT_TRUE(by_variable) << option.environment;
    EXPECT_EQ(by_variable->option->key, option.key);
  }
}

TEST(OptionTable, OnlySecretsHaveAFileVariant) {
  EXPECT_FALSE(FindByName("server.listen_file"));
  EXPECT_FALSE(FindByEnvironment("REPLYGUARD_LISTEN_FILE"));
  EXPECT_FALSE(FindByName(""));
}

TEST(OptionTable, KnowsWhatQuickstartExports) {
  for (const char* name : {"REPLYGUARD_BIN", "REPLYGUARD_GRPC", "REPLYGUARD_HTTP",
                           "REPLYGUARD_OPERATOR_KEY", "REPLYGUARD_MODERATOR_KEY", "REPLYGUARD_SITE",
                           "REPLYGUARD_SITE_KEY", "REPLYGUARD_DATABASE_URL", "REPLYGUARD_HOME"}) {
    EXPECT_TRUE(FindByEnvironment(name)) << name;
  }
}

TEST(Nearest, FindsSlipsOfThePen) {
  EXPECT_EQ(NearestName("server.lisen"), "server.listen");
  EXPECT_EQ(NearestName("databse.url"), "database.url");
  EXPECT_EQ(NearestEnvironment("REPLYGUARD_LISEN"), "REPLYGUARD_LISTEN");
  EXPECT_FALSE(NearestName(std::string(1'000'000, 'x')).empty());
}

}  // namespace
}  // namespace replyguard::service::config
