// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/model_calibration.h"
#include "service/cli/commands/model_doctor.h"
#include "service/cli/commands/model_drift.h"
#include "service/cli/commands/model_export.h"
#include "service/cli/commands/model_generations.h"
#include "service/cli/commands/model_import.h"
#include "service/cli/commands/model_shadow.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/threshold_text.h"

namespace replyguard::service::cli {
namespace {

void PrintModel(Context& context, const v1::Model& model) {
  const bool starts = model.starter_id() != 0;
  context.out << context.style.Bold(SafeLine(model.model_id(), 60)) << "  "
              << (model.trained() ? "trained" : "not trained yet: everything is held") << "\n  "
              << model.spam_count() << " spam and " << model.ham_count()
              << " good labels count for this site; "
              << (starts ? "the starter model has its say, until they outweigh it"
                         : absl::StrCat(model.label_count_min(), " of each are needed"))
              << "\n  ";
  if (starts) {
    context.out << "starter model s" << model.starter_id() << ", of " << model.starter_spam_count()
                << " spam and " << model.starter_ham_count() << " good messages\n  ";
  }
  context.out << model.feature_count() << " features, generation " << model.generation()
              << ", extractor " << model.extractor_version() << ", epoch " << model.epoch();
  if (model.shadow_generation() != 0) {
    context.out << "\n  shadow: generation " << model.shadow_generation();
  }
  context.out << "\n  position " << model.position() << " of " << model.head_position();
  if (model.position() < model.head_position()) context.out << ", catching up";
  context.out << "; last label applied " << TimeText(model.update_time()) << "\n";
}

struct ShowFlags {
  std::int64_t generation = 0;  // 0: what answers now
};

ExitCode Show(Context& context, const ShowFlags& flags) {
  if (flags.generation != 0) return ShowGeneration(context, flags.generation);
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::GetModelRequest request;
    request.set_name(*site + "/model");
    v1::GetModelResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModelService::Stub::GetModel, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { PrintModel(context, response.model()); });
  });
}

struct ThresholdFlags {
  std::string site;
  double ham_loss_max = 0;
  double confidence = 0;
};

std::string Percent(double share) { return absl::StrFormat("%.2f %%", 100 * share); }

void PrintThreshold(Context& context, std::string_view site, const ThresholdFlags& flags,
                    const v1::SuggestThresholdResponse& found) {
  // The least that a policy takes.
  constexpr double kSpamThresholdMin = 0.5;
  context.out << context.style.Bold("spam threshold " + ThresholdText(found.threshold()))
              << "  loses at most " << absl::StrCat(100 * flags.ham_loss_max)
              << " % of the good comments, with " << absl::StrCat(100 * found.confidence())
              << " % confidence\n  of " << found.ham_count() << " good comments that people judged "
              << Percent(found.ham_loss()) << " lie at or above it, of " << found.spam_count()
              << " spam " << Percent(found.spam_caught()) << "\n  " << found.blind_sample_count()
              << " of these were drawn blind and stand for what the machine decides alone; "
              << found.left_out_count()
              << " judged ones are left out, as chance did not choose them\n  to apply it: "
                 "replyguard site update "
              << SafeLine(LastPart(site), 60) << " --spam-threshold "
              << ThresholdText(std::max(found.threshold(), kSpamThresholdMin)) << "\n";
}

ExitCode SuggestThreshold(Context& context, const ThresholdFlags& flags) {
  const auto site = SiteName(context.settings, flags.site);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::SuggestThresholdRequest request;
    request.set_name(*site + "/model");
    request.set_ham_loss_max(flags.ham_loss_max);
    request.set_confidence(flags.confidence);
    v1::SuggestThresholdResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModelService::Stub::SuggestThreshold, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { PrintThreshold(context, *site, flags, response); });
  });
}

}  // namespace

void AddModel(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "model", "What the classifier knows.");
  CLI::App* show = AddCommand(*group, selection, config::Scope::kClient, "show",
                              "Shows the model that answers now and how many labels it has, or "
                              "how a generation compared when it was made.");
  const auto shown = std::make_shared<ShowFlags>();
  show->add_option("generation", shown->generation, "Its number")->check(CLI::PositiveNumber);
  RunWith(show, selection, shown, &Show);
  AddGenerations(*group, selection);
  AddModelExport(*group, selection);
  AddModelImport(*group, selection);
  AddModelDoctor(*group, selection);
  AddCalibration(*group, selection);
  AddDrift(*group, selection);
  AddShadow(*group, selection);
  // The site is the argument itself.
  CLI::App* threshold = AddCommand(*group, selection, config::Scope::kClient, "threshold",
                                   "Finds the spam threshold that loses at most a share of the "
                                   "good comments, by what people judged. Changes nothing.");
  const auto flags = std::make_shared<ThresholdFlags>();
  threshold->add_option("site", flags->site, "Its id, 1 to 40 of [a-z0-9-]");
  threshold
      ->add_option("--ham-loss-max", flags->ham_loss_max,
                   "The share of the good comments to lose at most, 0.000001 to below 1: 0.001 is "
                   "1 in 1,000")
      ->required()
      ->type_name("SHARE");
  threshold
      ->add_option("--confidence", flags->confidence,
                   "How sure that is to be, above 0 and below 1 (default 0.95)")
      ->type_name("SHARE");
  RunWith(threshold, selection, flags, &SuggestThreshold);
}

}  // namespace replyguard::service::cli
