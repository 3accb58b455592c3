// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_file.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "service/cli/input/input_file.h"
#include "service/cli/input/labelled_stream.h"
#include "service/cli/output/progress.h"

namespace replyguard::service::cli {

namespace {

absl::StatusOr<classifier::Fold> ReadModelFile(Context& context, const std::string& path) {
  auto input = InputFile::Open(path, context.in);
  if (!input.ok()) return input.status();
  const std::string bytes{std::istreambuf_iterator<char>(input->stream()),
                          std::istreambuf_iterator<char>()};
  auto fold = classifier::Fold::Deserialize(bytes);
  if (fold.ok()) return fold;
  return absl::Status(fold.status().code(), absl::StrCat(path, ": ", fold.status().message()));
}

absl::Status TrainFrom(Context& context, const std::string& path, classifier::Fold* fold) {
  const auto examples = ReadLabelledStream(path, context.in);
  if (!examples.ok()) return examples.status();
  Progress progress(context.err, context.err_is_terminal, 100, &std::chrono::steady_clock::now);
  return Train(
      *examples,
      [&](std::size_t done, std::size_t of) {
        progress.Update(static_cast<std::int64_t>(100 * done / of),
                        [&] { return "learning " + path; });
      },
      fold);
}

}  // namespace

absl::Status WriteFile(const std::string& path, std::string_view contents) {
  const auto failed = [&](int error) {
    return absl::UnknownError(
        absl::StrCat(path, ": cannot be written: ", std::generic_category().message(error)));
  };
  const std::string draft = path + ".new";
  std::error_code ignored;
  // What is no regular file (a pipe, /dev/stdout) is written, not replaced.
  const bool special =
      std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
  errno = 0;
  std::ofstream out(special ? path : draft, std::ios::binary | std::ios::trunc);
  out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  out.close();
  if (!out) {
    const int error = errno;
    if (!special) std::filesystem::remove(draft, ignored);
    return failed(error);
  }
  if (!special && std::rename(draft.c_str(), path.c_str()) != 0) {
    const int error = errno;
    std::filesystem::remove(draft, ignored);
    return failed(error);
  }
  return absl::OkStatus();
}

absl::StatusOr<classifier::Fold> BuildModel(Context& context, const std::string& model_path,
                                            const std::vector<std::string>& training) {
  classifier::Fold fold;
  if (!model_path.empty()) {
    auto read = ReadModelFile(context, model_path);
    if (!read.ok()) return read.status();
    fold = *std::move(read);
  }
  for (const std::string& path : training) {
    if (const auto status = TrainFrom(context, path, &fold); !status.ok()) return status;
  }
  return fold;
}

}  // namespace replyguard::service::cli
