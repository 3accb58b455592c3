// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/export_row.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "service/cli/client/names.h"
#include "service/cli/output/json.h"
#include "service/import/csv_escape.h"

namespace replyguard::service::cli {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::string_view kLineEnd = "\r\n";
// What the id of a comment begins with, in exports and in the label log.
constexpr const char* kCommentId = "c:";

// The short name of an enum's value: LABEL_SPAM is spam.
std::string Lower(std::string_view name, std::string_view prefix) {
  if (name.substr(0, prefix.size()) == prefix) name.remove_prefix(prefix.size());
  return absl::AsciiStrToLower(absl::string_view(name.data(), name.size()));
}

class RowBuilder {
 public:
  RowBuilder& Text(const char* name, std::string text) {
    if (!text.empty()) row_.push_back({name, std::move(text)});
    return *this;
  }
  // The same in JSON and in a table.
  RowBuilder& Bare(const char* name, const std::string& value) {
    row_.push_back({name, value, value});
    return *this;
  }
  RowBuilder& Time(const char* name, const google::protobuf::Timestamp& time) {
    return Text(name, TimeUtil::ToString(time));
  }
  RowBuilder& Evidence(const v1::Evidence& evidence) {
    Text("user_agent", evidence.user_agent()).Text("language", evidence.language());
    if (evidence.site_languages_size() > 0) {
      row_.push_back({"site_languages", absl::StrJoin(evidence.site_languages(), " "),
                      nlohmann::json(std::vector<std::string>(evidence.site_languages().begin(),
                                                              evidence.site_languages().end()))
                          .dump()});
    }
    if (evidence.has_fill_time()) {
      Bare("form_time_ms", absl::StrCat(TimeUtil::DurationToMilliseconds(evidence.fill_time())));
    }
    if (evidence.honeypot_filled()) Bare("honeypot_filled", "true");
    if (evidence.has_thread_age()) {
      Bare("thread_age_seconds", absl::StrCat(TimeUtil::DurationToSeconds(evidence.thread_age())));
    }
    return *this;
  }
  RowBuilder& Label(const v1::LabelStep& step) {
    Text("label", Lower(v1::Label_Name(step.label()), "LABEL_"));
    Text("label_source", Lower(v1::LabelSource_Name(step.source()), "LABEL_SOURCE_"));
    Text("labelled_by", ActorText(step.rule().empty() ? step.labelled_by() : step.rule()));
    Time("labelled_at", step.label_time());
    Text("import", std::string(LastPart(step.import())));
    return Bare("label_weight", absl::StrCat(std::max<int>(1, step.weight())));
  }
  ExportRow Take() { return std::move(row_); }

