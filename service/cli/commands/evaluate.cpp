// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/evaluate/evaluate.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/app/starter.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/evaluate_thresholds.h"
#include "service/cli/commands/model_file.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/labelled_stream.h"
#include "service/cli/output/json.h"
#include "service/cli/output/output_file.h"
#include "service/cli/output/progress.h"
#include "service/cli/output/table.h"
#include "service/usecases/evaluate/metrics.h"
#include "service/usecases/evaluate/report.h"

namespace replyguard::service::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::ptrdiff_t kUnlabelledColumn = 3;  // after SPAM

struct EvaluateFlags {
  std::vector<std::string> inputs;
  std::vector<std::string> training;
  std::string protocol = "online";
  std::string starter{kStarterNone};
  std::string model;
  std::string scores;
  std::string report;
  std::vector<double> ham_loss_max;
};

const std::map<std::string, Protocol>& Protocols() {
  static const std::map<std::string, Protocol> kProtocols = {{"online", Protocol::kOnline},
                                                             {"cv", Protocol::kCrossValidate},
                                                             {"static", Protocol::kStatic}};
  return kProtocols;
}

// One input file and what was said of it.
struct Stream {
  std::string name;  // the file's, without folder and ending
  std::vector<Example> examples;
  Evaluation evaluation;
  double seconds = 0;
};

std::string NameOf(const std::string& path) {
  return path == "-" ? "standard input" : std::filesystem::path(path).stem().string();
}

double PerSecond(const Stream& stream) {
  return static_cast<double>(stream.examples.size()) / stream.seconds;
}

