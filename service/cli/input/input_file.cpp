// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/input_file.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace replyguard::service::cli {

absl::StatusOr<InputFile> InputFile::Open(const std::string& path, std::istream& standard_input) {
  InputFile input;
  input.standard_input_ = &standard_input;
  if (path == "-") return input;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ": it is a folder"));
  }
  if (std::filesystem::is_regular_file(status)) {
    const auto bytes = std::filesystem::file_size(path, error);
    if (!error) input.bytes_ = static_cast<std::int64_t>(bytes);
  }
  errno = 0;
  input.file_ = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*input.file_) {
    return absl::NotFoundError(absl::StrCat(
        "cannot read ", path, ": ", std::generic_category().message(errno == 0 ? ENOENT : errno)));
  }
  return input;
}

}  // namespace replyguard::service::cli
