// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/comment_context.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace replyguard::service {
namespace {

constexpr const char* kHoneypotFilled = "honeypot_filled";
constexpr const char* kFillTime = "fill_time_ms";
constexpr const char* kThreadAge = "thread_age_seconds";
constexpr const char* kSiteLanguages = "site_languages";

// A duration of so many units.
template <typename Duration>
std::optional<Duration> DurationAt(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_integer()) return std::nullopt;
  return Duration(found->get<std::int64_t>());
}

}  // namespace

CommentContext ContextOf(const storage::MaskedComment& comment,
                         const std::vector<std::string>& site_languages, storage::Timestamp now) {
  CommentContext context;
  context.honeypot_filled = comment.honeypot_filled();
  context.fill_time = comment.form_fill_time();
  if (const auto published = comment.thread_publish_time()) {
    context.thread_age = std::chrono::duration_cast<std::chrono::seconds>(
        comment.submit_time().value_or(now) - *published);
  }
  if (!comment.language().empty()) context.site_languages = site_languages;
  return context;
}

std::string ContextToJson(const CommentContext& context) {
  static const CommentContext kNothing;
  if (context == kNothing) return {};
  nlohmann::json json = nlohmann::json::object();
  if (context.honeypot_filled) json[kHoneypotFilled] = true;
  if (context.fill_time) json[kFillTime] = context.fill_time->count();
  if (context.thread_age) json[kThreadAge] = context.thread_age->count();
  if (!context.site_languages.empty()) json[kSiteLanguages] = context.site_languages;
  return json.dump();
}

CommentContext ContextFromJson(std::string_view text) {
  CommentContext context;
  if (text.empty()) return context;
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return context;
  const auto honeypot = json.find(kHoneypotFilled);
  context.honeypot_filled =
      honeypot != json.end() && honeypot->is_boolean() && honeypot->get<bool>();
  context.fill_time = DurationAt<std::chrono::milliseconds>(json, kFillTime);
  context.thread_age = DurationAt<std::chrono::seconds>(json, kThreadAge);
  const auto languages = json.find(kSiteLanguages);
  if (languages == json.end() || !languages->is_array()) return context;
  for (const auto& language : *languages) {
    if (language.is_string()) context.site_languages.push_back(language.get<std::string>());
  }
  return context;
}

}  // namespace replyguard::service
