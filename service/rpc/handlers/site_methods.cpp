// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/admin_service.pb.h"
#include "service/rpc/convert/admin.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/rpc/handlers/site_mask.h"
#include "service/usecases/administer/sites.h"
#include "service/usecases/administer/test_policy.h"
#include "service/usecases/authorize.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kAdminPageStandard = 50;
constexpr std::int32_t kAdminPageMax = 500;
constexpr std::int32_t kTestedStandard = 1000;

// The site a request names, once the key may administer it: whoever may not learns nothing of what
// else is wrong.
absl::StatusOr<std::string> AdministeredSite(const CallContext& call, std::string_view field,
                                             std::string_view name) {
  absl::StatusOr<std::string> slug = SiteIn(field, name);
  if (!slug.ok()) return slug;
  absl::Status may = Authorize(*call.principal, Permission::kAdminister, *slug);
  if (!may.ok()) return may;
  return slug;
}

absl::Status CreateSite(const UseCases& use_cases, const CallContext& call,
                        const v1::CreateSiteRequest& request, v1::CreateSiteResponse& response) {
  absl::Status may = AuthorizeEverySite(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  Sites::CreateRequest input;
  input.slug = request.site_id();
  input.display_name = request.site().display_name();
  input.languages.assign(request.site().languages().begin(), request.site().languages().end());
  validation::Violations violations;
  if (request.site().has_policy()) {
    input.policy = FromProto(request.site().policy(), "site.policy.", violations);
  }
  if (!violations.empty()) return InvalidFields(violations);
  if (request.site().has_shared_learning()) {
    input.shared_learning = request.site().shared_learning();
  }
  input.teaching = TeachingOf(request.site().teaching_limits());
  const auto site = use_cases.sites.Create(*call.principal, std::move(input), call.deadline);
  if (site.ok()) ToProto(*site, response.mutable_site());
  return site.status();
}

absl::Status GetSite(const UseCases& use_cases, const CallContext& call,
                     const v1::GetSiteRequest& request, v1::GetSiteResponse& response) {
  absl::StatusOr<std::string> slug = AdministeredSite(call, "name", request.name());
  if (!slug.ok()) return slug.status();
  const auto site = use_cases.sites.Get(*call.principal, *slug, call.deadline);
  if (site.ok()) ToProto(*site, response.mutable_site());
  return site.status();
}

absl::Status ListSites(const UseCases& use_cases, const CallContext& call,
                       const v1::ListSitesRequest& request, v1::ListSitesResponse& response) {
  const auto limit = PageSize(request.page_size(), kAdminPageStandard, kAdminPageMax);
  if (!limit.ok()) return limit.status();
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  const auto rows =
      use_cases.sites.List(*call.principal, cursor->value_or(""), *limit, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_sites(),
      response.mutable_next_page_token(),
      [](const SiteInfo& row, v1::Site* out) { ToProto(row, out); },
      [](const SiteInfo& row) { return row.record.slug; });
  return absl::OkStatus();
}

absl::Status UpdateSite(const UseCases& use_cases, const CallContext& call,
                        const v1::UpdateSiteRequest& request, v1::UpdateSiteResponse& response) {
  absl::StatusOr<std::string> slug = AdministeredSite(call, "site.name", request.site().name());
  if (!slug.ok()) return slug.status();
  absl::StatusOr<Sites::UpdateRequest> input = SiteUpdateOf(request);
  if (!input.ok()) return input.status();
  input->slug = *slug;
  const auto site = use_cases.sites.Update(*call.principal, *std::move(input), call.deadline);
  if (site.ok()) ToProto(*site, response.mutable_site());
  return site.status();
}

absl::Status CreateRule(const UseCases& use_cases, const CallContext& call,
                        const v1::CreateRuleRequest& request, v1::CreateRuleResponse& response) {
  absl::StatusOr<std::string> slug = AdministeredSite(call, "parent", request.parent());
  if (!slug.ok()) return slug.status();
  validation::Violations violations;
  policy::Rule rule = FromProto(request.rule(), "rule.", violations);
  if (!violations.empty()) return InvalidFields(violations);
  Sites::RuleRequest input;
  input.site = *slug;
  input.kind = rule.kind;
  input.action = rule.action;
  input.pattern = std::move(rule.pattern);
  input.reason = std::move(rule.reason);
  input.log_only = rule.log_only;
  input.teaches = rule.teaches;
  input.expires_at = rule.expires_at;
  const auto made = use_cases.sites.CreateRule(*call.principal, std::move(input), call.deadline);
  if (made.ok()) ToProto(*slug, *made, response.mutable_rule());
  return made.status();
}

absl::Status ListRules(const UseCases& use_cases, const CallContext& call,
                       const v1::ListRulesRequest& request, v1::ListRulesResponse& response) {
  absl::StatusOr<std::string> slug = AdministeredSite(call, "parent", request.parent());
  if (!slug.ok()) return slug.status();
  const auto limit = PageSize(request.page_size(), kAdminPageStandard, kAdminPageMax);
  if (!limit.ok()) return limit.status();
  const auto before = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!before.ok()) return before.status();
  const auto rows =
      use_cases.sites.ListRules(*call.principal, *slug, *before, *limit, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_rules(),
      response.mutable_next_page_token(),
      [&](const auto& row, v1::Rule* out) { ToProto(*slug, row, out); },
      [](const auto& row) { return CursorWriter().Id(row.rule_id).Take(); });
  return absl::OkStatus();
}

