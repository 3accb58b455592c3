// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "import/json_line.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace replyguard::service::importing {
namespace {

using Json = nlohmann::ordered_json;

const char* LabelText(storage::LabelClass label) {
  switch (label) {
    case storage::LabelClass::kHam:
      return "ham";
    case storage::LabelClass::kSpam:
      return "spam";
    case storage::LabelClass::kNone:
      return "none";
  }
  return "none";
}

}  // namespace

std::string JsonLineOf(std::string_view external_id, storage::LabelClass label,
                       const storage::MaskedComment& comment,
                       const std::vector<validation::RepairNote>& repaired) {
  Json line;
  const auto put = [&line](const char* name, const std::string& text) {
    if (!text.empty()) line[name] = text;
  };
  line["id"] = external_id;
  put("author_name", comment.author_name());
  put("author_email", comment.email_masked());
  put("author_url", comment.author_url());
  line["text"] = comment.body();
  put("user_agent", comment.user_agent());
  put("language", comment.language());
  put("thread_url", comment.thread_uri());
  if (const auto time = comment.form_fill_time()) line["form_time_ms"] = time->count();
  if (comment.honeypot_filled()) line["honeypot_filled"] = true;
  if (const auto time = comment.submit_time()) {
    const absl::Time at = absl::FromUnixMicros(time->time_since_epoch().count());
    line["submitted_at"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", at, absl::UTCTimeZone());
    if (const auto published = comment.thread_publish_time()) {
      line["thread_age_seconds"] =
          std::chrono::duration_cast<std::chrono::seconds>(*time - *published).count();
    }
  }
  line["label"] = LabelText(label);
  for (const validation::RepairNote& note : repaired) {
    line["repaired"].push_back(note.field + " " +
                               std::string(validation::RepairKindName(note.kind)));
  }
  // Masking keeps valid UTF-8 valid; a dump that threw would lose the archive for one byte.
  return line.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace replyguard::service::importing
