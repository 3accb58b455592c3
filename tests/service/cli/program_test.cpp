// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace replyguard::service::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kKey = "0123456789abcdef0123456789abcdef0123456789abcdef";

// Nothing listens there: port 1 needs a privilege and has no use.
std::map<std::string, std::string> NobodyThere() {
  return {{"REPLYGUARD_GRPC", "127.0.0.1:1"},
          {"REPLYGUARD_SITE", "demo"},
          {"REPLYGUARD_OPERATOR_KEY", kKey}};
}

TEST(Program, TellsItsVersion) {
  EXPECT_THAT(RunProgram({"version"}).out, StartsWith("replyguard "));
  EXPECT_THAT(RunProgram({"version", "--format", "json"}).out, StartsWith("{\"version\":\""));
  EXPECT_EQ(RunProgram({"--version"}).code, 0);
}

TEST(Program, HelpsAndExitsZero) {
  const Ran ran = RunProgram({"--help"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("submit"));
  EXPECT_EQ(RunProgram({"queue", "approve", "--help"}).code, 0);
}

TEST(Program, AWrongCommandLineIsExitTwoWithNothingOnStandardOutput) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"nonsense"},
      {"queue"},
      {"queue", "nonsense"},
      {"serve", "--nonsense"},
      {"version", "--format", "xml"},
      {"submit", "--in-flight", "0", "--body", "x"},
      {"completion", "tcsh"},
      {"submit", "--from", "-", "--body", "x"},
      {"key", "create", "--force"},
      {"key", "create", "--operator-key", kKey},
  };
  for (const auto& line : lines) {
    const Ran ran = RunProgram(line);
    EXPECT_EQ(ran.code, 2) << testing::PrintToString(line);
    EXPECT_THAT(ran.out, IsEmpty()) << testing::PrintToString(line);
    EXPECT_THAT(ran.err, StartsWith("replyguard: ")) << testing::PrintToString(line);
  }
}

TEST(Program, AnOptionBeforeTheCommandIsToldWhereItBelongs) {
  for (const char* option : {"--config", "--nonsense"}) {
    const Ran ran = RunProgram({option, "x", "version"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr(option));
    EXPECT_THAT(ran.err, HasSubstr("options stand behind the command"));
  }
  EXPECT_THAT(RunProgram({"version", "--nonsense"}).err, Not(HasSubstr("behind the command")));
}

TEST(Program, AnUnknownVariableStopsEveryCommand) {
  const Ran ran = RunProgram({"version"}, {{"REPLYGUARD_LISEN", "x"}});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("did you mean REPLYGUARD_LISTEN?"));
}

TEST(Program, AConfigurationFileThatIsNamedMustBeThere) {
  const Ran ran = RunProgram({"version", "--config", "/nonexistent/replyguard.toml"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("/nonexistent/replyguard.toml"));
}

TEST(Program, ConfigShowHidesSecretsAndSaysWhereValuesComeFrom) {
  const Ran ran = RunProgram({"config", "show", "--listen", "127.0.0.1:99"},
                             {{"REPLYGUARD_OPERATOR_KEY", kKey},
                              {"REPLYGUARD_DATABASE_URL", "postgresql://app:s3cret@db/comments"}});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("--listen"));
  EXPECT_THAT(ran.out, HasSubstr("postgresql://app:***@db/comments"));
  EXPECT_THAT(ran.out, Not(HasSubstr(kKey)));
  EXPECT_THAT(ran.out, Not(HasSubstr("s3cret")));
}

TEST(Program, ServeNamesWhatIsMissing) {
  const Ran ran = RunProgram({"serve"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("database.url (REPLYGUARD_DATABASE_URL)"));
}

TEST(Program, WithoutAKeyItNamesTheVariables) {
  const Ran ran = RunProgram({"queue", "list"}, {{"REPLYGUARD_GRPC", "127.0.0.1:1"}});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("REPLYGUARD_MODERATOR_KEY or REPLYGUARD_OPERATOR_KEY"));
}

TEST(Program, AServerOutOfReachIsExitThree) {
  for (const auto& line :
       std::vector<std::vector<std::string>>{{"queue", "list"},
                                             {"site", "list"},
                                             {"model", "show"},
                                             {"model", "retrain"},
                                             {"operation", "wait", "1"},
                                             {"events", "follow"},
                                             {"submit", "--body", "x", "--retries", "0"}}) {
    EXPECT_EQ(RunProgram(line, NobodyThere()).code, 3) << testing::PrintToString(line);
  }
}

