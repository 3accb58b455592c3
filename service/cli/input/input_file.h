// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <fstream>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace replyguard::service::cli {

// A file to read from, or standard input. One thread.
class InputFile {
 public:
  // "-" means `standard_input`, which outlives the object. NOT_FOUND or PERMISSION_DENIED names the
  // path.
  static absl::StatusOr<InputFile> Open(const std::string& path, std::istream& standard_input);

  std::istream& stream() { return file_ ? *file_ : *standard_input_; }
  // The size of a regular file; nothing for a pipe.
  std::optional<std::int64_t> bytes() const { return bytes_; }

 private:
  std::unique_ptr<std::ifstream> file_;
  std::istream* standard_input_ = nullptr;
  std::optional<std::int64_t> bytes_;
};

}  // namespace replyguard::service::cli
