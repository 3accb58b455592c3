// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "replyguard/v1/moderation_service.pb.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/review.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/authorize.h"
#include "service/usecases/review/search.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kSearchPageStandard = 25;
constexpr std::int32_t kHistoryStandard = 5;
constexpr std::int32_t kCampaignPageStandard = 20;

absl::Status Find(const UseCases& use_cases, const CallContext& call,
                  const v1::SearchCommentsRequest& request, v1::SearchCommentsResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kReview);
  if (!may.ok()) return may;
  auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  Search::Request input;
  input.site = *std::move(site);
  const auto limit = PageSize(request.page_size(), kSearchPageStandard, storage::kSearchPageMax);
  if (!limit.ok()) return limit.status();
  input.limit = *limit;
  validation::Violations violations;
  input.filter = FromProto(request.filter(), violations);
  input.statuses = StatusesFromProto(request.statuses(), violations);
  input.sites = SitesFromProto(request.sites(), "sites", violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto cursor = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  input.before = *cursor;
  const auto page = use_cases.search.Run(*call.principal, input, call.deadline);
  if (!page.ok()) return page.status();
  std::size_t bytes = 0;
  std::optional<storage::CommentId> next = page->next;
  for (const SiteComment& row : page->comments) {
    v1::Comment* comment = response.add_comments();
    ToProto(row.site, row.comment, comment);
    bytes += comment->ByteSizeLong();
    if (bytes <= kAnswerBytesMax) continue;
    next = row.comment.comment_id;
    break;
  }
  if (next) {
    response.set_next_page_token(
        use_cases.tokens.Seal(*call.principal, request, CursorWriter().Id(*next).Take()));
  }
  return absl::OkStatus();
}

absl::Status History(const UseCases& use_cases, const CallContext& call,
                     const v1::GetAuthorHistoryRequest& request,
                     v1::GetAuthorHistoryResponse& response) {
  const auto name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto count =
      PageSize(request.comment_count(), kHistoryStandard, kHistoryCommentsMax, "comment_count");
  if (!count.ok()) return count.status();
  const auto history =
      use_cases.search.History(*call.principal, name->site, name->id, *count, call.deadline);
  if (history.ok()) ToProto(name->site, *history, response.mutable_history());
  return history.status();
}

absl::Status GetCampaign(const UseCases& use_cases, const CallContext& call,
                         const v1::GetCampaignRequest& request, v1::GetCampaignResponse& response) {
  const auto name = ParseUuidName(request.name(), "campaigns");
  if (!name) return BadName("name", request.name(), "sites/{site}/campaigns/{comment}");
  const auto campaign =
      use_cases.search.GetCampaign(*call.principal, name->site, name->id, call.deadline);
  if (campaign.ok()) ToProto(name->site, *campaign, response.mutable_campaign());
  return campaign.status();
}

absl::Status ListCampaigns(const UseCases& use_cases, const CallContext& call,
                           const v1::ListCampaignsRequest& request,
                           v1::ListCampaignsResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto limit = PageSize(request.page_size(), kCampaignPageStandard, kCampaignPageMax);
  if (!limit.ok()) return limit.status();
  const std::int32_t least = request.waiting_count_min() == 0 ? 2 : request.waiting_count_min();
  const auto campaigns =
      use_cases.search.ListCampaigns(*call.principal, *site, *limit, least, call.deadline);
  if (!campaigns.ok()) return campaigns.status();
  std::size_t bytes = 0;
  for (const WaitingCampaign& row : *campaigns) {
    v1::WaitingCampaign* campaign = response.add_campaigns();
    campaign->set_name(CampaignName(*site, row.comment_id));
    campaign->set_waiting_count(row.waiting_count);
    ToProto(*site, row.newest, campaign->mutable_newest_comment());
    bytes += campaign->ByteSizeLong();
    if (bytes > kAnswerBytesMax) break;
  }
  return absl::OkStatus();
}

}  // namespace

void AddSearchMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::SearchCommentsRequest, v1::SearchCommentsResponse>(
      use_cases, table, "ModerationService.SearchComments", Find);
  Add<v1::GetAuthorHistoryRequest, v1::GetAuthorHistoryResponse>(
      use_cases, table, "ModerationService.GetAuthorHistory", History);
  Add<v1::GetCampaignRequest, v1::GetCampaignResponse>(
      use_cases, table, "ModerationService.GetCampaign", GetCampaign);
  Add<v1::ListCampaignsRequest, v1::ListCampaignsResponse>(
      use_cases, table, "ModerationService.ListCampaigns", ListCampaigns);
}

}  // namespace replyguard::service::rpc
