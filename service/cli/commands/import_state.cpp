// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/import_state.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "service/cli/client/state_files.h"
#include "service/cli/frame/settings_source.h"
#include "service/cli/input/record.h"
#include "service/usecases/learn/exclusions.h"

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kFileBytesMax = 1024;
constexpr const char* kFolder = "/imports";

}  // namespace

ImportState::ImportState(const std::function<std::string(const char*)>& environment,
                         const std::string& file, const std::string& about) {
  struct stat found {};
  const std::string folder = StateFolder(environment);
  if (folder.empty() || file == "-" || stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return;
  }
  std::error_code ignored;
  const std::string whole = std::filesystem::canonical(file, ignored).string();
  path_ = absl::StrCat(folder, kFolder, "/",
                       HashHex(absl::StrCat(about, "\n", whole, "\n", found.st_size, "\n",
                                            found.st_mtim.tv_sec, ".", found.st_mtim.tv_nsec)));
}

std::optional<ImportState::Progress> ImportState::Load() const {
  if (path_.empty()) return std::nullopt;
  const auto text = ReadSmallFile(path_, kFileBytesMax);
  if (!text.ok()) return std::nullopt;
  std::istringstream in(*text);
  Progress progress;
  if (!(in >> progress.name >> progress.taught) || progress.taught < 0 ||
      !IsImportId(progress.name)) {
    return std::nullopt;
  }
  return progress;
}

void ImportState::Save(const Progress& progress) const {
  if (path_.empty()) return;
  const std::filesystem::path path(path_);
  (void)WriteStateFile(path.parent_path().string(), path.filename().string(),
                       absl::StrCat(progress.name, " ", progress.taught, "\n"));
}

void ImportState::Forget() const {
  if (!path_.empty()) unlink(path_.c_str());
}

}  // namespace replyguard::service::cli
