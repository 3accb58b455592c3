// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace replyguard::service::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kKey = "0123456789abcdef0123456789abcdef0123456789abcdef";

Sources Toml(const std::string& text) {
  Sources sources;
  sources.file.emplace("replyguard.toml", text);
  return sources;
}

Sources Environment(const std::string& name, const std::string& value) {
  Sources sources;
  sources.environment = {{name, value}};
  return sources;
}

// Answers these files and NOT_FOUND for others.
std::function<absl::StatusOr<std::string>(const std::string&)> Files(
    std::map<std::string, std::string> files) {
  return [files = std::move(files)](const std::string& path) -> absl::StatusOr<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return absl::NotFoundError("cannot read " + path);
    return found->second;
  };
}

TEST(Settings, BeginWithTheDefaults) {
  const LoadResult result = LoadSettings({});
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(result.settings.Text(OptionKey::kServerListen), "127.0.0.1:7420");
  EXPECT_EQ(result.settings.Of(OptionKey::kServerListen).origin, Origin::kDefault);
  EXPECT_EQ(result.settings.Duration(OptionKey::kServerDrainTimeMax).count(), 10'000);
  EXPECT_EQ(result.settings.Number(OptionKey::kServerRequestBytesMax), 4'194'304);
  EXPECT_FALSE(result.settings.Boolean(OptionKey::kServerAllowRoot));
}

TEST(Settings, FlagsGoBeforeTheEnvironmentBeforeTheFile) {
  Sources sources = Toml("[server]\nlisten = \"file:1\"\n");
  LoadResult result = LoadSettings(sources);
  EXPECT_EQ(result.settings.Text(OptionKey::kServerListen), "file:1");
  EXPECT_EQ(result.settings.Of(OptionKey::kServerListen).where, "replyguard.toml:2");

  sources.environment = {{"REPLYGUARD_LISTEN", "environment:2"}, {"PATH", "/bin"}};
  result = LoadSettings(sources);
  EXPECT_EQ(result.settings.Text(OptionKey::kServerListen), "environment:2");
  EXPECT_EQ(result.settings.Of(OptionKey::kServerListen).where, "REPLYGUARD_LISTEN");

  sources.flags = {{OptionKey::kServerListen, "flag:3"}};
  result = LoadSettings(sources);
  EXPECT_EQ(result.settings.Text(OptionKey::kServerListen), "flag:3");
  EXPECT_EQ(result.settings.Of(OptionKey::kServerListen).where, "--listen");
  EXPECT_THAT(result.problems, IsEmpty());
}

TEST(Settings, AnUnknownKeyNamesTheNearest) {
  const LoadResult result = LoadSettings(Toml("[server]\nlisen = \"a:1\"\n"));
  EXPECT_THAT(
      result.problems,
      ElementsAre("replyguard.toml:2: unknown key server.lisen; did you mean server.listen?"));
}

TEST(Settings, AnUnknownVariableNamesTheNearest) {
  EXPECT_THAT(LoadSettings(Environment("REPLYGUARD_LISEN", "a:1")).problems,
              ElementsAre("REPLYGUARD_LISEN: unknown; did you mean REPLYGUARD_LISTEN?"));
  // Also when it is empty: the slip is the name.
  EXPECT_EQ(LoadSettings(Environment("REPLYGUARD_LISEN", "")).problems.size(), 1U);
  EXPECT_THAT(LoadSettings(Environment("REPLYGUARD_TEST_DATABASE_URL", "x")).problems, IsEmpty());
}

TEST(Settings, WhatKubernetesTellsOfAServiceIsNoSlip) {
  for (const char* name :
       {"REPLYGUARD_SERVICE_HOST", "REPLYGUARD_SERVICE_PORT", "REPLYGUARD_SERVICE_PORT_GRPC",
        "REPLYGUARD_PORT", "REPLYGUARD_PORT_7420_TCP", "REPLYGUARD_PORT_7420_TCP_PROTO",
        "REPLYGUARD_PORT_7420_TCP_PORT", "REPLYGUARD_PORT_7420_TCP_ADDR",
        "REPLYGUARD_HTTP_SERVICE_HOST", "REPLYGUARD_HTTP_PORT_7421_TCP"}) {
    EXPECT_THAT(LoadSettings(Environment(name, "tcp://10.0.0.1:7420")).problems, IsEmpty()) << name;
  }
  EXPECT_EQ(LoadSettings(Environment("REPLYGUARD_SERVICE_HOSTS", "x")).problems.size(), 1U);
  EXPECT_EQ(LoadSettings(Environment("REPLYGUARD_HTTP_PORT", "8080")).problems.size(), 1U);
}

TEST(Settings, AnEmptyVariableIsNotSet) {
  const LoadResult result = LoadSettings(Environment("REPLYGUARD_LISTEN", ""));
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(result.settings.Of(OptionKey::kServerListen).origin, Origin::kDefault);
}

TEST(Settings, EveryProblemIsReportedAtOnceInTheOrderOfTheFile) {
  const LoadResult result = LoadSettings(
      Toml("[server]\nlisten = 5\ndrain_time_max = \"1 day\"\n[database]\nwriters = \"2\"\nreaders "
           "= 999\n[log]\nlevel = [\"info\"]\n"));
  EXPECT_THAT(result.problems,
              ElementsAre("replyguard.toml:2: server.listen must be a string in quotes",
                          HasSubstr("replyguard.toml:3: must be a whole number with a unit"),
                          HasSubstr("replyguard.toml:5: database.writers must be a whole number"),
                          "replyguard.toml:6: must be from 1 to 256",
                          "replyguard.toml:8: log.level must be a string in quotes"));
}

TEST(Settings, WhatIsNoTomlTellsOnlyThePlace) {
  const LoadResult result = LoadSettings(Toml("[database]\nurl = s3cret\n"));
  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_THAT(result.problems.front(), HasSubstr("replyguard.toml:2: not TOML"));
  EXPECT_EQ(result.problems.front().find("s3cret"), std::string::npos);
}

TEST(Settings, DoubleKeysAndDeepNestingAreErrorsNotCrashes) {
  EXPECT_EQ(LoadSettings(Toml("a = 1\na = 2\n")).problems.size(), 1U);
  EXPECT_FALSE(LoadSettings(Toml("a = " + std::string(100'000, '['))).problems.empty());
  std::string dotted;
  for (int i = 0; i < 60'000; ++i) dotted += "a.";
  EXPECT_THAT(LoadSettings(Toml("\n" + dotted + "x = 1\n")).problems,
              ElementsAre("replyguard.toml:2: more than 2000 dots in a line"));
}

TEST(Settings, ASecretComesFromItsFile) {
  Sources sources = Environment("REPLYGUARD_OPERATOR_KEY_FILE", "/run/key");
  sources.read_file = Files({{"/run/key", std::string(kKey) + "\n"}});
  const LoadResult result = LoadSettings(sources);
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(result.settings.Text(OptionKey::kClientOperatorKey), kKey);
  EXPECT_EQ(result.settings.Of(OptionKey::kClientOperatorKey).secret_file, "/run/key");

  sources = Toml("[client]\noperator_key_file = \"/run/key\"\n");
  sources.read_file = Files({{"/run/key", std::string(kKey) + "\r\n"}});
  EXPECT_EQ(LoadSettings(sources).settings.Text(OptionKey::kClientOperatorKey), kKey);
}

TEST(Settings, ASecretsFileThatIsMissingOrEmptyOrWrongIsAProblem) {
  Sources sources = Environment("REPLYGUARD_OPERATOR_KEY_FILE", "/run/key");
  sources.read_file = Files({});
  EXPECT_THAT(LoadSettings(sources).problems,
              ElementsAre("REPLYGUARD_OPERATOR_KEY_FILE: cannot read /run/key"));
  sources.read_file = Files({{"/run/key", "\n"}});
  EXPECT_THAT(LoadSettings(sources).problems, ElementsAre(HasSubstr("is empty")));
  sources.read_file = Files({{"/run/key", "s3cret"}});
  const LoadResult wrong = LoadSettings(sources);
  ASSERT_EQ(wrong.problems.size(), 1U);
  EXPECT_EQ(wrong.problems.front().find("s3cret"), std::string::npos);
}

TEST(Settings, ASecretGivenTwiceInOnePlaceIsAProblem) {
  Sources sources;
  sources.environment = {{"REPLYGUARD_OPERATOR_KEY", kKey},
                         {"REPLYGUARD_OPERATOR_KEY_FILE", "/run/key"}};
  sources.read_file = Files({{"/run/key", kKey}});
  EXPECT_THAT(LoadSettings(sources).problems, ElementsAre(HasSubstr("keep one")));
}

TEST(Settings, AStrongerPlaceMayGiveASecretInTheOtherForm) {
  Sources sources = Toml("[client]\noperator_key_file = \"/run/key\"\n");
  sources.environment = {{"REPLYGUARD_OPERATOR_KEY", std::string(48, 'f')}};
  sources.read_file = Files({{"/run/key", kKey}});
  const LoadResult result = LoadSettings(sources);
  EXPECT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(result.settings.Text(OptionKey::kClientOperatorKey), std::string(48, 'f'));
  EXPECT_EQ(result.settings.Of(OptionKey::kClientOperatorKey).secret_file, "");
}

}  // namespace
}  // namespace replyguard::service::config
