// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/admin.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/backtest.h"
#include "service/usecases/authorize.h"

namespace replyguard::service::rpc {
namespace {

using rpc::ToProto;  // those of convert/ beside the ones here

constexpr std::int32_t kDaysStandard = 30;
constexpr std::int32_t kExamplesStandard = 10;

v1::BacktestLabel ToProto(BacktestLabel label) {
  switch (label) {
    case BacktestLabel::kGood:
      return v1::BACKTEST_LABEL_GOOD;
    case BacktestLabel::kSpam:
      return v1::BACKTEST_LABEL_SPAM;
    case BacktestLabel::kUndecided:
      break;
  }
  return v1::BACKTEST_LABEL_UNDECIDED;
}

void Add(BacktestLabel label, storage::Verdict verdict, std::int64_t count,
         v1::BacktestTable* table) {
  v1::BacktestTally* tally = label == BacktestLabel::kGood   ? table->mutable_good()
                             : label == BacktestLabel::kSpam ? table->mutable_spam()
                                                             : table->mutable_undecided();
  switch (verdict) {
    case storage::Verdict::kApprove:
      tally->set_approve_count(tally->approve_count() + count);
      break;
    case storage::Verdict::kHold:
      tally->set_hold_count(tally->hold_count() + count);
      break;
    case storage::Verdict::kSpam:
      tally->set_spam_count(tally->spam_count() + count);
      break;
  }
}

void ToProto(std::string_view site, const Backtest::Example& example, v1::BacktestExample* out) {
  out->set_comment(CommentName(site, example.comment_id));
  out->set_excerpt(example.excerpt);
  if (example.recorded_probability) out->set_recorded_probability(*example.recorded_probability);
  if (example.probability) out->set_probability(*example.probability);
  ToProto(example.submitted_at, out->mutable_submit_time());
}

void ToProto(std::string_view site, const Backtest::RuleHits& hits, v1::BacktestRuleHits* out) {
  out->set_hit_count(hits.good_count + hits.spam_count + hits.undecided_count);
  out->set_good_count(hits.good_count);
  out->set_spam_count(hits.spam_count);
  out->set_undecided_count(hits.undecided_count);
  out->set_unknown_count(hits.unknown_count);
  for (const auto& example : hits.examples) ToProto(site, example, out->add_examples());
}

void ToProto(std::string_view site, const Backtest::Result& result, v1::BacktestResponse& out) {
  out.set_comment_count(result.comment_count);
  out.set_cut(result.cut);
  if (result.from) ToProto(*result.from, out.mutable_from_time());
  out.set_stopped(result.stopped);
  if (result.until) ToProto(*result.until, out.mutable_until_time());
  out.set_model_id(result.model_id);
  std::int64_t changed = 0, effect = 0;
  for (v1::BacktestTable* table :
       {out.mutable_recorded(), out.mutable_present(), out.mutable_tested()}) {
    table->mutable_good();
    table->mutable_spam();
    table->mutable_undecided();
  }
  for (const Backtest::Kind& kind : result.kinds) {
    Add(kind.label, kind.recorded, kind.count, out.mutable_recorded());
    Add(kind.label, kind.present, kind.count, out.mutable_present());
    Add(kind.label, kind.tested, kind.count, out.mutable_tested());
    if (kind.recorded != kind.tested) changed += kind.count;
    if (kind.present != kind.tested) effect += kind.count;
    v1::BacktestKind* one = out.add_kinds();
    one->set_label(ToProto(kind.label));
    one->set_recorded_verdict(ToProto(kind.recorded));
    one->set_present_verdict(ToProto(kind.present));
    one->set_verdict(ToProto(kind.tested));
    one->set_count(kind.count);
    for (const auto& example : kind.examples) ToProto(site, example, one->add_examples());
  }
  out.set_changed_count(changed);
  out.set_effect_count(effect);
  if (result.rule_hits) ToProto(site, *result.rule_hits, out.mutable_rule_hits());
}

absl::Status Run(const UseCases& use_cases, const CallContext& call,
                 const v1::BacktestRequest& request, v1::BacktestResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  if (auto may = Authorize(*call.principal, Permission::kTrain, *site); !may.ok()) return may;
  Backtest::Request input;
  input.site = *site;
  input.days = request.days() == 0 ? kDaysStandard : request.days();
  const auto comments = PageSize(request.comment_count_max(), kBacktestCommentsMax,
                                 kBacktestCommentsMax, "comment_count_max");
  if (!comments.ok()) return comments.status();
  input.comment_count = *comments;
  const auto examples = PageSize(request.example_count_max(), kExamplesStandard,
                                 kBacktestExamplesMax, "example_count_max");
  if (!examples.ok()) return examples.status();
  input.example_count = *examples;
  if (!request.generation().empty()) {
    input.generation = ParseGenerationName(request.generation());
    if (!input.generation) {
      return BadName("generation", request.generation(), "modelGenerations/{number}");
    }
  }
  validation::Violations violations;
  if (request.has_policy()) input.policy = FromProto(request.policy(), "policy.", violations);
  if (request.has_rule()) input.rule = FromProto(request.rule(), "rule.", violations);
  if (!violations.empty()) return InvalidFields(violations);
  input.cancelled = call.cancelled;
  const auto result = use_cases.backtest.Run(*call.principal, std::move(input), call.deadline);
  if (!result.ok()) return result.status();
  ToProto(*site, *result, response);
  return absl::OkStatus();
}

}  // namespace

void AddBacktestMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::BacktestRequest, v1::BacktestResponse>(
      "ModelService.Backtest",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Run(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
