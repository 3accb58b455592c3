// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/client/state_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace replyguard::service::cli {
namespace {

namespace fs = std::filesystem;

std::error_code LastError() { return {errno, std::generic_category()}; }

absl::Status CannotWrite(const std::string& path, const std::error_code& why) {
  return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", why.message()));
}

}  // namespace

std::string StateFolder(const std::function<std::string(const char*)>& environment) {
  if (const std::string state = environment("XDG_STATE_HOME"); !state.empty()) {
    return state + "/replyguard";
  }
  const std::string home = environment("HOME");
  return home.empty() ? "" : home + "/.local/state/replyguard";
}

absl::Status WriteStateFile(const std::string& folder, const std::string& file,
                            const std::string& text) {
  if (folder.empty()) return absl::UnavailableError("there is no home folder to remember in");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return CannotWrite(folder, error);
  const std::string path = folder + "/" + file;
  const std::string draft = absl::StrCat(path, ".", getpid());
  const int out = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return CannotWrite(draft, LastError());
  const bool written = write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = close(out) == 0;
  if (!written || !closed || std::rename(draft.c_str(), path.c_str()) != 0) {
    const std::error_code why = LastError();
    unlink(draft.c_str());
    return CannotWrite(path, why);
  }
  return absl::OkStatus();
}

}  // namespace replyguard::service::cli
