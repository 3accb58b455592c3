// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "support/patience.h"

namespace replyguard::service {
namespace {

namespace fs = std::filesystem;

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "rg-log-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    dir_ = pattern;
    before_ = umask(0);
  }
  void TearDown() override {
    umask(before_);
    fs::remove_all(dir_);
  }

  static std::string TextOf(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static mode_t ModeOf(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 07777U;
  }
  std::unique_ptr<Log> Open() {
    auto log = Log::Open({.file = file_().string()});
    EXPECT_TRUE(log.ok()) << log.status();
    return log.ok() ? *std::move(log) : nullptr;
  }
  // Writes until something is in the file.
  bool ComesInto(const fs::path& file, Log& log) {
    const auto end = std::chrono::steady_clock::now() + tests::kPatience;
    while (std::chrono::steady_clock::now() < end) {
      log.Info("again");
      if (fs::exists(file) && fs::file_size(file) > 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  fs::path file_() const { return dir_ / "log"; }

  fs::path dir_;
  mode_t before_ = 0;
};

TEST_F(LogTest, AppendsToAFileThatOthersMayNotRead) {
  { Open()->Info("first"); }
  EXPECT_EQ(ModeOf(file_()), 0640U);
  fs::permissions(file_(), fs::perms::owner_read | fs::perms::owner_write);
  { Open()->Info("second"); }
  EXPECT_EQ(ModeOf(file_()), 0600U) << "one that is there keeps its own";
  const std::string text = TextOf(file_());
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_NE(text.find("second"), std::string::npos);
}

TEST_F(LogTest, BeginsAFileAnewThatWasMovedAway) {
  const auto log = Open();
  log->Info("before");
  fs::rename(file_(), dir_ / "log.1");
  EXPECT_TRUE(ComesInto(file_(), *log));
  EXPECT_EQ(ModeOf(file_()), 0640U);
  const std::string moved = TextOf(dir_ / "log.1");
  EXPECT_NE(moved.find("before"), std::string::npos);
  log->Info("behind");
  EXPECT_EQ(TextOf(dir_ / "log.1"), moved);
  EXPECT_NE(TextOf(file_()).find("behind"), std::string::npos);
}

TEST_F(LogTest, GoesOnInTheFileThatSomebodyPutInItsPlace) {
  const auto log = Open();
  fs::rename(file_(), dir_ / "log.1");
  { std::ofstream made(file_()); }
  fs::permissions(file_(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_TRUE(ComesInto(file_(), *log));
  EXPECT_EQ(ModeOf(file_()), 0600U);
}

TEST_F(LogTest, KeepsTheFileItHasWhileThereIsNoOther) {
  fs::create_directory(dir_ / "sub");
  auto log = Log::Open({.file = (dir_ / "sub/log").string()});
  ASSERT_TRUE(log.ok());
  fs::rename(dir_ / "sub", dir_ / "moved");
  const fs::path moved = dir_ / "moved/log";
  // Longer than it goes without a look.
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1'500);
  while (std::chrono::steady_clock::now() < end) {
    (*log)->Info("again");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  (*log)->Info("last");
  EXPECT_NE(TextOf(moved).find("last"), std::string::npos);
  EXPECT_FALSE(fs::exists(dir_ / "sub")) << "no folder is made";
  fs::create_directory(dir_ / "sub");
  EXPECT_TRUE(ComesInto(dir_ / "sub/log", **log));
}

TEST_F(LogTest, MakesNoFolder) {
  const absl::Status status = Log::Open({.file = (dir_ / "none/log").string()}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(std::string(status.message()).find("none/log: No such file"), std::string::npos)
      << status;
  EXPECT_FALSE(fs::exists(dir_ / "none"));
  EXPECT_FALSE(Log::Open({.file = dir_.string()}).ok()) << "a folder is no file";
}

}  // namespace
}  // namespace replyguard::service
