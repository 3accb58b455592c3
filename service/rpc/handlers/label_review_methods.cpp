// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "replyguard/v1/label_review.pb.h"
#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/account.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/handlers/excluded_names.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"
#include "service/usecases/learn/exclusions.h"
#include "service/usecases/learn/label_doctor.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kLabelsStandard = 5'000;
constexpr std::int32_t kLabelsMax = 20'000;
constexpr std::int32_t kProblemsStandard = 100;
constexpr std::int32_t kProblemsMax = 500;
constexpr int kSourcesMax = 500;
constexpr std::string_view kCommentSample = "c:";
constexpr std::string_view kExternalSample = "x:";

static_assert(kLabelsMax == kReviewedLabelsMax);

void ToProto(std::string_view site, const storage::LabelEntry& entry, v1::ReviewedLabel* out) {
  const std::string_view id = entry.sample_id;
  if (id.substr(0, kExternalSample.size()) == kExternalSample) {
    out->set_external_id(std::string(id.substr(kExternalSample.size())));
  } else if (const auto uuid =
                 storage::Uuid::FromHex(id.substr(std::min(kCommentSample.size(), id.size())))) {
    out->set_comment(CommentName(site, *uuid));
  }
  out->set_spam(entry.new_state->label == storage::LabelClass::kSpam);
  if (const auto rule = RuleExcluded(entry.labelled_by)) {
    out->set_rule(RuleName(site, rule->rule_id));
  } else {
    out->set_labelled_by(ActorNameOf(entry.labelled_by));
  }
  if (!entry.import_id.empty()) out->set_import(ImportName(site, entry.import_id));
  rpc::ToProto(entry.labelled_at, out->mutable_label_time());
  out->set_excerpt(entry.new_state->sample.body);
}

void ToProto(const Share& share, v1::LabelShare* out) {
  out->set_count(share.count);
  out->set_total_count(share.of);
  out->set_lower_bound(share.bounds.low);
  out->set_upper_bound(share.bounds.high);
}

// Of a review of one site.
std::string SourceName(std::string_view site, const std::string& source) {
  if (const auto rule = RuleExcluded(source)) return RuleName(site, rule->rule_id);
  if (const auto import = ImportOf(source)) return ImportName(site, import->import_id);
  return ActorNameOf(source);
}

void ToProto(std::string_view site, const SourceReview& source, v1::LabelSourceReview* out) {
  out->set_source(SourceName(site, source.source));
  out->set_label_count(source.label_count);
  out->set_spam_count(source.spam_count);
  out->set_suspicious(source.suspicious);
  ToProto(source.contradicted, out->mutable_contradicted());
  ToProto(source.others_contradicted, out->mutable_others_contradicted());
  ToProto(source.outvoted, out->mutable_outvoted());
  ToProto(source.others_outvoted, out->mutable_others_outvoted());
}

void ToProto(std::string_view site, const LabelDoctor::Result& result,
             v1::ReviewLabelsResponse* out) {
  const LabelReview& review = result.review;
  out->set_label_count(review.label_count);
  out->set_spam_count(review.spam_count);
  out->set_more_labels(result.more_labels);
  out->set_position(result.position);
  out->set_capped_count(result.capped_count);
  out->set_trained(review.trained);
  out->set_contradiction_count(review.contradiction_count);
  out->set_confident_count(review.confident_count);
  out->set_conflict_count(review.conflict_count);
  out->set_spam_self_confidence(review.spam_threshold);
  out->set_ham_self_confidence(review.ham_threshold);
  for (const SourceReview& source : review.sources) {
    if (out->sources_size() == kSourcesMax) break;
    ToProto(site, source, out->add_sources());
  }
  for (const Contradiction& one : review.contradictions) {
    if (out->ByteSizeLong() > kAnswerBytesMax) return;
    v1::LabelContradiction* row = out->add_contradictions();
    ToProto(site, result.labels[one.index], row->mutable_label());
    row->set_log_odds_against(classifier::Nats(one.against));
    row->set_confident(one.confident);
    for (const AssessmentReason& reason : one.reasons) {
      rpc::ToProto(site, reason, row->add_reasons());
    }
  }
  for (const LabelConflict& one : review.conflicts) {
    if (out->ByteSizeLong() > kAnswerBytesMax) return;
    v1::LabelConflict* row = out->add_conflicts();
    row->set_same_text(one.same);
    row->set_spam_count(one.spam_count);
    row->set_ham_count(one.ham_count);
    for (const std::size_t i : one.indexes) ToProto(site, result.labels[i], row->add_labels());
  }
}

// But for how many.
absl::StatusOr<LabelDoctor::Page> PageOf(const UseCases& use_cases, const CallContext& call,
                                         const v1::ReviewLabelsRequest& request) {
  LabelDoctor::Page page;
  auto excluded = ExcludedOf(use_cases, call, request);
  if (!excluded.ok()) return excluded.status();
  page.excluded = *std::move(excluded);
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  if (*cursor) {
    CursorReader reader(**cursor);
    page.as_of = reader.Number();
    page.before = reader.Number();
    if (!reader.ok()) return BadPageToken();
  }
  return page;
}

absl::Status Review(const UseCases& use_cases, const CallContext& call,
                    const v1::ReviewLabelsRequest& request, v1::ReviewLabelsResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto labels =
      PageSize(request.label_count_max(), kLabelsStandard, kLabelsMax, "label_count_max");
  if (!labels.ok()) return labels.status();
  const auto problems =
      PageSize(request.problem_count_max(), kProblemsStandard, kProblemsMax, "problem_count_max");
  if (!problems.ok()) return problems.status();
  auto page = PageOf(use_cases, call, request);
  if (!page.ok()) return page.status();
  page->label_count = *labels;
  const auto result =
      use_cases.label_doctor.Review(*call.principal, *site, *page, *problems, call.deadline);
  if (!result.ok()) return result.status();
  ToProto(*site, *result, &response);
  if (result->more_labels && !result->labels.empty()) {
    response.set_next_page_token(use_cases.tokens.Seal(
        *call.principal, request,
        CursorWriter().Number(result->position).Number(result->labels.front().position).Take()));
  }
  return absl::OkStatus();
}

}  // namespace

void AddLabelReviewMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::ReviewLabelsRequest, v1::ReviewLabelsResponse>(
      "ModelService.ReviewLabels",
      [use_cases](const CallContext& call, const v1::ReviewLabelsRequest& request,
                  v1::ReviewLabelsResponse& response) {
        return Review(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
