// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/generation.h"

#include <optional>
#include <string_view>

#include "service/rpc/convert/account.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/calibration.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/names/resource_names.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/learn/base_info.h"
#include "service/usecases/learn/carried_over.h"
#include "service/usecases/learn/exclusions.h"

namespace replyguard::service::rpc {
namespace {

using rpc::ToProto;  // those of convert/ beside the ones here

constexpr std::string_view kCommentSample = "c:";
constexpr std::string_view kExternalSample = "x:";

v1::ModelActivation::Kind ToProto(storage::ActivationKind kind) {
  switch (kind) {
    case storage::ActivationKind::kFirst:
      return v1::ModelActivation::KIND_FIRST;
    case storage::ActivationKind::kActivated:
      return v1::ModelActivation::KIND_ACTIVATED;
    case storage::ActivationKind::kRolledBack:
      return v1::ModelActivation::KIND_ROLLED_BACK;
  }
  return v1::ModelActivation::KIND_UNSPECIFIED;
}

void ToProto(const Share& share, v1::ModelShare* out) {
  out->set_count(share.count);
  out->set_total_count(share.of);
  out->set_lower_bound(share.bounds.low);
  out->set_upper_bound(share.bounds.high);
}

void ToProto(const ModelFigures& figures, v1::ModelFigures* out) {
  out->set_generation(GenerationName(figures.generation));
  ToProto(figures.ham_lost, out->mutable_ham_lost());
  ToProto(figures.spam_missed, out->mutable_spam_missed());
  const Metrics& metrics = figures.metrics;
  out->set_one_minus_roca_pct(metrics.one_minus_roca_pct);
  out->set_error_pct(metrics.error_pct);
  out->set_calibration_error(metrics.ece);
  out->set_ham_misclassified_pct(metrics.ham_misclassified_pct);
  out->set_spam_misclassified_pct(metrics.spam_misclassified_pct);
  out->set_lam_pct(metrics.lam_pct);
  out->set_brier(metrics.brier);
  out->set_spam_caught_pct_at_0_1(metrics.spam_caught_pct_at_0_1);
  out->set_spam_caught_pct_at_0_5(metrics.spam_caught_pct_at_0_5);
  if (figures.weighted_count > 0) {
    ToProto(figures.weighted_ham_lost, figures.weighted_count, out->mutable_weighted_ham_lost());
  }
}

void ToProto(const SiteDirectory& sites, const ComparedChange& change,
             v1::ModelVerdictChange* out) {
  const std::string_view id = change.sample_id;
  const auto site = sites.FindById(change.site_id);
  const auto uuid = id.substr(0, kCommentSample.size()) == kCommentSample
                        ? storage::Uuid::FromHex(id.substr(kCommentSample.size()))
                        : std::nullopt;
  if (site != nullptr && uuid) {
    out->set_comment(CommentName(site->record.slug, *uuid));
  } else if (id.substr(0, kExternalSample.size()) == kExternalSample) {
    out->set_external_id(std::string(id.substr(kExternalSample.size())));
  }
  out->set_label(change.label == storage::LabelClass::kSpam ? v1::LABEL_SPAM : v1::LABEL_HAM);
  out->set_base_verdict(ToProto(change.base));
  out->set_candidate_verdict(ToProto(change.candidate));
}

void ToProto(const SiteDirectory& sites, const storage::Generation& generation,
             v1::ModelBase* out) {
  out->set_number(generation.base);
  const auto info = BaseInfoOf(generation.base_info);
  if (!info) return;
  out->set_checksum(info->checksum);
  out->set_size_bytes(info->size_bytes);
  out->set_spam_count(info->spam_count);
  out->set_ham_count(info->ham_count);
  out->set_learnt_position(info->learnt_position);
  for (const storage::SiteId id : info->sites) {
    const auto site = sites.FindById(id);
    if (site != nullptr) out->add_sites(SiteName(site->record.slug));
  }
}

}  // namespace

void AddExclusion(const SiteDirectory& sites, std::string_view exclusion,
                  const ExclusionNames& names) {
  if (const auto import = ImportOf(exclusion)) {
    const auto site = sites.FindById(import->site_id);
    if (site != nullptr) *names.imports->Add() = ImportName(site->record.slug, import->import_id);
  } else if (const auto rule = RuleExcluded(exclusion)) {
    const auto site = sites.FindById(rule->site_id);
    if (site != nullptr) *names.rules->Add() = RuleName(site->record.slug, rule->rule_id);
  } else if (PersonExcluded(exclusion)) {
    *names.people->Add() = exclusion;
  } else {
    *names.keys->Add() = ApiKeyName(exclusion);
  }
}

namespace {

void ToProto(const SiteDirectory& sites, const CarriedOver& carried,
             v1::CarriedOverExclusions* out) {
  out->set_generation(GenerationName(carried.generation));
  google::protobuf::RepeatedPtrField<std::string>* const names = out->mutable_names();
  for (const std::string& one : carried.excluded) {
    AddExclusion(sites, one, ExclusionNames{names, names, names, names});
  }
}

}  // namespace

void ToProto(const SiteDirectory& sites, const storage::Generation& generation, bool active,
             v1::ModelGeneration* out) {
  out->set_name(GenerationName(generation.number));
  out->set_active(active);
  for (const std::string& one : generation.excluded) {
    AddExclusion(sites, one, out);
  }
  if (const CarriedOver carried = CarriedOverOf(generation.report); carried.generation != 0) {
    ToProto(sites, carried, out->mutable_carried_over());
  }
  if (generation.base != 0) ToProto(sites, generation, out->mutable_base());
  out->set_note(generation.note);
  out->set_created_by(ActorNameOf(generation.created_by));
  ToProto(generation.created_at, out->mutable_create_time());
}

void ToProto(const storage::Activation& activation, v1::ModelActivation* out) {
  out->set_generation(GenerationName(activation.generation));
  out->set_kind(ToProto(activation.kind));
  out->set_forced(activation.forced);
  out->set_activated_by(ActorNameOf(activation.activated_by));
  ToProto(activation.activated_at, out->mutable_activate_time());
}

void ToProto(const SiteDirectory& sites, const Comparison& comparison, v1::ModelComparison* out) {
  ToProto(comparison.base, out->mutable_base());
  ToProto(comparison.candidate, out->mutable_candidate());
  out->set_position(comparison.position);
  out->set_label_count(comparison.label_count);
  out->set_held_out_count(comparison.held_out_count);
  out->set_held_out_spam_count(comparison.held_out_spam_count);
  out->set_excluded_count(comparison.excluded_count);
  out->set_changed_count(comparison.changed_count);
  for (const ComparedChange& change : comparison.changes) {
    ToProto(sites, change, out->add_changes());
  }
}

void ToProto(const ModelEvaluation& evaluation, v1::ModelEvaluation* out) {
  ToProto(evaluation.figures, out->mutable_figures());
  out->set_position(evaluation.position);
  out->set_label_count(evaluation.label_count);
  out->set_held_out_count(evaluation.held_out_count);
  out->set_held_out_spam_count(evaluation.held_out_spam_count);
}

void ToProto(const Generations::Refusal& refusal, v1::ModelRefusal* out) {
  ToProto(refusal.comparison.base, out->mutable_base());
  ToProto(refusal.comparison.candidate, out->mutable_candidate());
  out->set_attempted_by(ActorNameOf(refusal.record.attempted_by));
  ToProto(refusal.record.attempted_at, out->mutable_attempt_time());
}

}  // namespace replyguard::service::rpc
