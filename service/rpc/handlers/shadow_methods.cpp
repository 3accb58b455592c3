// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/account.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/authorize.h"
#include "service/usecases/learn/shadows.h"

namespace replyguard::service::rpc {
namespace {

using rpc::ToProto;  // those of convert/ beside the ones here

constexpr std::int32_t kDaysStandard = 30;
constexpr std::int32_t kPageStandard = 25;

void ToProto(const storage::ShadowChange& change, v1::ShadowSetting* out) {
  if (change.generation) out->set_generation(GenerationName(*change.generation));
  if (change.change == 0) return;
  out->set_set_by(ActorNameOf(change.set_by));
  ToProto(change.set_at, out->mutable_set_time());
}

void ToProto(const Shadows::Report& report, v1::ShadowReport* out) {
  if (report.generation) out->set_generation(GenerationName(*report.generation));
  ToProto(report.in_force, out->mutable_setting());
  out->set_compared_count(report.compared_count);
  out->set_disagreed_count(report.disagreed_count);
  out->set_active_right_count(report.active_right_count);
  out->set_shadow_right_count(report.shadow_right_count);
  for (const Shadows::Pair& pair : report.pairs) {
    v1::ShadowVerdictCount* count = out->add_counts();
    count->set_verdict(ToProto(pair.verdict));
    count->set_shadow_verdict(ToProto(pair.shadow_verdict));
    count->set_count(pair.count);
    count->set_active_right_count(pair.active_right_count);
    count->set_shadow_right_count(pair.shadow_right_count);
  }
  for (const Shadows::Day& day : report.days) {
    v1::ShadowDay* one = out->add_days();
    one->set_date(day.date);
    one->set_compared_count(day.compared_count);
    one->set_disagreed_count(day.disagreed_count);
  }
}

void ToProto(const Shadows::Row& row, v1::ShadowDisagreement* out) {
  const storage::ShadowDisagreement& one = row.disagreement;
  out->set_comment(CommentName(row.site, one.comment.comment_id));
  out->set_excerpt(row.excerpt);
  out->set_generation(GenerationName(one.generation));
  out->set_verdict(ToProto(one.active.verdict));
  out->set_shadow_verdict(ToProto(one.shadow.verdict));
  if (one.active.probability) out->set_probability(*one.active.probability);
  if (one.shadow.probability) out->set_shadow_probability(*one.shadow.probability);
  if (one.active.score) out->set_score(*one.active.score);
  if (one.shadow.score) out->set_shadow_score(*one.shadow.score);
  out->set_model_id(one.active.model_id);
  out->set_shadow_model_id(one.shadow.model_id);
  ToProto(one.active.assessed_at, out->mutable_assess_time());
  out->set_status(ToProto(one.comment.status));
  if (const auto shadow_right = Shadows::ShadowRight(one)) {
    out->set_right(*shadow_right ? v1::ShadowDisagreement::RIGHT_SHADOW
                                 : v1::ShadowDisagreement::RIGHT_ACTIVE);
  }
}

// Nothing for an empty name.
absl::StatusOr<std::optional<std::int64_t>> GenerationOrNone(const std::string& name) {
  if (name.empty()) return std::optional<std::int64_t>();
  const std::optional<std::int64_t> number = ParseGenerationName(name);
  if (!number) return BadName("generation", name, "modelGenerations/{number}");
  return number;
}

absl::Status Set(const UseCases& use_cases, const CallContext& call,
                 const v1::SetShadowGenerationRequest& request,
                 v1::SetShadowGenerationResponse& response) {
  const auto generation = GenerationOrNone(request.generation());
  if (!generation.ok()) return generation.status();
  const auto change = use_cases.shadows.Set(*call.principal, *generation, call.deadline);
  if (change.ok()) ToProto(*change, response.mutable_setting());
  return change.status();
}

absl::Status Report(const UseCases& use_cases, const CallContext& call,
                    const v1::GetShadowReportRequest& request,
                    v1::GetShadowReportResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kTrain);
  if (!may.ok()) return may;
  const auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto generation = GenerationOrNone(request.generation());
  if (!generation.ok()) return generation.status();
  const std::int32_t days = request.days() == 0 ? kDaysStandard : request.days();
  const auto report =
      use_cases.shadows.GetReport(*call.principal, *site, days, *generation, call.deadline);
  if (report.ok()) ToProto(*report, response.mutable_report());
  return report.status();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListShadowDisagreementsRequest& request,
                  v1::ListShadowDisagreementsResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kTrain);
  if (!may.ok()) return may;
  const auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto generation = GenerationOrNone(request.generation());
  if (!generation.ok()) return generation.status();
  const auto limit = PageSize(request.page_size(), kPageStandard, storage::kShadowPageMax);
  if (!limit.ok()) return limit.status();
  storage::ShadowQuery query;
  query.generation = *generation;
  query.unsettled_only = request.unsettled_only();
  query.limit = *limit;
  const auto cursor = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  query.before = *cursor;
  const auto rows = use_cases.shadows.List(*call.principal, *site, query, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_disagreements(),
      response.mutable_next_page_token(),
      [](const Shadows::Row& row, v1::ShadowDisagreement* out) { ToProto(row, out); },
      [](const Shadows::Row& row) {
        return CursorWriter().Id(row.disagreement.comment.comment_id).Take();
      });
  return absl::OkStatus();
}

}  // namespace

void AddShadowMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::SetShadowGenerationRequest, v1::SetShadowGenerationResponse>(
      "ModelService.SetShadowGeneration",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Set(use_cases, call, request, response);
      });
  table.AddBlocking<v1::GetShadowReportRequest, v1::GetShadowReportResponse>(
      "ModelService.GetShadowReport",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Report(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ListShadowDisagreementsRequest, v1::ListShadowDisagreementsResponse>(
      "ModelService.ListShadowDisagreements",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return List(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
