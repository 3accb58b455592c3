// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/frame/settings_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace replyguard::service::cli {
namespace {

constexpr std::size_t kConfigFileBytesMax = 1024 * 1024;
constexpr std::size_t kSecretFileBytesMax = 64 * 1024;

absl::Status FileError(const std::string& path, int error) {
  const std::string text =
      absl::StrCat("cannot read ", path, ": ", std::generic_category().message(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(text);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(text);
    default:
      return absl::UnavailableError(text);
  }
}

std::vector<std::pair<std::string, std::string>> WholeEnvironment() {
  std::vector<std::pair<std::string, std::string>> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

// The file that a flag or the environment names; empty when neither does.
std::string NamedConfigFile(const config::Sources& sources) {
  return config::LoadSettings(sources).settings.Text(config::OptionKey::kConfigFile);
}

}  // namespace

absl::StatusOr<std::string> ReadSmallFile(const std::string& path, std::size_t bytes_max) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError(path, errno);
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t got = 0;
  while (text.size() <= bytes_max && (got = read(file, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const int error = errno;
  close(file);
  if (got < 0) return FileError(path, error);
  if (text.size() > bytes_max) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is larger than ", bytes_max, " bytes"));
  }
  return text;
}

config::LoadResult LoadFromSystem(
    const std::vector<std::pair<config::OptionKey, std::string>>& flags) {
  config::Sources sources;
  sources.environment = WholeEnvironment();
  sources.flags = flags;
  sources.read_file = [](const std::string& path) {
    return ReadSmallFile(path, kSecretFileBytesMax);
  };

  const std::string named = NamedConfigFile(sources);
  const std::string path = named.empty() ? kDefaultConfigFile : named;
  auto text = ReadSmallFile(path, kConfigFileBytesMax);
  // The default file need not exist, and a moderator may not be allowed to read the server's.
  const bool may_be_missing =
      named.empty() && (absl::IsNotFound(text.status()) || absl::IsPermissionDenied(text.status()));
  const absl::Status read = text.status();
  if (read.ok()) sources.file.emplace(path, *std::move(text));
  config::LoadResult loaded = config::LoadSettings(sources);
  if (!read.ok() && !may_be_missing) {
    loaded.problems.insert(loaded.problems.begin(), std::string(read.message()));
  }
  return loaded;
}

}  // namespace replyguard::service::cli