absl::Status DeleteRule(const UseCases& use_cases, const CallContext& call,
                        const v1::DeleteRuleRequest& request) {
  const std::optional<UuidName> name = ParseUuidName(request.name(), "rules");
  if (!name) return BadName("name", request.name(), "sites/{site}/rules/{rule}");
  return use_cases.sites.DeleteRule(*call.principal, name->site, name->id, call.deadline);
}

absl::Status Test(const UseCases& use_cases, const CallContext& call,
                  const v1::TestPolicyRequest& request, v1::TestPolicyResponse& response) {
  absl::StatusOr<std::string> slug = AdministeredSite(call, "parent", request.parent());
  if (!slug.ok()) return slug.status();
  const auto count =
      PageSize(request.comment_count(), kTestedStandard, kTestedCommentsMax, "comment_count");
  if (!count.ok()) return count.status();
  validation::Violations violations;
  TestPolicy::Request input;
  input.site = *slug;
  input.comment_count = *count;
  if (request.has_rule()) input.rule = FromProto(request.rule(), "rule.", violations);
  if (request.has_policy()) input.policy = FromProto(request.policy(), "policy.", violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto result = use_cases.test_policy.Run(*call.principal, std::move(input), call.deadline);
  if (!result.ok()) return result.status();
  response.set_model_id(result->model_id);
  response.set_tested_count(result->tested_count);
  response.set_changed_count(result->changed_count);
  response.set_lost_count(result->lost_count);
  response.set_caught_count(result->caught_count);
  for (const TestPolicy::Change& change : result->changes) {
    v1::VerdictChange* out = response.add_changes();
    out->set_comment(CommentName(*slug, change.comment_id));
    out->set_present_verdict(ToProto(change.present));
    out->set_tested_verdict(ToProto(change.tested));
    for (const AssessmentReason& reason : change.reasons) {
      ToProto(*slug, reason, out->add_reasons());
    }
  }
  return absl::OkStatus();
}

}  // namespace

void AddSiteMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::CreateSiteRequest, v1::CreateSiteResponse>(use_cases, table, "AdminService.CreateSite",
                                                     CreateSite);
  Add<v1::GetSiteRequest, v1::GetSiteResponse>(use_cases, table, "AdminService.GetSite", GetSite);
  Add<v1::ListSitesRequest, v1::ListSitesResponse>(use_cases, table, "AdminService.ListSites",
                                                   ListSites);
  Add<v1::UpdateSiteRequest, v1::UpdateSiteResponse>(use_cases, table, "AdminService.UpdateSite",
                                                     UpdateSite);
  Add<v1::CreateRuleRequest, v1::CreateRuleResponse>(use_cases, table, "AdminService.CreateRule",
                                                     CreateRule);
  Add<v1::ListRulesRequest, v1::ListRulesResponse>(use_cases, table, "AdminService.ListRules",
                                                   ListRules);
  Add<v1::DeleteRuleRequest, v1::DeleteRuleResponse>(
      use_cases, table, "AdminService.DeleteRule",
      [](const UseCases& cases, const CallContext& call, const auto& request, auto&) {
        return DeleteRule(cases, call, request);
      });
  Add<v1::TestPolicyRequest, v1::TestPolicyResponse>(use_cases, table, "AdminService.TestPolicy",
                                                     Test);
}

}  // namespace replyguard::service::rpc
