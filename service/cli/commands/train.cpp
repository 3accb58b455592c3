// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "classifier/starter.h"
#include "service/app/starter.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/model_file.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"
#include "service/cli/output/output_file.h"
#include "service/usecases/evaluate/evaluate.h"

namespace replyguard::service::cli {
namespace {

struct TrainFlags {
  std::vector<std::string> inputs;
  std::vector<std::string> chapters;
  std::string starter{kStarterNone};
  std::string model;
  std::string output;
};

std::int64_t Number(std::size_t n) { return static_cast<std::int64_t>(n); }

ExitCode Usage(Context& context, const absl::Status& status) {
  return Fail(context, ExitCode::kUsage, std::string(status.message()));
}

// A starter model instead of a model.
ExitCode MakeStarterFile(Context& context, const TrainFlags& flags) {
  if (!flags.inputs.empty() || !flags.model.empty() || flags.starter != kStarterNone) {
    return Fail(context, ExitCode::kUsage,
                "--chapter makes a starter model: no --input, --model or --starter with it");
  }
  if (flags.chapters.size() > classifier::kStarterChaptersMax) {
    return Fail(context, ExitCode::kUsage,
                absl::StrCat("--chapter: at most ", classifier::kStarterChaptersMax));
  }
  std::vector<ChapterFiles> chapters;
  std::vector<classifier::StarterChapter> sites;
  for (const std::string& text : flags.chapters) {
    auto chapter = ParseChapter(text);
    if (!chapter.ok()) return Usage(context, chapter.status());
    chapters.push_back(*std::move(chapter));
    sites.push_back({.site = chapters.size(), .trust = chapters.back().trust});
  }
  const auto fold = LearnChapters(context, chapters);
  if (!fold.ok()) return Usage(context, fold.status());
  const std::string bytes = classifier::MakeStarter(*fold, sites);
  const auto starter = classifier::Starter::Parse(bytes);
  if (!starter.ok()) return Fail(context, starter.status());
  if (const auto status = WriteFile(flags.output, bytes, context.out); !status.ok())
    return Fail(context, status);
  if (context.json()) {
    context.out << JsonObject({{"starter", absl::StrCat((*starter)->id())},
                               {"chapters", Number(chapters.size())},
                               {"spam", Number((*starter)->spam())},
                               {"ham", Number((*starter)->ham())},
                               {"bytes", Number(bytes.size())}})
                << "\n";
  } else {
    context.out << absl::StrCat("starter model s", (*starter)->id(), ": ", chapters.size(),
                                " chapters, ", (*starter)->spam(), " spam and ", (*starter)->ham(),
                                " ham, ", bytes.size(), " bytes in ", flags.output, "\n");
  }
  return ExitCode::kOk;
}

ExitCode RunTrain(Context& context, const TrainFlags& flags) {
  if (const auto status = CheckWritable(flags.output); !status.ok()) return Usage(context, status);
  if (!flags.chapters.empty()) return MakeStarterFile(context, flags);
  if (flags.inputs.empty()) {
    return Fail(context, ExitCode::kUsage, "train wants --input FILE, or --chapter TRUST=FILE");
  }
  const auto starter = ReadStarter(flags.starter);
  if (!starter.ok()) return Usage(context, starter.status());
  auto fold = BuildModel(context, {*starter, flags.model}, flags.inputs);
  if (!fold.ok()) return Usage(context, fold.status());
  const std::string bytes = fold->Serialize();
  if (const auto status = WriteFile(flags.output, bytes, context.out); !status.ok())
    return Fail(context, status);
  std::ostream& told =
      IsStandardOutput(flags.output) ? context.err : context.out;  // not behind the model
  const auto model = fold->Snapshot();
  const classifier::Training training = model->TrainingOf(kExampleSite);
  if (context.json()) {
    told << JsonObject({{"model", model->id().ToString()},
                        {"spam", Number(training.spam)},
                        {"ham", Number(training.ham)},
                        {"features", Number(model->feature_count())},
                        {"bytes", Number(bytes.size())}})
         << "\n";
  } else {
    told << absl::StrCat("model ", model->id().ToString(), ": ", training.spam, " spam and ",
                         training.ham, " ham, ", model->feature_count(), " features, ",
                         bytes.size(), " bytes in ", flags.output, "\n");
  }
  return ExitCode::kOk;
}

}  // namespace

void AddTrain(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(
      app, selection, config::Scope::kNone, "train",
      "Makes a model file from labelled JSON lines (author, text, label), for evaluate --model; "
      "or, "
      "with --chapter, a starter model, for classifier.starter and --starter. Needs neither a "
      "server nor a database.");
  auto flags = std::make_shared<TrainFlags>();
  command
      ->add_option("--input", flags->inputs, "Files to learn, in their order; - is standard input")
      ->type_name("FILE");
  command->add_option("--model", flags->model, "A model file to begin with; without: an empty one")
      ->type_name("FILE");
  AddStarterFlag(command, &flags->starter);
  command
      ->add_option("--chapter", flags->chapters,
                   "Make a starter model, with a chapter of these files, in their order; once for "
                   "each kind of text, at most 4. What a chapter says is multiplied by its trust, "
                   "above 0 and at most 1")
      ->type_name("TRUST=FILE[,FILE...]")
      ->allow_extra_args(false);
  command->add_option("--output", flags->output, "The file to write")
      ->required()
      ->type_name("FILE");
  RunWith(command, selection, flags, &RunTrain);
}

}  // namespace replyguard::service::cli
