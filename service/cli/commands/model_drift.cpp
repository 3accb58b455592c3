// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_drift.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replyguard/v1/model_service.grpc.pb.h"
#include "service/cli/client/call_error.h"
#include "service/cli/client/connection.h"
#include "service/cli/client/names.h"
#include "service/cli/output/answer.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/output/table.h"

namespace replyguard::service::cli {
namespace {

constexpr std::int32_t kDaysMax = 90;

struct DriftFlags {
  std::int32_t days = 0;  // 0: the server's standard
};

// The mean of the middles of the bins: good enough for a column.
std::string MeanProbability(const v1::ModelDriftDay& day) {
  double sum = 0;
  std::int64_t count = 0;
  for (int i = 0; i < day.probability_counts_size(); ++i) {
    const std::int64_t of_bin = day.probability_counts(i);
    sum += (i + 0.5) / day.probability_counts_size() * static_cast<double>(of_bin);
    count += of_bin;
  }
  return count == 0 ? "-" : absl::StrFormat("%.2f", sum / static_cast<double>(count));
}

bool IsEmpty(const v1::ModelDriftDay& day) {
  return day.approved_count() + day.held_count() + day.spam_count() + day.decided_count() == 0;
}

// Days newest first, without those before the first on which anything happened.
int DaysToShow(const v1::GetModelDriftResponse& drift) {
  int count = drift.days_size();
  while (count > 1 && IsEmpty(drift.days(count - 1))) --count;
  return count;
}

void Print(Context& context, const v1::GetModelDriftResponse& drift) {
  context.out << SafeLine(drift.comparison().summary(), 1000) << "\n\n";
  Table table({"day", "approved", "held", "spam", "mean score", "new", "decided", "was spam",
               "was approved"});
  const int shown = DaysToShow(drift);
  for (int i = 0; i < shown; ++i) {
    const v1::ModelDriftDay& day = drift.days(i);
    table.Add({day.date(), absl::StrCat(day.approved_count()), absl::StrCat(day.held_count()),
               absl::StrCat(day.spam_count()), MeanProbability(day),
               day.has_novelty() ? absl::StrFormat("%.0f %%", 100 * day.novelty()) : "-",
               absl::StrCat(day.decided_count()), absl::StrCat(day.spam_then_approved_count()),
               absl::StrCat(day.approved_then_spam_count())});
  }
  table.Print(context.out, context.style);
  if (shown < drift.days_size()) {
    context.out << "nothing came in the " << drift.days_size() - shown << " days before\n";
  }
  context.out
      << "new: what part of a comment the model had never seen; was spam: a person approved "
         "what it had called spam; was approved: the other way round\n";
}

ExitCode Drift(Context& context, const DriftFlags& flags) {
  const auto site = SiteName(context.settings);
  if (!site.ok()) return Fail(context, ExitCode::kUsage, std::string(site.status().message()));
  return WithConnection(context, KeyUse::kOperator, [&](const Connection& connection) {
    const auto stub = v1::ModelService::NewStub(connection.channel());
    v1::GetModelDriftRequest request;
    request.set_name(*site + "/model");
    request.set_day_count(flags.days);
    v1::GetModelDriftResponse response;
    const grpc::Status status =
        connection.Call(*stub, &v1::ModelService::Stub::GetModelDrift, request, response);
    if (!status.ok()) return Fail(context, status);
    return ShowAnswer(context, response, [&] { Print(context, response); });
  });
}

}  // namespace

void AddDrift(CLI::App& group, Selection& selection) {
  CLI::App* drift = AddCommand(group, selection, config::Scope::kClient, "drift",
                               "Shows whether what comes in has changed, or what moderators make "
                               "of it: day by day, and the last week against the four before.");
  const auto flags = std::make_shared<DriftFlags>();
  drift->add_option("--days", flags->days, "Days to list, 1 to 90 (default 35)")
      ->check(CLI::Range(1, kDaysMax))
      ->type_name("N");
  RunWith(drift, selection, flags, &Drift);
}

}  // namespace replyguard::service::cli
