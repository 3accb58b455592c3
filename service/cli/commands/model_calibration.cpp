// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_calibration.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "absl/strings/str_format.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/table.h"
#include "service/cli/output/threshold_text.h"

namespace replyguard::service::cli {
namespace {

struct CalibrationFlags {
  std::string site;
};

void Print(Context& context, const v1::GetModelCalibrationResponse& found) {
  context.out << found.judged_count() << " judged comments, " << found.blind_sample_count()
              << " of them drawn blind; " << found.left_out_count()
              << " more are left out, as chance did not choose them\n";
  Table table({"SAID", "MEAN", "WAS SPAM", "95 %", "JUDGED"});
  for (const v1::ModelCalibrationBin& bin : found.bins()) {
    table.Add({absl::StrFormat("%.1f to %.1f", bin.probability_min(), bin.probability_max()),
               absl::StrFormat("%.3f", bin.mean_probability()),
               absl::StrFormat("%.3f", bin.spam().share()),
               absl::StrFormat("%.3f to %.3f", bin.spam_lower_bound(), bin.spam().upper_bound()),
               absl::StrFormat("%d", bin.spam().count())});
  }
  table.Print(context.out, context.style);
  context.out << "calibration error " << absl::StrFormat("%.4f", found.calibration_error())
              << "\nat the spam threshold " << ThresholdText(found.spam_threshold())
              << " of all good comments lost " << WeightedText(found.ham_lost())
              << "\nof all spam let through or held " << WeightedText(found.spam_missed()) << "\n";
}

ExitCode Calibrate(Context& context, const CalibrationFlags& flags) {
  const auto site = SiteName(context.settings, flags.site);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::GetModelCalibrationRequest request;
    request.set_name(*site + "/model");
    v1::GetModelCalibrationResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModelService::Stub::GetModelCalibration, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { Print(context, response); });
  });
}

}  // namespace

std::string WeightedText(const v1::ModelWeightedShare& share) {
  return absl::StrFormat("%.2f %%, at most %.2f %% (%d judged)", 100 * share.share(),
                         100 * share.upper_bound(), share.count());
}

void AddCalibration(CLI::App& group, Selection& selection) {
  CLI::App* command = AddCommand(group, selection, config::Scope::kClient, "calibration",
                                 "Shows how far a site's probabilities hold, by what people judged "
                                 "and weighted for all comments.");
  const auto flags = std::make_shared<CalibrationFlags>();
  command->add_option("site", flags->site, "Its id, 1 to 40 of [a-z0-9-]");
  RunWith(command, selection, flags, &Calibrate);
}

}  // namespace replyguard::service::cli