// A field of a line of tabs: what would end it early becomes a space.
std::string Field(std::string text) {
  for (char& c : text) {
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

absl::Status WriteScores(Context& context, const std::string& path,
                         const std::vector<Stream>& streams) {
  std::string text;
  for (const Stream& stream : streams) {
    for (std::size_t i = 0; i < stream.examples.size(); ++i) {
      const Example& example = stream.examples[i];
      const char* label = "";
      if (example.label) label = *example.label == classifier::Class::kSpam ? "spam" : "ham";
      absl::StrAppendFormat(&text, "%s\t%s\t%.17g\n", Field(example.id), label,
                            stream.evaluation.judgements[i].probability);
    }
  }
  return WriteFile(path, text, context.out);
}

std::vector<HamLossThreshold> ThresholdsOf(const EvaluateFlags& flags, const Stream& stream) {
  return ThresholdsForHamLoss(ThresholdEvidence(stream.examples, stream.evaluation.judgements),
                              HamLossTargets(flags.ham_loss_max));
}

std::string JsonOf(const EvaluateFlags& flags, const Stream& stream, const Metrics& m) {
  return JsonObject({{"stream", stream.name},
                     {"protocol", flags.protocol},
                     {"n", static_cast<std::int64_t>(m.n)},
                     {"spam", static_cast<std::int64_t>(m.spam)},
                     {"unlabelled", static_cast<std::int64_t>(stream.examples.size() - m.n)},
                     {"one_minus_roca_pct", m.one_minus_roca_pct},
                     {"ham_misclassified_pct", m.ham_misclassified_pct},
                     {"spam_misclassified_pct", m.spam_misclassified_pct},
                     {"lam_pct", m.lam_pct},
                     {"error_pct", m.error_pct},
                     {"brier", m.brier},
                     {"ece", m.ece},
                     {"spam_caught_pct", JsonText{JsonObject({{"0.1", m.spam_caught_pct_at_0_1},
                                                              {"0.5", m.spam_caught_pct_at_0_5}})}},
                     {"thresholds", JsonText{ThresholdsJson(ThresholdsOf(flags, stream))}},
                     {"comments_per_second", PerSecond(stream)}});
}

bool HasUnlabelled(const Stream& stream) {
  return std::any_of(stream.examples.begin(), stream.examples.end(),
                     [](const Example& example) { return !example.label; });
}

void Print(Context& context, const EvaluateFlags& flags, const std::vector<Stream>& streams) {
  // Not among what goes to standard output.
  const bool shared = IsStandardOutput(flags.scores) || IsStandardOutput(flags.report);
  std::ostream& told = shared ? context.err : context.out;
  const bool unlabelled = std::any_of(streams.begin(), streams.end(), HasUnlabelled);
  std::vector<std::string> head = {"STREAM",          "N",          "SPAM",          "1-ROCA %",
                                   "ERROR %",         "HAM LOST %", "SPAM MISSED %", "ECE",
                                   "CAUGHT AT 0.1 %", "AT 0.5 %",   "PER SECOND"};
  if (unlabelled) head.insert(head.begin() + kUnlabelledColumn, "UNLABELLED");
  Table table(std::move(head));
  Table thresholds = ThresholdTable();
  for (const Stream& stream : streams) {
    const Metrics m = Measure(ScoredOf(stream.examples, stream.evaluation.judgements));
    if (context.json()) {
      told << JsonOf(flags, stream, m) << "\n";
      continue;
    }
    std::vector<std::string> row = {stream.name,
                                    absl::StrCat(m.n),
                                    absl::StrCat(m.spam),
                                    FigureText(3, m.one_minus_roca_pct),
                                    FigureText(2, m.error_pct),
                                    FigureText(2, m.ham_misclassified_pct),
                                    FigureText(2, m.spam_misclassified_pct),
                                    FigureText(3, m.ece),
                                    FigureText(2, m.spam_caught_pct_at_0_1),
                                    FigureText(2, m.spam_caught_pct_at_0_5),
                                    FigureText(0, PerSecond(stream))};
    if (unlabelled) {
      row.insert(row.begin() + kUnlabelledColumn, absl::StrCat(stream.examples.size() - m.n));
    }
    table.Add(row);
    AddRows(stream.name, ThresholdsOf(flags, stream), &thresholds);
  }
  if (context.json()) return;
  table.Print(told, context.style);
  told << "\nThresholds that lose at most so many good comments, with "
       << FigureText(0, 100 * classifier::kThresholdConfidence)
       << " % confidence, by what was said once trained:\n";
  thresholds.Print(told, context.style);
}

absl::Status WriteReport(Context& context, const EvaluateFlags& flags,
                         const std::vector<Stream>& streams) {
  std::vector<StreamReport> reports;
  reports.reserve(streams.size());
  for (const Stream& stream : streams) {
    reports.push_back({stream.name, flags.protocol, &stream.examples, &stream.evaluation});
  }
  return WriteFile(flags.report, HtmlReport(reports), context.out);
}

absl::StatusOr<Stream> RunStream(Context& context, const EvaluateFlags& flags,
                                 const std::string& path, const std::string& beginning,
                                 const std::shared_ptr<const classifier::Starter>& starter) {
  Stream stream;
  stream.name = NameOf(path);
  auto examples = ReadLabelledStream(path, context.in);
  if (!examples.ok()) return examples.status();
  stream.examples = *std::move(examples);
  auto fold = classifier::Fold::Deserialize(beginning, starter);
  if (!fold.ok()) return fold.status();

  Progress progress(context.err, context.err_is_terminal, 100, &SteadyClock::now);
  const auto start = SteadyClock::now();
  auto evaluation = Evaluate(
      Protocols().at(flags.protocol), *std::move(fold), stream.examples,
      [&](std::size_t done, std::size_t of) {
        progress.Update(static_cast<std::int64_t>(100 * done / of), [&] { return stream.name; });
      },
      starter);
  if (!evaluation.ok()) return evaluation.status();
  stream.evaluation = *std::move(evaluation);
  stream.seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  return stream;
}

ExitCode RunEvaluate(Context& context, const EvaluateFlags& flags) {
  if (flags.protocol == "static" && flags.training.empty() && flags.model.empty()) {
    return Fail(context, ExitCode::kUsage, "--protocol static wants --train FILE or --model FILE");
  }
  if (flags.protocol == "cv" && !(flags.training.empty() && flags.model.empty())) {
    return Fail(context, ExitCode::kUsage,
                "--protocol cv trains on the input itself: no --train and no --model");
  }
  for (const double share : flags.ham_loss_max) {
    if (share >= classifier::kHamLossMin && share < 1) continue;
    return Fail(context, ExitCode::kUsage, "--ham-loss-max must be at least 0.000001 and below 1");
  }
  for (const std::string& path : {flags.scores, flags.report}) {
    const auto status = path.empty() ? absl::OkStatus() : CheckWritable(path);
    if (!status.ok()) return Fail(context, ExitCode::kUsage, std::string(status.message()));
  }
  if (IsStandardOutput(flags.scores) && IsStandardOutput(flags.report)) {
    return Fail(context, ExitCode::kUsage,
                "only one of --scores and --report can be standard output");
  }
  const auto starter = ReadStarter(flags.starter);
  if (!starter.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(starter.status().message()));
  }
  auto beginning = BuildModel(context, {*starter, flags.model}, flags.training);
  if (!beginning.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(beginning.status().message()));
  }
  const std::string bytes = beginning->Serialize();
  std::vector<Stream> streams;
  for (const std::string& path : flags.inputs) {
    auto stream = RunStream(context, flags, path, bytes, *starter);
    if (!stream.ok()) {
      return Fail(context, ExitCode::kUsage, std::string(stream.status().message()));
    }
    streams.push_back(*std::move(stream));
  }
  absl::Status written;
  if (!flags.scores.empty()) written.Update(WriteScores(context, flags.scores, streams));
  if (!flags.report.empty()) written.Update(WriteReport(context, flags, streams));
  Print(context, flags, streams);
  return written.ok() ? ExitCode::kOk : Fail(context, written);
}

}  // namespace

void AddEvaluate(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(app, selection, config::Scope::kNone, "evaluate",
                                 "Measures the classifier on labelled JSON lines (id, author, "
                                 "text, label), each file a stream "
                                 "of its own. Needs neither a server nor a database.");
  auto flags = std::make_shared<EvaluateFlags>();
  command->add_option("--input", flags->inputs, "Files to score; - is standard input")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--protocol", flags->protocol,
                   "online: each comment is scored, then learnt; cv: stratified five folds; "
                   "static: nothing is learnt")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::IsMember({"online", "cv", "static"}));
  command->add_option("--train", flags->training, "Files to learn first, in their order")
      ->type_name("FILE");
  command->add_option("--model", flags->model, "A model file to begin with; without: an empty one")
      ->type_name("FILE");
  AddStarterFlag(command, &flags->starter);
  command
      ->add_option("--scores", flags->scores,
                   "Write id, label and probability of every row here, separated by tabs")
      ->type_name("OUT.tsv");
  command->add_option("--report", flags->report, "Write a page with charts and mistakes here")
      ->type_name("OUT.html");
  command
      ->add_option("--ham-loss-max", flags->ham_loss_max,
                   "Find the threshold that loses at most this share of the good comments too, "
                   "0.000001 to below 1 (always: 0.001, 0.005 and 0.01)")
      ->type_name("SHARE");
  RunWith(command, selection, flags, &RunEvaluate);
}

}  // namespace replyguard::service::cli
