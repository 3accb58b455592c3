// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_file.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/cli/input/input_file.h"
#include "service/cli/input/labelled_stream.h"
#include "service/cli/output/output_file.h"
#include "service/cli/output/progress.h"

namespace replyguard::service::cli {

namespace {

absl::StatusOr<classifier::Fold> ReadModelFile(Context& context, const Beginning& beginning) {
  const std::string& path = beginning.model;
  auto input = InputFile::Open(path, context.in);
  if (!input.ok()) return input.status();
  const std::string bytes{std::istreambuf_iterator<char>(input->stream()),
                          std::istreambuf_iterator<char>()};
  auto fold = classifier::Fold::Deserialize(bytes, beginning.starter);
  if (fold.ok()) return fold;
  if (absl::IsFailedPrecondition(fold.status())) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": ", fold.status().message(),
                     "; give --starter as when the file was made, or make it again"));
  }
  return absl::Status(fold.status().code(), absl::StrCat(path, ": ", fold.status().message()));
}

absl::Status TrainFrom(Context& context, const std::string& path, classifier::SiteId site,
                       classifier::Fold* fold) {
  const auto examples = ReadLabelledStream(path, context.in);
  if (!examples.ok()) return examples.status();
  Progress progress(context.err, context.err_is_terminal, 100, &std::chrono::steady_clock::now);
  return Train(
      *examples,
      [&](std::size_t done, std::size_t of) {
        progress.Update(static_cast<std::int64_t>(100 * done / of),
                        [&] { return "learning " + path; });
      },
      fold, site);
}

absl::Status CannotBeWritten(const std::string& path, int error) {
  return absl::UnknownError(
      absl::StrCat(path, ": cannot be written: ", std::generic_category().message(error)));
}

// What WriteFile writes before it takes the file's place.
std::string DraftOf(const std::string& path) { return path + ".new"; }

// A name of this process's standard output: whatever it is, a file too, it is not to be replaced.
bool IsStandardOutput(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

// What is no regular file (a pipe) is written, not replaced.
bool IsWrittenInPlace(const std::string& path) {
  std::error_code ignored;
  return IsStandardOutput(path) || (std::filesystem::exists(path, ignored) &&
                                    !std::filesystem::is_regular_file(path, ignored));
}

// Through the descriptor: opened once more, a file would be written over from its start.
absl::Status WriteStandardOutput(const std::string& path, std::string_view contents) {
  std::cout.flush();
  while (!contents.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return CannotBeWritten(path, errno);
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteFile(const std::string& path, std::string_view contents) {
  if (IsStandardOutput(path)) return WriteStandardOutput(path, contents);
  const std::string draft = DraftOf(path);
  const bool special = IsWrittenInPlace(path);
  std::error_code ignored;
  if (!special) {
    if (absl::Status made = MakePrivate(draft); !made.ok()) return made;
  }
  errno = 0;
  std::ofstream out(special ? path : draft, std::ios::binary | std::ios::trunc);
  out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  out.close();
  if (!out) {
    const int error = errno;
    if (!special) std::filesystem::remove(draft, ignored);
    return CannotBeWritten(path, error);
  }
  if (!special && std::rename(draft.c_str(), path.c_str()) != 0) {
    const int error = errno;
    std::filesystem::remove(draft, ignored);
    return CannotBeWritten(path, error);
  }
  return absl::OkStatus();
}

absl::Status CheckWritable(const std::string& path) {
  const auto may = [](const std::string& name, int mode) {
    return access(name.c_str(), mode) == 0 ? 0 : errno;
  };
  std::error_code ignored;
  const std::string draft = DraftOf(path);
  int error = 0;
  if (std::filesystem::is_directory(path, ignored) ||
      std::filesystem::is_directory(draft, ignored)) {
    error = EISDIR;
  } else if (IsWrittenInPlace(path)) {
    error = may(path, W_OK);
  } else if (const std::filesystem::path whole(path); whole.filename().empty()) {
    error = ENOENT;
  } else {
    // The dot makes a folder of it, or an error.
    error = may((whole.parent_path() / ".").string(), W_OK | X_OK);
    // There need be no draft; one that was left behind is overwritten.
    const int of_draft = error == 0 ? may(draft, W_OK) : 0;
    if (of_draft != ENOENT && of_draft != 0) error = of_draft;
  }
  return error == 0 ? absl::OkStatus() : CannotBeWritten(path, error);
}

void AddStarterFlag(CLI::App* command, std::string* starter) {
  command
      ->add_option("--starter", *starter,
                   "The starter model to begin with: shipped (the one of this program), none, or a "
                   "file. Published figures are without one")
      ->type_name("shipped|none|FILE")
      ->capture_default_str();
}

absl::StatusOr<classifier::Fold> BuildModel(Context& context, const Beginning& beginning,
                                            const std::vector<std::string>& training) {
  classifier::Fold fold(beginning.starter);
  if (!beginning.model.empty()) {
    auto read = ReadModelFile(context, beginning);
    if (!read.ok()) return read.status();
    fold = *std::move(read);
  }
  for (const std::string& path : training) {
    const auto status = TrainFrom(context, path, kExampleSite, &fold);
    if (!status.ok()) return status;
  }
  return fold;
}

absl::StatusOr<ChapterFiles> ParseChapter(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  ChapterFiles chapter;
  chapter.files = absl::StrSplit(parts.second, ',', absl::SkipEmpty());
  const bool number = absl::SimpleAtod(parts.first, &chapter.trust);
  if (!number || !(chapter.trust > 0 && chapter.trust <= 1) || chapter.files.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--chapter ", text, ": must be TRUST=FILE[,FILE...], with a trust above 0 and at most 1"));
  }
  return chapter;
}

absl::StatusOr<classifier::Fold> LearnChapters(Context& context,
                                               const std::vector<ChapterFiles>& chapters) {
  classifier::Fold fold;
  for (std::size_t i = 0; i < chapters.size(); ++i) {
    for (const std::string& path : chapters[i].files) {
      const auto status = TrainFrom(context, path, i + 1, &fold);
      if (!status.ok()) return status;
    }
  }
  return fold;
}

}  // namespace replyguard::service::cli