TEST(Program, ErrorsAreJsonWhenResultsAre) {
  const Ran ran = RunProgram({"queue", "list", "--format", "json"}, NobodyThere());
  EXPECT_THAT(ran.err, StartsWith("{\"error\":{\"code\":\"UNAVAILABLE\""));
  EXPECT_THAT(ran.out, IsEmpty());
}

TEST(Program, SubmitReportsEveryBadLineAndGoesOn) {
  const Ran ran = RunProgram({"submit", "--from", "-", "--format", "json"}, NobodyThere(),
                             "{\"id\":1,\"txt\":\"x\"}\n\nnot json\n[1]\n{\"label\":\"maybe\"}\n" +
                                 std::string(2'000'000, 'x') + "\n");
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(
      ran.err,
      HasSubstr("{\"line\":1,\"code\":\"INVALID_LINE\",\"message\":\"unknown field txt\"}"));
  EXPECT_THAT(ran.err, HasSubstr("{\"line\":3,"));
  EXPECT_THAT(ran.err, HasSubstr("{\"line\":5,"));
  EXPECT_THAT(ran.out, StartsWith("{\"total\":5,"));
  EXPECT_THAT(ran.out, HasSubstr("\"failedByCode\":{\"INVALID_LINE\":5}"));
}

TEST(Program, SubmitCountsWhatItRetried) {
  const Ran ran =
      RunProgram({"submit", "--from", "-", "--wait", "300ms", "--format", "json"}, NobodyThere(),
                 "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"y\"}\n");
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.out,
              HasSubstr("\"failedByCode\":{\"UNAVAILABLE\":2},\"retried\":1,\"retries\":"));
}

TEST(Program, LearnRefusesLinesWithoutALabel) {
  const Ran ran =
      RunProgram({"learn", "--from", "-"}, NobodyThere(), "{\"id\":\"a\",\"text\":\"x\"}\n");
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, HasSubstr("line 1: has no label"));
}

TEST(Program, WhatIsReadMayBeMissing) {
  EXPECT_EQ(RunProgram({"submit", "--from", "/nonexistent"}, NobodyThere()).code, 2);
  EXPECT_EQ(RunProgram({"submit", "--from", "/"}, NobodyThere()).code, 2);
}

TEST(Program, SecretsAreMadeOnceAndNeverReplaced) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("rg-secrets-" + std::to_string(::getpid()));
  EXPECT_EQ(RunProgram({"secrets", "init", folder.string()}).code, 0);
  const auto permissions = [&](const char* file) {
    return std::filesystem::status(folder / file).permissions();
  };
  using std::filesystem::perms;
  EXPECT_EQ(permissions("deployment.key"), perms::owner_read | perms::owner_write);
  EXPECT_EQ(permissions("hmac.keys"), perms::owner_read | perms::owner_write);
  const auto written = std::filesystem::last_write_time(folder / "hmac.keys");
  EXPECT_EQ(RunProgram({"secrets", "init", folder.string()}).code, 5);
  EXPECT_EQ(std::filesystem::last_write_time(folder / "hmac.keys"), written);
  std::filesystem::remove_all(folder);
}

TEST(Program, CompletionNamesCommandsAndFlags) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Ran ran = RunProgram({"completion", shell});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, HasSubstr("approve"));
    EXPECT_THAT(ran.out, HasSubstr("address-file"));
  }
}

TEST(Program, DoctorFailsWithoutAServerAndStillReportsTheRest) {
  const Ran ran =
      RunProgram({"doctor"}, {{"REPLYGUARD_GRPC", "127.0.0.1:1"}, {"REPLYGUARD_LISEN", "x"}});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("fail  configuration: REPLYGUARD_LISEN"));
  EXPECT_THAT(ran.out, HasSubstr("fail  server: 127.0.0.1:1"));
}

TEST(Program, DownRefusesToLoseDataUnasked) {
  EXPECT_EQ(RunProgram({"migrate", "down", "--to", "0"}).code, 4);
  EXPECT_EQ(RunProgram({"migrate", "up"}).code, 2);
}

}  // namespace
}  // namespace replyguard::service::cli
