// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/submit/form_context.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace replyguard::service {

std::string FormContextToJson(const FormContext& context) {
  if (!context.honeypot_filled && !context.fill_time) return "{}";
  nlohmann::json json = nlohmann::json::object();
  if (context.honeypot_filled) json["honeypot_filled"] = true;
  if (context.fill_time) json["fill_time_ms"] = context.fill_time->count();
  return json.dump();
}

FormContext FormContextFromJson(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  FormContext context;
  if (!json.is_object()) return context;
  const auto honeypot = json.find("honeypot_filled");
  context.honeypot_filled =
      honeypot != json.end() && honeypot->is_boolean() && honeypot->get<bool>();
  const auto time = json.find("fill_time_ms");
  if (time != json.end() && time->is_number_integer()) {
    context.fill_time = std::chrono::milliseconds(time->get<std::int64_t>());
  }
  return context;
}

}  // namespace replyguard::service
