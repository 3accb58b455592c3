// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

// JSON for machines. Pure; safe from any thread.
namespace google::protobuf {
class Message;
}

namespace replyguard::service::cli {

// A string (UTF-8) with its quotes.
std::string JsonString(std::string_view text);

// The message in the proto3 JSON form on one line: lowerCamelCase, 64-bit numbers as strings,
// fields without presence always there.
std::string JsonOf(const google::protobuf::Message& message);

// A value of JsonObject; JsonText is put in as it is.
struct JsonText {
  std::string text;
};
using JsonValue = std::variant<std::string, std::int64_t, double, bool, JsonText>;

// {"key": value, ...} on one line, in the order given.
std::string JsonObject(std::initializer_list<std::pair<std::string_view, JsonValue>> members);

// {"name": count, ...} on one line.
std::string JsonCounts(const std::map<std::string, std::int64_t>& counts);

}  // namespace replyguard::service::cli
