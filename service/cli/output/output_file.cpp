// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/app/durable.h"

namespace replyguard::service::cli {
namespace {

constexpr mode_t kMode = 0600;

std::string PartialOf(const std::string& path) { return path + ".partial"; }
std::string NextOf(const std::string& path) { return PartialOf(path) + ".next"; }

absl::Status CannotWrite(const std::string& path, int error) {
  return absl::UnknownError(
      absl::StrCat(path, ": cannot be written: ", std::generic_category().message(error)));
}

// What is no regular file (a pipe, /dev/null) is written, not replaced.
bool IsSpecial(const std::string& path) {
  std::error_code ignored;
  return IsStandardOutput(path) || (std::filesystem::exists(path, ignored) &&
                                    !std::filesystem::is_regular_file(path, ignored));
}

// Standard output through its descriptor: opened once more, a file would be written over from its
// start.
std::FILE* OpenSpecial(const std::string& path) {
  if (!IsStandardOutput(path)) return std::fopen(path.c_str(), "wb");
  const int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  return fd < 0 ? nullptr : fdopen(fd, "wb");
}

absl::StatusOr<std::FILE*> OpenPrivate(const std::string& path, int flags) {
  // Whoever put a link there does not choose what is overwritten.
  const int fd = open(path.c_str(), flags | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, kMode);
  if (fd < 0) return CannotWrite(path, errno);
  std::FILE* file = fdopen(fd, "wb");
  if (file == nullptr || fchmod(fd, kMode) != 0) {
    const int error = errno;
    close(fd);
    return CannotWrite(path, error);
  }
  return file;
}

}  // namespace

bool IsStandardOutput(std::string_view path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

absl::StatusOr<OutputFile> OutputFile::Create(const std::string& path,
                                              std::ostream& standard_output) {
  if (path == "-") {
    OutputFile out(path, nullptr, true);
    out.standard_output_ = &standard_output;
    return out;
  }
  if (IsSpecial(path)) {
    standard_output.flush();
    std::FILE* file = OpenSpecial(path);
    if (file == nullptr) return CannotWrite(path, errno);
    return OutputFile(path, file, true);
  }
  unlink(NextOf(path).c_str());  // it was about what is emptied now
  const auto file = OpenPrivate(PartialOf(path), O_CREAT | O_TRUNC);
  if (!file.ok()) return file.status();
  return OutputFile(path, *file, false);
}

absl::StatusOr<OutputFile> OutputFile::Resume(const std::string& path, std::string& token) {
  std::ifstream next(NextOf(path));
  std::int64_t size = -1;
  if (!(next >> size >> token) || size < 0) {
    return absl::NotFoundError(
        absl::StrCat("nothing to resume: there is no ", NextOf(path), " that is whole"));
  }
  const auto file = OpenPrivate(PartialOf(path), 0);
  if (!file.ok()) return file.status();
  OutputFile out(path, *file, false);
  struct stat found {};
  const int fd = fileno(*file);
  if (fstat(fd, &found) != 0 || found.st_size < size) {
    return absl::NotFoundError(PartialOf(path) + ": is shorter than it was; begin anew");
  }
  if (ftruncate(fd, size) != 0 || std::fseek(*file, 0, SEEK_END) != 0) return out.Refusal(path);
  return out;
}

absl::Status OutputFile::Refusal(const std::string& path) const { return CannotWrite(path, errno); }

absl::Status OutputFile::Write(std::string_view text) {
  if (standard_output_ != nullptr) {
    *standard_output_ << text;
    return *standard_output_ ? absl::OkStatus() : Refusal("standard output");
  }
  const bool whole = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
  return whole ? absl::OkStatus() : Refusal(path_);
}

absl::Status OutputFile::Flush() {
  if (standard_output_ != nullptr) {
    return standard_output_->flush() ? absl::OkStatus() : Refusal("standard output");
  }
  return std::fflush(file_.get()) == 0 ? absl::OkStatus() : Refusal(path_);
}

absl::Status OutputFile::Mark(const std::string& token) {
  absl::Status flushed = Flush();
  if (!flushed.ok() || !resumable()) return flushed;
  const std::string draft = NextOf(path_) + ".new";
  auto file = OpenPrivate(draft, O_CREAT | O_TRUNC);
  if (!file.ok()) return file.status();
  const bool written = std::fprintf(*file, "%ld %s\n", std::ftell(file_.get()), token.c_str()) > 0;
  if (std::fclose(*file) != 0 || !written) return Refusal(draft);
  return std::rename(draft.c_str(), NextOf(path_).c_str()) == 0 ? absl::OkStatus() : Refusal(draft);
}

absl::Status OutputFile::Commit() {
  absl::Status flushed = Flush();
  if (!flushed.ok() || in_place_) return flushed;
  if (fsync(fileno(file_.get())) != 0) return Refusal(path_);
  if (std::fclose(file_.release()) != 0) return Refusal(path_);
  if (!RenameDurably(PartialOf(path_), path_)) return Refusal(path_);
  unlink(NextOf(path_).c_str());
  committed_ = true;
  return absl::OkStatus();
}

void OutputFile::Discard() {
  file_.reset();
  if (!in_place_ && !committed_) unlink(PartialOf(path_).c_str());
}

absl::Status WriteFile(const std::string& path, std::string_view contents,
                       std::ostream& standard_output) {
  auto file = OutputFile::Create(path, standard_output);
  if (!file.ok()) return file.status();
  absl::Status status = file->Write(contents);
  if (status.ok()) status = file->Commit();
  if (!status.ok()) file->Discard();
  return status;
}

absl::Status CheckWritable(const std::string& path) {
  if (path == "-") return absl::OkStatus();
  const auto may = [](const std::string& name, int mode) {
    return access(name.c_str(), mode) == 0 ? 0 : errno;
  };
  std::error_code ignored;
  const std::string partial = PartialOf(path);
  int error = 0;
  if (std::filesystem::is_directory(path, ignored) ||
      std::filesystem::is_directory(partial, ignored)) {
    error = EISDIR;
  } else if (IsSpecial(path)) {
    error = may(path, W_OK);
  } else if (const std::filesystem::path whole(path); whole.filename().empty()) {
    error = ENOENT;
  } else {
    // The dot makes a folder of it, or an error.
    error = may((whole.parent_path() / ".").string(), W_OK | X_OK);
    // There need be none; one that was left behind is overwritten.
    const int of_partial = error == 0 ? may(partial, W_OK) : 0;
    if (of_partial != ENOENT && of_partial != 0) error = of_partial;
  }
  return error == 0 ? absl::OkStatus() : CannotWrite(path, error);
}

}  // namespace replyguard::service::cli
