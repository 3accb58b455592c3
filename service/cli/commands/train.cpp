// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/model_file.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {
namespace {

struct TrainFlags {
  std::vector<std::string> inputs;
  std::string model;
  std::string output;
};

ExitCode RunTrain(Context& context, const TrainFlags& flags) {
  auto fold = BuildModel(context, flags.model, flags.inputs);
  if (!fold.ok()) return Fail(context, ExitCode::kUsage, std::string(fold.status().message()));
  const std::string bytes = fold->Serialize();
  if (const auto status = WriteFile(flags.output, bytes); !status.ok())
    return Fail(context, status);
  const auto model = fold->Snapshot();
  const classifier::Training training = model->TrainingOf(1);
  const auto number = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  if (context.json()) {
    context.out << JsonObject({{"model", model->id().ToString()},
                               {"spam", number(training.spam)},
                               {"ham", number(training.ham)},
                               {"features", number(model->feature_count())},
                               {"bytes", number(bytes.size())}})
                << "\n";
  } else {
    context.out << absl::StrCat("model ", model->id().ToString(), ": ", training.spam, " spam and ",
                                training.ham, " ham, ", model->feature_count(), " features, ",
                                bytes.size(), " bytes in ", flags.output, "\n");
  }
  return ExitCode::kOk;
}

}  // namespace

void AddTrain(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(
      app, selection, config::Scope::kNone, "train",
      "Makes a model file from labelled JSON lines (author, text, label), for evaluate --model. "
      "Needs neither a server nor a database.");
  auto flags = std::make_shared<TrainFlags>();
  command
      ->add_option("--input", flags->inputs, "Files to learn, in their order; - is standard input")
      ->required()
      ->type_name("FILE");
  command->add_option("--model", flags->model, "A model file to begin with; without: an empty one")
      ->type_name("FILE");
  command->add_option("--output", flags->output, "The model file to write")
      ->required()
      ->type_name("FILE");
  RunWith(command, selection, flags, &RunTrain);
}

}  // namespace replyguard::service::cli
