// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/export.h"

#include <chrono>

#include "service/rpc/convert/account.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/moderation.h"
#include "service/rpc/convert/review.h"
#include "service/rpc/names/resource_names.h"
#include "service/usecases/comment_context.h"
#include "service/usecases/learn/exclusions.h"

namespace replyguard::service::rpc {
namespace {

using rpc::ToProto;  // those of convert/ beside the ones here

constexpr std::string_view kExternalSample = "x:";

v1::Label ToProto(storage::LabelClass label) {
  switch (label) {
    case storage::LabelClass::kNone:
      return v1::LABEL_NONE;
    case storage::LabelClass::kHam:
      return v1::LABEL_HAM;
    case storage::LabelClass::kSpam:
      return v1::LABEL_SPAM;
  }
  return v1::LABEL_UNSPECIFIED;
}

v1::LabelSource ToProto(storage::LabelSource source) {
  switch (source) {
    case storage::LabelSource::kHuman:
      return v1::LABEL_SOURCE_HUMAN;
    case storage::LabelSource::kImport:
      return v1::LABEL_SOURCE_IMPORT;
    case storage::LabelSource::kRule:
      return v1::LABEL_SOURCE_RULE;
    case storage::LabelSource::kSetting:
      return v1::LABEL_SOURCE_UNSPECIFIED;
  }
  return v1::LABEL_SOURCE_UNSPECIFIED;
}

void ToProto(std::string_view site, const storage::LabelStep& step, v1::LabelStep* out) {
  out->set_position(step.position);
  out->set_label(ToProto(step.label));
  out->set_source(ToProto(step.source));
  if (const auto rule = RuleExcluded(step.labelled_by)) {
    out->set_rule(RuleName(site, rule->rule_id));
  } else if (!step.labelled_by.empty()) {
    out->set_labelled_by(ActorNameOf(step.labelled_by));
  }
  out->set_weight(static_cast<v1::LabelWeight>(step.weight));
  ToProto(step.labelled_at, out->mutable_label_time());
  if (!step.import_id.empty()) out->set_import(ImportName(site, step.import_id));
}

void ToProto(std::string_view site, const storage::HeldBeside& beside, v1::HeldBeside* out) {
  for (const storage::Decision& one : beside.decisions) ToProto(site, one, out->add_decisions());
  for (const storage::CommentNote& one : beside.notes) ToProto(site, one, out->add_notes());
  for (const storage::HeldReport& one : beside.reports) {
    v1::HeldReport* report = out->add_reports();
    report->set_reason_code(one.reason_code);
    report->set_note(one.note);
    ToProto(one.reported_at, report->mutable_report_time());
  }
  out->set_escalation(beside.escalation);
  for (const storage::ExportedLabel& one : beside.labels) {
    rpc::ToProto(site, one, out->add_labels());
  }
  out->set_akismet_callback_url(beside.akismet_callback_url);
}

bool IsEmpty(const storage::HeldBeside& beside) {
  return beside.decisions.empty() && beside.notes.empty() && beside.reports.empty() &&
         beside.escalation.empty() && beside.labels.empty() && beside.akismet_callback_url.empty();
}

void EvidenceToProto(const std::string& user_agent, const std::string& language,
                     const std::string& context_json, v1::Evidence* out) {
  const CommentContext context = ContextFromJson(context_json);
  out->set_user_agent(user_agent);
  out->set_language(language);
  for (const std::string& one : context.site_languages) out->add_site_languages(one);
  if (context.fill_time) ToProto(*context.fill_time, out->mutable_fill_time());
  out->set_honeypot_filled(context.honeypot_filled);
  if (context.thread_age) {
    ToProto(std::chrono::milliseconds(*context.thread_age), out->mutable_thread_age());
  }
}

}  // namespace

void ToProto(std::string_view site, const storage::ExportedComment& comment,
             v1::ExportedComment* out) {
  const storage::CommentRecord& record = comment.comment;
  ToProtoWithoutAssessment(site, record, out->mutable_comment());
  ToProto(site, record.assessment, AssessmentDetails{},
          out->mutable_comment()->mutable_assessment());
  EvidenceToProto(record.user_agent, record.language, record.context_json, out->mutable_evidence());
  out->set_referrer(record.referrer);
  out->set_thread_uri(comment.thread_uri);
  if (comment.label) ToProto(site, *comment.label, out->mutable_label());
  if (!IsEmpty(comment.beside)) ToProto(site, comment.beside, out->mutable_beside());
  if (!comment.decision) return;
  ToProto(site, *comment.decision, out->mutable_decision());
  out->mutable_decision()->clear_note();
}

void ToProto(std::string_view site, const storage::ExportedLabel& label, v1::ExportedLabel* out) {
  std::string_view id = label.sample_id;
  if (id.substr(0, kExternalSample.size()) == kExternalSample) {
    id.remove_prefix(kExternalSample.size());
  }
  out->set_sample_id(std::string(id));
  ToProto(site, label.step, out->mutable_label());
  out->set_body(label.sample.body);
  out->set_author_name(label.sample.author_name);
  out->set_author_email_domain(label.sample.author_email_domain);
  out->set_author_url(label.sample.author_url);
  EvidenceToProto(label.sample.user_agent, label.sample.language, label.sample.context_json,
                  out->mutable_evidence());
}

void ToProto(std::string_view site, const storage::ImportSummary& import, v1::LabelImport* out) {
  out->set_name(ImportName(site, import.import_id));
  out->set_label_count(import.label_count);
  out->set_spam_count(import.in_force.spam_count);
  out->set_ham_count(import.in_force.ham_count);
  out->set_created_by(ActorNameOf(import.created_by));
  ToProto(import.first_at, out->mutable_first_label_time());
  ToProto(import.last_at, out->mutable_last_label_time());
}

}  // namespace replyguard::service::rpc
