// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/durable.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace replyguard::service {

bool SyncFolderOf(const std::string& path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // Who may write in a folder but not read it has no way to ask.
  if (fd < 0) return errno == EACCES;
  const bool synced = fsync(fd) == 0 || errno == EINVAL;
  const int why = errno;
  close(fd);
  errno = why;
  return synced;
}

bool RenameDurably(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 && SyncFolderOf(to);
}

}  // namespace replyguard::service
