// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/comparison.h"

#include <nlohmann/json.hpp>

namespace replyguard::service {
namespace {

using Json = nlohmann::json;

Json ToJson(const Share& share) {
  return {{"count", share.count},
          {"of", share.of},
          {"low", share.bounds.low},
          {"high", share.bounds.high}};
}

Json ToJson(const ModelFigures& figures) {
  return {{"generation", figures.generation},
          {"ham_lost", ToJson(figures.ham_lost)},
          {"spam_missed", ToJson(figures.spam_missed)},
          {"one_minus_roca_pct", figures.metrics.one_minus_roca_pct},
          {"error_pct", figures.metrics.error_pct},
          {"ece", figures.metrics.ece},
          {"ham_misclassified_pct", figures.metrics.ham_misclassified_pct},
          {"spam_misclassified_pct", figures.metrics.spam_misclassified_pct},
          {"lam_pct", figures.metrics.lam_pct},
          {"brier", figures.metrics.brier},
          {"spam_caught_pct_at_0_1", figures.metrics.spam_caught_pct_at_0_1},
          {"spam_caught_pct_at_0_5", figures.metrics.spam_caught_pct_at_0_5},
          {"weighted_ham_lost",
           {{"share", figures.weighted_ham_lost.share},
            {"upper", figures.weighted_ham_lost.upper},
            {"effective", figures.weighted_ham_lost.effective},
            {"count", figures.weighted_count}}}};
}

Share ShareOf(const Json& json) {
  Share share;
  share.count = json.at("count");
  share.of = json.at("of");
  share.bounds.low = json.at("low");
  share.bounds.high = json.at("high");
  return share;
}

ModelFigures FiguresOf(const Json& json) {
  ModelFigures figures;
  figures.generation = json.at("generation");
  figures.ham_lost = ShareOf(json.at("ham_lost"));
  figures.spam_missed = ShareOf(json.at("spam_missed"));
  Metrics& metrics = figures.metrics;
  metrics.one_minus_roca_pct = json.at("one_minus_roca_pct");
  metrics.error_pct = json.at("error_pct");
  metrics.ece = json.at("ece");
  // Reports of older programs have none of these.
  metrics.ham_misclassified_pct = json.value("ham_misclassified_pct", 0.0);
  metrics.spam_misclassified_pct = json.value("spam_misclassified_pct", 0.0);
  metrics.lam_pct = json.value("lam_pct", 0.0);
  metrics.brier = json.value("brier", 0.0);
  metrics.spam_caught_pct_at_0_1 = json.value("spam_caught_pct_at_0_1", 0.0);
  metrics.spam_caught_pct_at_0_5 = json.value("spam_caught_pct_at_0_5", 0.0);
  // Reports of older programs have none.
  if (const auto weighted = json.find("weighted_ham_lost"); weighted != json.end()) {
    figures.weighted_ham_lost.share = weighted->at("share");
    figures.weighted_ham_lost.upper = weighted->at("upper");
    figures.weighted_ham_lost.effective = weighted->at("effective");
    figures.weighted_count = weighted->at("count");
  }
  return figures;
}

Comparison ComparisonOf(const Json& json) {
  Comparison out;
  out.base = FiguresOf(json.at("base"));
  out.candidate = FiguresOf(json.at("candidate"));
  out.position = json.at("position");
  out.label_count = json.at("label_count");
  out.held_out_count = json.at("held_out_count");
  out.held_out_spam_count = json.at("held_out_spam_count");
  out.excluded_count = json.at("excluded_count");
  out.changed_count = json.at("changed_count");
  for (const Json& item : json.at("changes")) {
    ComparedChange change;
    change.site_id = item.at("site");
    change.sample_id = item.at("sample");
    change.label = static_cast<storage::LabelClass>(item.at("label").get<int>());
    change.base = static_cast<storage::Verdict>(item.at("base").get<int>());
    change.candidate = static_cast<storage::Verdict>(item.at("candidate").get<int>());
    out.changes.push_back(std::move(change));
  }
  return out;
}

}  // namespace

std::string EvaluationToJson(const ModelEvaluation& evaluation) {
  return Json{{"figures", ToJson(evaluation.figures)},
              {"position", evaluation.position},
              {"label_count", evaluation.label_count},
              {"held_out_count", evaluation.held_out_count},
              {"held_out_spam_count", evaluation.held_out_spam_count}}
      .dump();
}

absl::StatusOr<ModelEvaluation> EvaluationFromJson(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    ModelEvaluation out;
    out.figures = FiguresOf(json.at("figures"));
    out.position = json.at("position");
    out.label_count = json.at("label_count");
    out.held_out_count = json.at("held_out_count");
    out.held_out_spam_count = json.at("held_out_spam_count");
    return out;
  } catch (const Json::exception&) {
    return absl::DataLossError("not an evaluation");
  }
}

std::string ComparisonToJson(const Comparison& comparison) {
  Json changes = Json::array();
  for (const ComparedChange& change : comparison.changes) {
    changes.push_back({{"site", change.site_id},
                       {"sample", change.sample_id},
                       {"label", static_cast<int>(change.label)},
                       {"base", static_cast<int>(change.base)},
                       {"candidate", static_cast<int>(change.candidate)}});
  }
  return Json{{"base", ToJson(comparison.base)},
              {"candidate", ToJson(comparison.candidate)},
              {"position", comparison.position},
              {"label_count", comparison.label_count},
              {"held_out_count", comparison.held_out_count},
              {"held_out_spam_count", comparison.held_out_spam_count},
              {"excluded_count", comparison.excluded_count},
              {"changed_count", comparison.changed_count},
              {"changes", std::move(changes)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<Comparison> ComparisonFromJson(std::string_view json) {
  try {
    return ComparisonOf(Json::parse(json));
  } catch (const Json::exception&) {
    return absl::DataLossError("not a comparison");
  }
}

}  // namespace replyguard::service
