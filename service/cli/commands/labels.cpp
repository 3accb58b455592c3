// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/app/starter.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/model_file.h"
#include "service/cli/frame/flags.h"
#include "service/cli/input/labelled_stream.h"
#include "service/cli/output/label_view.h"
#include "service/cli/output/progress.h"
#include "service/usecases/learn/label_review.h"

namespace replyguard::service::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kProblemsMax = 100'000;

struct DoctorFlags {
  std::vector<std::string> inputs;
  std::string starter{kStarterNone};
  std::size_t problems = 100;
};

// Where a label stands.
struct Place {
  std::string file;
  std::int64_t line = 0;
  std::string id;
};

struct Labels {
  std::vector<LabelToReview> labels;
  std::vector<Place> places;
};

// Who labelled: as the row says, or else the file, where there are several.
absl::StatusOr<Labels> ReadLabels(Context& context, const std::vector<std::string>& inputs) {
  Labels read;
  for (const std::string& path : inputs) {
    auto examples = ReadLabelledStream(path, context.in);
    if (!examples.ok()) return examples.status();
    for (Example& example : *examples) {
      if (!example.label) continue;
      std::string source = std::move(example.labelled_by);
      if (source.empty() && inputs.size() > 1) source = path;
      read.labels.push_back({*example.label, std::move(source), std::move(example.sample)});
      read.places.push_back({path, example.line, std::move(example.id)});
    }
  }
  return read;
}

// Pure: of what was read and found.
class Report {
 public:
  Report(const Labels& labels, const LabelReview& review) : labels_(labels), review_(review) {}

  Json Machine() const {
    Json out = {{"labels", review_.label_count},
                {"spam", review_.spam_count},
                {"trained", review_.trained},
                {"spam_self_confidence", review_.spam_threshold},
                {"ham_self_confidence", review_.ham_threshold},
                {"contradiction_count", review_.contradiction_count},
                {"confident_count", review_.confident_count},
                {"contradictions", Json::array()},
                {"conflict_count", review_.conflict_count},
                {"conflicts", Json::array()},
                {"sources", Json::array()}};
    for (const Contradiction& one : review_.contradictions) {
      Json row = LabelJson(one.index);
      row["log_odds_against"] = classifier::Nats(one.against);
      row["confident"] = one.confident;
      row["reasons"] = Json::array();
      for (const AssessmentReason& reason : one.reasons) {
        row["reasons"].push_back({{"code", reason.code},
                                  {"text", reason.text},
                                  {"log_odds", classifier::Nats(*reason.score)}});
      }
      out["contradictions"].push_back(std::move(row));
    }
    for (const LabelConflict& conflict : review_.conflicts) {
      Json rows = Json::array();
      for (const std::size_t i : conflict.indexes) rows.push_back(LabelJson(i));
      out["conflicts"].push_back({{"same_text", conflict.same},
                                  {"spam", conflict.spam_count},
                                  {"ham", conflict.ham_count},
                                  {"labels", std::move(rows)}});
    }
    for (const SourceReview& source : review_.sources) {
      out["sources"].push_back({{"source", source.source},
                                {"labels", source.label_count},
                                {"spam", source.spam_count},
                                {"suspicious", source.suspicious},
                                {"contradicted", ShareJson(source.contradicted)},
                                {"others_contradicted", ShareJson(source.others_contradicted)},
                                {"outvoted", ShareJson(source.outvoted)},
                                {"others_outvoted", ShareJson(source.others_outvoted)}});
    }
    return out;
  }

