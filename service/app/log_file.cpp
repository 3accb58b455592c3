// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/log_file.h"

#include <fcntl.h>
#include <spdlog/common.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <iostream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace replyguard::service {
namespace {

constexpr std::chrono::seconds kLookInterval{1};
constexpr mode_t kMode = 0640;

int OpenForAppending(const std::string& path, int flags = 0) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | flags, kMode);
}

bool IsPlain(int fd, struct stat& info) { return fstat(fd, &info) == 0 && S_ISREG(info.st_mode); }

}  // namespace

absl::StatusOr<std::shared_ptr<LogFile>> LogFile::Open(std::string path) {
  const int fd = OpenForAppending(path);
  if (fd < 0) {
    return absl::UnavailableError(absl::StrCat("cannot open the log file ", path, ": ",
                                               std::generic_category().message(errno)));
  }
  return std::shared_ptr<LogFile>(new LogFile(std::move(path), fd));
}

LogFile::~LogFile() { close(fd_); }

void LogFile::sink_it_(const spdlog::details::log_msg& message) {
  FollowPath();
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  for (std::size_t written = 0; written < line.size();) {
    const ssize_t part = write(fd_, line.data() + written, line.size() - written);
    if (part > 0) {
      written += static_cast<std::size_t>(part);
    } else if (part == 0 || errno != EINTR) {
      spdlog::throw_spdlog_ex("cannot write " + path_, errno);
    }
  }
}

void LogFile::FollowPath() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < kLookInterval) return;
  looked_ = now;
  struct stat ours {};
  struct stat there {};
  if (!IsPlain(fd_, ours)) return;
  if (stat(path_.c_str(), &there) == 0 &&
      (!S_ISREG(there.st_mode) || (there.st_dev == ours.st_dev && there.st_ino == ours.st_ino))) {
    return;
  }
  // Not to wait, should it have become a pipe meanwhile.
  const int fd = OpenForAppending(path_, O_NONBLOCK);
  if (fd < 0) {
    // Once, and not in the log: whoever looks at the new file finds nothing there.
    if (!std::exchange(told_, true)) {
      std::cerr << "replyguard: cannot open " << path_
                << " anew: " << std::generic_category().message(errno)
                << "; the log goes on in the old file\n";
    }
    return;
  }
  told_ = false;
  if (!IsPlain(fd, there)) {
    close(fd);
    return;
  }
  close(fd_);
  fd_ = fd;
}

}  // namespace replyguard::service
