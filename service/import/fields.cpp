// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/fields.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

using storage::LabelClass;
using storage::SecretText;

using Draft = RowDraft;
using Setter = std::function<void(Draft&, std::string_view)>;

Setter Into(std::string storage::Submission::*field) {
  return [field](Draft& draft, std::string_view value) {
    std::string& text = draft.row.submission.*field;
    if (text.empty()) text.assign(value);
  };
}

Setter Into(SecretText storage::Submission::*field) {
  return [field](Draft& draft, std::string_view value) {
    SecretText& text = draft.row.submission.*field;
    if (text.empty()) text = SecretText(value);
  };
}

void SetId(Draft& draft, std::string_view value) {
  if (draft.row.id.empty()) draft.row.id.assign(value);
}

// As people type it.
std::string ClassName(std::string_view value) {
  return absl::AsciiStrToLower(
      absl::StripAsciiWhitespace(absl::string_view(value.data(), value.size())));
}

void SetLabel(Draft& draft, std::string_view value) { draft.label = ClassName(value); }

void SetStatus(Draft& draft, std::string_view value) { draft.status = ClassName(value); }

std::optional<std::int64_t> WholeOf(std::string_view value) {
  std::int64_t number = 0;
  const bool whole = absl::SimpleAtoi(absl::string_view(value.data(), value.size()), &number);
  return whole ? std::optional(number) : std::nullopt;
}

void SetFormTime(Draft& draft, std::string_view value) {
  if (const auto number = WholeOf(value)) {
    draft.row.submission.form_fill_time = std::chrono::milliseconds(*number);
  }
}

// So long a time before the comment as no article is old, but which no clock overflows at.
constexpr std::int64_t kThreadAgeSecondsMax = std::int64_t{100} * 366 * 24 * 3600;

void SetThreadAge(Draft& draft, std::string_view value) {
  const auto number = WholeOf(value);
  if (number && std::abs(*number) <= kThreadAgeSecondsMax) {
    draft.thread_age = std::chrono::seconds(*number);
  }
}

void SetHoneypot(Draft& draft, std::string_view value) {
  if (value == "true") draft.row.submission.honeypot = "filled";
}

void SetSubmitTime(Draft& draft, std::string_view value) {
  if (!draft.row.submission.submit_time) draft.row.submission.submit_time = TimeOf(value);
}

void SetLabelTime(Draft& draft, std::string_view value) { draft.labelled_at = TimeOf(value); }

const std::map<std::string_view, Setter>& Fields() {
  using S = storage::Submission;
  static const std::map<std::string_view, Setter> kFields = {
      {"external_id", SetId},
      {"id", SetId},
      {"author_name", Into(&S::author_name)},
      {"author", Into(&S::author_name)},
      {"name", Into(&S::author_name)},
      {"author_email", Into(&S::author_email)},
      {"email", Into(&S::author_email)},
      {"author_url", Into(&S::author_url)},
      {"website", Into(&S::author_url)},
      {"url", Into(&S::author_url)},
      {"text", Into(&S::body)},
      {"content", Into(&S::body)},
      {"body", Into(&S::body)},
      {"comment", Into(&S::body)},
      {"message", Into(&S::body)},
      {"author_ip", Into(&S::author_ip)},
      {"ip", Into(&S::author_ip)},
      {"user_agent", Into(&S::user_agent)},
      {"referrer", Into(&S::referrer)},
      {"language", Into(&S::language)},
      {"thread_url", Into(&S::thread_uri)},
      {"form_time_ms", SetFormTime},
      {"thread_age_seconds", SetThreadAge},
      {"honeypot_filled", SetHoneypot},
      {"submitted_at", SetSubmitTime},
      {"created_at", SetSubmitTime},
      {"labelled_at", SetLabelTime},
      {"label", SetLabel},
      {"class", SetLabel},
      {"status", SetStatus}};
  return kFields;
}

LabelClass LabelOf(const std::string& label, const std::string& status) {
  if (label == "spam") return LabelClass::kSpam;
  if (label == "ham") return LabelClass::kHam;
  if (!label.empty()) return LabelClass::kNone;  // "none", or Build skips it
  if (status == "spam") return LabelClass::kSpam;
  return status == "approved" ? LabelClass::kHam : LabelClass::kNone;
}

}  // namespace

bool IsField(std::string_view name) { return Fields().contains(name); }

bool IsTextField(std::string_view name) {
  return name == "text" || name == "content" || name == "body" || name == "comment" ||
         name == "message";
}

void NoteUnread(std::string_view name, std::set<std::string>& unread) {
  constexpr std::size_t kNameBytesMax = 40;
  const bool plain = !name.empty() && name.size() <= kNameBytesMax &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
                              c == '-' || c == ' ';
                     });
  if (plain && unread.size() < kUnreadNamesMax) unread.emplace(name);
}

void RowBuilder::Set(std::string_view name, std::string_view value) {
  const auto field = Fields().find(name);
  if (field == Fields().end() || value.empty()) return;
  field->second(draft_, value);
}

Row RowBuilder::Build(std::int64_t line) && {
  Row& row = draft_.row;
  row.line = line;
  row.label = LabelOf(draft_.label, draft_.status);
  if (row.label == LabelClass::kNone && !draft_.label.empty() && draft_.label != "none") {
    row.skip = skip::kLabelUnknown;
    row.fault = "label: must be spam, ham or none";
  }
  // An age needs a time to count back from: of a label alone, its own stands in.
  if (draft_.thread_age && !row.submission.submit_time) {
    row.submission.submit_time = draft_.labelled_at;
  }
  if (draft_.thread_age && row.submission.submit_time) {
    row.submission.thread_publish_time = *row.submission.submit_time - *draft_.thread_age;
  }
  return std::move(row);
}

}  // namespace replyguard::service::importing