  LabelReviewView View() const {
    LabelReviewView view{review_.label_count,
                         review_.spam_count,
                         review_.trained,
                         review_.contradiction_count,
                         review_.confident_count,
                         {},
                         review_.conflict_count,
                         {},
                         {}};
    for (const Contradiction& one : review_.contradictions) {
      ContradictionLines lines{Line(one.index), classifier::Nats(one.against), one.confident, {}};
      for (const AssessmentReason& reason : one.reasons) lines.reasons.push_back(reason.text);
      view.contradictions.push_back(std::move(lines));
    }
    for (const LabelConflict& one : review_.conflicts) {
      ConflictLines lines{one.same, one.spam_count, one.ham_count, {}};
      for (const std::size_t i : one.indexes) lines.labels.push_back(Line(i));
      view.conflicts.push_back(std::move(lines));
    }
    for (const SourceReview& one : review_.sources) {
      view.sources.push_back({one.source, one.label_count, one.suspicious, Line(one.contradicted),
                              Line(one.others_contradicted), Line(one.outvoted),
                              Line(one.others_outvoted),
                              "leave out what is labelled by " + one.source});
    }
    return view;
  }

 private:
  static const char* Word(bool spam) { return spam ? "spam" : "ham"; }
  bool Spam(std::size_t i) const { return labels_.labels[i].label == classifier::Class::kSpam; }

  LabelLine Line(std::size_t i) const {
    const Place& place = labels_.places[i];
    return {absl::StrCat(place.file, ", line ", place.line), Spam(i), labels_.labels[i].source,
            labels_.labels[i].text.body,
            absl::StrCat("set \"label\" of line ", place.line, " to \"", Word(!Spam(i)),
                         "\" or \"none\"")};
  }

  static ShareLine Line(const Share& share) {
    return {share.count, share.of, share.bounds.low, share.bounds.high};
  }

  Json LabelJson(std::size_t i) const {
    const Place& place = labels_.places[i];
    return {{"file", place.file},
            {"line", place.line},
            {"id", place.id},
            {"label", Word(Spam(i))},
            {"labelled_by", labels_.labels[i].source}};
  }

  static Json ShareJson(const Share& share) {
    return {{"count", share.count},
            {"of", share.of},
            {"lower_bound", share.bounds.low},
            {"upper_bound", share.bounds.high}};
  }

  const Labels& labels_;
  const LabelReview& review_;
};

ExitCode RunDoctor(Context& context, const DoctorFlags& flags) {
  const auto starter = ReadStarter(flags.starter);
  if (!starter.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(starter.status().message()));
  }
  const auto labels = ReadLabels(context, flags.inputs);
  if (!labels.ok()) {
    return Fail(context, ExitCode::kUsage, std::string(labels.status().message()));
  }
  Progress progress(context.err, context.err_is_terminal, 100, &std::chrono::steady_clock::now);
  ReviewOptions options;
  options.starter = *starter;
  options.problems_max = flags.problems;
  options.progress = [&](std::size_t done, std::size_t of) {
    progress.Update(static_cast<std::int64_t>(100 * done / of), [] { return "labels"; });
  };
  const auto review = ReviewLabels(labels->labels, options);
  progress.Clear();
  if (!review.ok()) return Fail(context, review.status());
  const Report report(*labels, *review);
  if (context.json()) {
    context.out << report.Machine().dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  } else {
    PrintLabelReview(context.out, report.View(), context.style);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddLabels(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "labels", "Files of labels, before they teach.");
  CLI::App* command = AddCommand(
      *group, selection, config::Scope::kNone, "doctor",
      "Lists the labels of JSON lines (author, text, label, labelled_by) that the rest "
      "contradicts, texts with two labels, and who disagrees with everybody. Needs neither a "
      "server nor a database; model doctor does it for what a server has learnt.");
  const auto flags = std::make_shared<DoctorFlags>();
  command
      ->add_option("--input", flags->inputs,
                   "Files to look at; - is standard input. Where several are given and a row does "
                   "not say who labelled it, each is a source")
      ->required()
      ->type_name("FILE");
  AddStarterFlag(command, &flags->starter);
  command->add_option("--problems", flags->problems, "List at most so many of each kind")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kProblemsMax));
  RunWith(command, selection, flags, &RunDoctor);
}

}  // namespace replyguard::service::cli
