// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/usecases/learn/drift.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kDaysStandard = kDriftRecentDays + kDriftBaseDays;

std::string DateText(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  std::array<char, 32> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {text.data(), static_cast<std::size_t>(size)};
}

void ToProto(const storage::DailyFigures& day, v1::ModelDriftDay* out) {
  out->set_date(DateText(day.day));
  out->set_approved_count(day.approved_count);
  out->set_held_count(day.held_count);
  out->set_spam_count(day.spam_count);
  for (const std::int64_t count : day.probability_counts) out->add_probability_counts(count);
  if (day.novelty_count > 0) {
    out->set_novelty(day.novelty_sum / static_cast<double>(day.novelty_count));
  }
  out->set_decided_count(day.decided_count);
  out->set_spam_then_approved_count(day.spam_then_approved_count);
  out->set_approved_then_spam_count(day.approved_then_spam_count);
}

void ToProto(const DriftSpan& span, v1::ModelDriftSpan* out) {
  out->set_comment_count(span.comment_count);
  out->set_scored_count(span.scored_count);
  if (span.novelty) out->set_novelty(*span.novelty);
  out->set_decided_count(span.decided_count);
  out->set_override_count(span.override_count);
}

v1::ModelDriftComparison::Level ToProto(DriftLevel level) {
  switch (level) {
    case DriftLevel::kTooFew:
      return v1::ModelDriftComparison::LEVEL_TOO_FEW;
    case DriftLevel::kNone:
      return v1::ModelDriftComparison::LEVEL_NONE;
    case DriftLevel::kSome:
      return v1::ModelDriftComparison::LEVEL_SOME;
    case DriftLevel::kStrong:
      return v1::ModelDriftComparison::LEVEL_STRONG;
  }
  return v1::ModelDriftComparison::LEVEL_UNSPECIFIED;
}

absl::Status Get(const UseCases& use_cases, const CallContext& call,
                 const v1::GetModelDriftRequest& request, v1::GetModelDriftResponse& response) {
  const std::optional<std::string> site = ParseModelName(request.name());
  if (!site) return BadName("name", request.name(), "sites/{site}/model");
  const std::int32_t days = request.day_count() == 0 ? kDaysStandard : request.day_count();
  const auto drift = use_cases.drift.Get(*call.principal, *site, days, call.deadline);
  if (!drift.ok()) return drift.status();
  for (const storage::DailyFigures& day : drift->days) ToProto(day, response.add_days());
  const DriftComparison& found = drift->comparison;
  v1::ModelDriftComparison* out = response.mutable_comparison();
  ToProto(found.recent, out->mutable_recent());
  ToProto(found.base, out->mutable_base());
  out->set_level(ToProto(found.level));
  if (found.psi) out->set_stability_index(*found.psi);
  if (found.psi_noise) out->set_stability_index_by_chance(*found.psi_noise);
  out->set_summary(found.summary);
  return absl::OkStatus();
}

}  // namespace

void AddDriftMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::GetModelDriftRequest, v1::GetModelDriftResponse>(use_cases, table,
                                                           "ModelService.GetModelDrift", Get);
}

}  // namespace replyguard::service::rpc
