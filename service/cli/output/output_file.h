// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace replyguard::service::cli {

// A file that appears whole or not at all, readable by its owner only (mode 0600): what is written
// goes to PATH.partial, which takes PATH's place in Commit(). "-" is standard output; its other
// names ("/dev/stdout"), whatever they stand for, and what is no regular file (a pipe) are written
// in place. One thread.
//
// An export that is interrupted, even by kill -9, goes on where it was: Mark(token) says that what
// was written so far is whole and what comes next (kept in PATH.partial.next), and Resume() begins
// behind it.
class OutputFile {
 public:
  // Empties PATH.partial. An error names the path.
  static absl::StatusOr<OutputFile> Create(const std::string& path, std::ostream& standard_output);

  // Goes on behind the last Mark, whose token is put into `token`. NOT_FOUND: there is nothing to
  // go on with.
  static absl::StatusOr<OutputFile> Resume(const std::string& path, std::string& token);

  absl::Status Write(std::string_view text);
  absl::Status Mark(const std::string& token);
  absl::Status Commit();
  // Nobody goes on with what was written, unless it was committed.
  void Discard();

  // Whether Mark is of any use.
  bool resumable() const { return file_ != nullptr && !in_place_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  OutputFile(std::string path, std::FILE* file, bool in_place)
      : path_(std::move(path)), file_(file), in_place_(in_place) {}
  absl::Status Refusal(const std::string& path) const;
  absl::Status Flush();

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;  // null: standard output
  std::ostream* standard_output_ = nullptr;
  bool in_place_ = false;
  bool committed_ = false;
};

// Whether it names this process's standard output, which is written in place whatever it is.
bool IsStandardOutput(std::string_view path);

// All of it at once, as OutputFile does; a failure leaves nothing behind. An error names the path.
absl::Status WriteFile(const std::string& path, std::string_view contents,
                       std::ostream& standard_output);

// Whether WriteFile could write there, as far as can be told without touching a file: for telling
// before the work, not after. The error is WriteFile's.
absl::Status CheckWritable(const std::string& path);

}  // namespace replyguard::service::cli
