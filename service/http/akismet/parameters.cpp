// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/parameters.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "service/http/akismet/multipart.h"
#include "service/http/server/text.h"
#include "storage/secret_text.h"

namespace replyguard::service::http::akismet {
namespace {

using Json = nlohmann::json;

// What a form would have sent; nothing for what no form sends.
std::optional<std::string> TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

absl::StatusOr<Fields> ReadJson(std::string_view body) {
  bool deep = false;
  const Json::parser_callback_t bound = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || static_cast<std::size_t>(depth) > kJsonDepthMax;
    return !deep;
  };
  Json json = Json::parse(body, bound, /*allow_exceptions=*/false);
  if (deep || !json.is_object()) return absl::InvalidArgumentError("the body is no JSON object");
  Fields fields;
  for (const auto& [name, value] : json.items()) {
    if (fields.size() >= kParametersMax) break;
    if (auto text = TextOf(value)) fields.emplace_back(name, *std::move(text));
  }
  return fields;
}

absl::StatusOr<Fields> ReadBody(const Request& request) {
  const std::string_view type = HeaderOf(request.headers, "content-type");
  const absl::string_view begin = View(type);
  if (absl::StartsWithIgnoreCase(begin, "application/json")) return ReadJson(request.body);
  if (absl::StartsWithIgnoreCase(begin, "multipart/form-data")) {
    return ReadMultipart(type, request.body, kParametersMax);
  }
  Fields fields = ParseForm(request.body);
  if (fields.size() > kParametersMax) fields.resize(kParametersMax);
  return fields;
}

}  // namespace

Parameters::~Parameters() {
  for (auto& [name, value] : fields_) storage::WipeString(value);
}

std::string_view Parameters::Get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name && !value.empty()) return value;
  }
  return {};
}

bool Parameters::IsSet(std::string_view name) const {
  const std::string_view value = Get(name);
  return value == "1" || SameIgnoringCase(value, "true");
}

absl::StatusOr<Parameters> ReadParameters(const Request& request) {
  absl::StatusOr<Fields> fields = ReadBody(request);
  if (!fields.ok()) return fields.status();
  Fields query = ParseForm(request.query);
  if (query.size() > kParametersMax) query.resize(kParametersMax);
  for (auto& field : query) fields->push_back(std::move(field));
  return Parameters(*std::move(fields));
}

}  // namespace replyguard::service::http::akismet