 private:
  ExportRow row_;
};

std::string StatusText(v1::CommentStatus status) {
  if (status == v1::COMMENT_STATUS_TRASHED) return "removed";
  return Lower(v1::CommentStatus_Name(status), "COMMENT_STATUS_");
}

std::string IdOf(const std::string& comment_name) {
  return comment_name.empty() ? "" : absl::StrCat(kCommentId, std::string(LastPart(comment_name)));
}

void AddDecision(const v1::Decision& decision, RowBuilder& row) {
  row.Text("decision", Lower(v1::DecisionAction_Name(decision.action()), "DECISION_ACTION_"))
      .Text("decided_by", decision.actor_key_id())
      .Time("decided_at", decision.create_time())
      .Text("reason_code", decision.reason_code());
}

void AppendCell(std::string& record, std::string_view text) {
  const std::string cell = importing::EscapeFormulae(text);
  absl::StrAppend(&record, record.empty() ? "" : ",", "\"",
                  absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

}  // namespace

ExportRow RowOf(const v1::ExportedComment& exported) {
  const v1::Comment& comment = exported.comment();
  RowBuilder row;
  row.Text("id", IdOf(comment.name()))
      .Text("thread", std::string(LastPart(comment.thread())))
      .Text("thread_url", exported.thread_uri())
      .Text("parent_id", IdOf(comment.parent_comment()))
      .Text("author_name", comment.author().display_name())
      .Text("author_email", comment.author().masked_email())
      .Text("author_url", comment.author().url())
      .Text("text", comment.body())
      .Text("referrer", exported.referrer())
      .Evidence(exported.evidence())
      .Time("submitted_at", comment.submit_time());
  if (comment.has_edit_time()) row.Time("edited_at", comment.edit_time());
  row.Text("status", StatusText(comment.status()))
      .Text("status_source",
            Lower(v1::StatusSource_Name(comment.status_source()), "STATUS_SOURCE_"));
  // Said even when it is none: an approved comment would be taken for a good one otherwise.
  if (exported.has_label()) {
    row.Label(exported.label());
  } else {
    row.Text("label", "none");
  }
  if (exported.has_decision()) AddDecision(exported.decision(), row);
  const v1::Assessment& assessment = comment.assessment();
  row.Text("verdict", Lower(v1::Verdict_Name(assessment.verdict()), "VERDICT_"));
  if (assessment.has_probability()) {
    row.Bare("probability", nlohmann::json(assessment.probability()).dump());
  }
  row.Text("model_version", assessment.model_id());
  return row.Take();
}

ExportRow RowOf(const v1::ExportedLabel& label) {
  RowBuilder row;
  row.Text("id", label.sample_id()).Text("author_name", label.author_name());
  // The form of a masked address whose first letter is not known: it masks to itself.
  if (!label.author_email_domain().empty()) {
    row.Text("author_email", "***@" + label.author_email_domain());
  }
  row.Text("author_url", label.author_url())
      .Text("text", label.body())
      .Evidence(label.evidence())
      .Label(label.label());
  return row.Take();
}

const std::vector<std::string>& CommentColumns() {
  static const std::vector<std::string> kColumns = {
      "id",           "thread",         "thread_url",   "parent_id",       "author_name",
      "author_email", "author_url",     "text",         "referrer",        "user_agent",
      "language",     "site_languages", "form_time_ms", "honeypot_filled", "thread_age_seconds",
      "submitted_at", "edited_at",      "status",       "status_source",   "label",
      "label_source", "labelled_by",    "labelled_at",  "import",          "label_weight",
      "decision",     "decided_by",     "decided_at",   "reason_code",     "verdict",
      "probability",  "model_version"};
  return kColumns;
}

const std::vector<std::string>& LabelColumns() {
  static const std::vector<std::string> kColumns = {
      "id",           "author_name",     "author_email",       "author_url",
      "text",         "user_agent",      "language",           "site_languages",
      "form_time_ms", "honeypot_filled", "thread_age_seconds", "label",
      "label_source", "labelled_by",     "labelled_at",        "import",
      "label_weight"};
  return kColumns;
}

std::string JsonLineOf(const ExportRow& row) {
  std::string line;
  for (const ExportCell& cell : row) {
    absl::StrAppend(&line, line.empty() ? "" : ",", JsonString(cell.name), ":",
                    cell.json.empty() ? JsonString(cell.text) : cell.json);
  }
  return absl::StrCat("{", line, "}");
}

std::string CsvHead(const std::vector<std::string>& columns) {
  return absl::StrCat(absl::StrJoin(columns, ","), ",", std::string(importing::kEscapedColumn),
                      std::string(kLineEnd));
}

std::string CsvRecordOf(const ExportRow& row, const std::vector<std::string>& columns) {
  std::string record;
  auto cell = row.begin();
  for (const std::string& column : columns) {
    const bool has = cell != row.end() && cell->name == column;
    AppendCell(record, has ? std::string_view(cell->text) : std::string_view());
    if (has) ++cell;
  }
  return absl::StrCat(record, ",", std::string(kLineEnd));
}

}  // namespace replyguard::service::cli
