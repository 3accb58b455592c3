// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/secrets.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "service/app/hmac_retirement.h"

namespace replyguard::service {
namespace {

class SecretsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "rg-secrets-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void Write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const std::string path = dir_ + "/" + name;
    std::ofstream(path, std::ios::trunc) << text;
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
  }

  std::string dir_;
};

TEST_F(SecretsTest, MakesWhatIsMissingOnceAndReadsItBack) {
  const std::string folder = dir_ + "/new";
  ASSERT_TRUE(CreateMissingSecrets(folder).ok());
  const auto first = ReadSecrets(folder);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(CreateMissingSecrets(folder).ok());
  const auto second = ReadSecrets(folder);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(first->deployment, second->deployment);
  EXPECT_EQ(first->keyring.Fingerprints().front().hex, second->keyring.Fingerprints().front().hex);
  struct stat info {};
  ASSERT_EQ(stat((folder + "/deployment.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  ASSERT_EQ(stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(SecretsTest, WhatEndsInTheMiddleLeavesNoShortKey) {
  const auto end_in_the_middle = [&] {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &none);  // the first byte of a file ends the process
    (void)CreateMissingSecrets(dir_);
    _exit(0);
  };
  EXPECT_EXIT(end_in_the_middle(), testing::KilledBySignal(SIGXFSZ), "");
  ASSERT_TRUE(CreateMissingSecrets(dir_).ok());
  EXPECT_TRUE(ReadSecrets(dir_).ok());
}

TEST_F(SecretsTest, NamesTheFileThatIsMissing) {
  EXPECT_EQ(ReadSecrets(dir_ + "/none").status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(CreateMissingSecrets(dir_).ok());
  std::filesystem::remove(dir_ + "/hmac.keys");
  const absl::Status status = ReadSecrets(dir_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(status.message()).find("hmac.keys"), std::string::npos);
  for (const std::string& dir : {dir_, dir_ + "/none"}) {
    EXPECT_NE(
        std::string(ReadSecrets(dir).status().message()).find("replyguard secrets init " + dir),
        std::string::npos);
  }
}

TEST_F(SecretsTest, RefusesWhatIsNoKeyWithoutRepeatingIt) {
  ASSERT_TRUE(CreateMissingSecrets(dir_).ok());
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(66, 'a'), std::string(64, 'g'),
        std::string(64, 'a') + " x", std::string(100'000, 'a')}) {
    Write("deployment.key", text);
    const absl::Status status = ReadSecrets(dir_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text.size();
    EXPECT_EQ(std::string(status.message()).find("aaaa"), std::string::npos);
  }
  Write("deployment.key", std::string(64, 'a') + "\n");
  EXPECT_TRUE(ReadSecrets(dir_).ok());
  Write("hmac.keys", "nonsense");
  EXPECT_EQ(ReadSecrets(dir_).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SecretsTest, RefusesAFileThatOthersMayRead) {
  ASSERT_TRUE(CreateMissingSecrets(dir_).ok());
  Write("deployment.key", std::string(64, 'a'), 0644);
  EXPECT_EQ(ReadSecrets(dir_).status().code(), absl::StatusCode::kPermissionDenied);
  Write("deployment.key", std::string(64, 'a'), 0640);
  EXPECT_TRUE(ReadSecrets(dir_).ok());
}

TEST_F(SecretsTest, RefusesAFolderInWhichOthersMayReplaceThem) {
  ASSERT_TRUE(CreateMissingSecrets(dir_).ok());
  for (const mode_t mode : {0777U, 01777U, 0770U, 0720U, 0702U}) {
    ASSERT_EQ(chmod(dir_.c_str(), mode), 0);
    const absl::Status status = ReadSecrets(dir_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << mode;
    EXPECT_NE(std::string(status.message()).find("chmod go-w"), std::string::npos) << status;
    EXPECT_EQ(StageHmacKey(dir_).status().code(), absl::StatusCode::kPermissionDenied) << mode;
  }
  for (const mode_t mode : {0700U, 0755U, 0750U}) {
    ASSERT_EQ(chmod(dir_.c_str(), mode), 0);
    EXPECT_TRUE(ReadSecrets(dir_).ok()) << mode;
  }
}

TEST_F(SecretsTest, MakesNoneInAFolderInWhichOthersMayReplaceThem) {
  ASSERT_EQ(chmod(dir_.c_str(), 0777), 0);
  EXPECT_EQ(CreateMissingSecrets(dir_).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(std::filesystem::is_empty(dir_));
}

TEST_F(SecretsTest, AKeyIsStagedAndThenWrites) {
  const std::string folder = dir_ + "/new";
  ASSERT_TRUE(CreateMissingSecrets(folder).ok());
  const auto hash = [&folder] {
    return ReadSecrets(folder)->keyring.Hash(storage::HashPurpose::kAuthor, 1, "ada@example.org");
  };
  const storage::KeyedHash first = hash();
  EXPECT_EQ(ActivateHmacKey(folder).status().code(), absl::StatusCode::kFailedPrecondition);

  EXPECT_EQ(StageHmacKey(folder).value_or(0), 2);
  EXPECT_EQ(hash(), first) << "it does not write yet";
  EXPECT_EQ(ReadSecrets(folder)->keyring.key_ids(), (std::vector<std::int32_t>{1, 2}));
  EXPECT_EQ(StageHmacKey(folder).status().code(), absl::StatusCode::kFailedPrecondition);

  EXPECT_EQ(ActivateHmacKey(folder).value_or(0), 2);
  EXPECT_EQ(hash().key_id, 2);
  EXPECT_TRUE(ReadSecrets(folder)->keyring.Verify(storage::HashPurpose::kAuthor, 1,
                                                  "ada@example.org", first));
  EXPECT_EQ(StageHmacKey(folder).value_or(0), 3);
  struct stat info {};
  ASSERT_EQ(stat((folder + "/hmac.keys").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SecretsTest, AnOldKeyIsTakenOutAndNoOther) {
  const std::string folder = dir_ + "/new";
  ASSERT_TRUE(CreateMissingSecrets(folder).ok());
  EXPECT_EQ(DropHmacKey(folder, 1).code(), absl::StatusCode::kFailedPrecondition) << "it writes";
  ASSERT_TRUE(StageHmacKey(folder).ok());
  EXPECT_EQ(DropHmacKey(folder, 2).code(), absl::StatusCode::kFailedPrecondition) << "staged";
  ASSERT_TRUE(ActivateHmacKey(folder).ok());
  EXPECT_EQ(DropHmacKey(folder, 3).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(CheckDropHmacKey(folder, 1).ok());
  EXPECT_EQ(ReadSecrets(folder)->keyring.key_ids().size(), 2U) << "asking changes nothing";
  ASSERT_TRUE(DropHmacKey(folder, 1).ok());
  EXPECT_EQ(ReadSecrets(folder)->keyring.key_ids(), std::vector<std::int32_t>{2});
  EXPECT_EQ(StageHmacKey(folder).value_or(0), 3) << "numbers are not used twice";
}

TEST_F(SecretsTest, NoMoreKeysAreStagedThanThereMayBe) {
  const std::string folder = dir_ + "/new";
  ASSERT_TRUE(CreateMissingSecrets(folder).ok());
  for (std::size_t i = 1; i < storage::kHmacKeysMax; ++i) {
    ASSERT_TRUE(StageHmacKey(folder).ok());
    ASSERT_TRUE(ActivateHmacKey(folder).ok());
  }
  EXPECT_EQ(StageHmacKey(folder).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(ReadSecrets(folder).ok());
}

}  // namespace
}  // namespace replyguard::service
