// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/json.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

std::string Write(const JsonValue& value) {
  return std::visit(
      [](const auto& content) -> std::string {
        using Type = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Type, std::string>) {
          return JsonString(content);
        } else if constexpr (std::is_same_v<Type, JsonText>) {
          return content.text;
        } else if constexpr (std::is_same_v<Type, bool>) {
          return content ? "true" : "false";
        } else if constexpr (std::is_same_v<Type, double>) {
          return std::isfinite(content) ? absl::StrCat(content) : "null";
        } else {
          return absl::StrCat(content);
        }
      },
      value);
}

}  // namespace

std::string JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  // Fails only on a broken Any or Timestamp, which this program does not make.
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "null";
  return SafeJson(text);
}

std::string JsonString(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          constexpr std::string_view kDigits = "0123456789abcdef";
          const auto byte = static_cast<unsigned char>(c);
          quoted.append("\\u00").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
        } else {
          quoted += c;
        }
    }
  }
  return SafeJson(quoted += '"');
}

std::string JsonObject(std::initializer_list<std::pair<std::string_view, JsonValue>> members) {
  std::string object = "{";
  for (const auto& [key, value] : members) {
    if (object.size() > 1) object += ",";
    object.append(JsonString(key)).append(":").append(Write(value));
  }
  return object += "}";
}

std::string JsonCounts(const std::map<std::string, std::int64_t>& counts) {
  std::string members;
  for (const auto& [name, count] : counts) {
    if (!members.empty()) members += ",";
    members.append(JsonString(name)).append(":").append(std::to_string(count));
  }
  return "{" + members + "}";
}

}  // namespace replyguard::service::cli
