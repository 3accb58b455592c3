// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace replyguard::service::cli {
namespace {

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Ran RunProgram(const std::vector<std::string>& arguments,
               const std::map<std::string, std::string>& environment, const std::string& input) {
  std::string folder_name = testing::TempDir() + "replyguard-cli-XXXXXX";
  if (mkdtemp(folder_name.data()) == nullptr) return {};
  const std::filesystem::path folder = folder_name;
  std::ofstream(folder / "in", std::ios::binary) << input;

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, 0, (folder / "in").c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, (folder / "out").c_str(), kWrite, 0600);
  posix_spawn_file_actions_addopen(&files, 2, (folder / "err").c_str(), kWrite, 0600);

  std::vector<std::string> words = {REPLYGUARD_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin", "HOME=" + folder.string()};
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  // What a sanitized program is told by ctest.
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
    if (value != nullptr) variables.push_back(std::string(name) + "=" + value);
  }

  Ran ran;
  pid_t pid = 0;
  if (posix_spawn(&pid, REPLYGUARD_PROGRAM, &files, nullptr, Pointers(words).data(),
                  Pointers(variables).data()) == 0) {
    int status = 0;
    struct rusage usage {};
    wait4(pid, &status, 0, &usage);
    ran.peak_memory_kib = usage.ru_maxrss;
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.out = Read(folder / "out");
    ran.err = Read(folder / "err");
  }
  posix_spawn_file_actions_destroy(&files);
  std::filesystem::remove_all(folder);
  return ran;
}

}  // namespace replyguard::service::cli
