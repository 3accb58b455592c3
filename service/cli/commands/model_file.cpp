// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_file.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/cli/input/input_file.h"
#include "service/cli/input/labelled_stream.h"
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

}  // namespace

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
