// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/mended_json.h"

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/strings/ascii.h"
#include "service/import/text.h"
#include "service/validation/text.h"

namespace replyguard::service::importing {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kUnicodeEscapeBytes = 6;  // \uXXXX

// The UTF-16 unit of the \uXXXX that `text` begins with.
std::optional<std::uint32_t> UnicodeEscape(std::string_view text) {
  if (text.size() < kUnicodeEscapeBytes || text.substr(0, 2) != "\\u") return std::nullopt;
  const std::string_view digits = text.substr(2, 4);
  for (const char c : digits) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
  }
  return static_cast<std::uint32_t>(std::stoul(std::string(digits), nullptr, 16));
}

bool IsHighSurrogate(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Moves the escape that `rest` begins with to `out`.
void TakeEscape(std::string_view* rest, std::string* out) {
  std::size_t bytes = 2;
  bool lone = false;
  if (const auto unit = UnicodeEscape(*rest)) {
    bytes = kUnicodeEscapeBytes;
    lone = IsLowSurrogate(*unit);
    if (IsHighSurrogate(*unit)) {
      const auto next = UnicodeEscape(rest->substr(bytes));
      lone = !next || !IsLowSurrogate(*next);
      if (!lone) bytes *= 2;
    }
  }
  const std::string_view escape = rest->substr(0, bytes);
  *out += lone ? "\\ufffd" : escape;
  rest->remove_prefix(escape.size());
}

// Well formed, and yet no double.
bool IsOutOfRange(std::string_view number) {
  try {
    return Json::parse(number).is_discarded();  // never: it throws
  } catch (const Json::out_of_range&) {
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

void TakeNumber(std::string_view* rest, std::string* out) {
  std::size_t bytes = rest->find_first_not_of("0123456789+-.eE");
  if (bytes == std::string_view::npos) bytes = rest->size();
  const std::string_view number = rest->substr(0, bytes);
  *out += IsOutOfRange(number) ? "false" : number;
  rest->remove_prefix(bytes);
}

std::string Mended(std::string_view rest) {
  std::string out;
  out.reserve(rest.size());
  bool in_string = false;
  while (!rest.empty()) {
    const char c = rest.front();
    if (in_string && c == '\\') {
      TakeEscape(&rest, &out);
    } else if (!in_string && (c == '-' || absl::ascii_isdigit(static_cast<unsigned char>(c)))) {
      TakeNumber(&rest, &out);
    } else {
      if (c == '"') in_string = !in_string;
      out += c;
      rest.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

Json ParseMended(const std::string& line) {
  const std::string text = validation::IsValidUtf8(line) ? line : Utf8Mended(line);
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    value = Json::parse(Mended(text), nullptr, /*allow_exceptions=*/false);
  }
  return value;
}

}  // namespace replyguard::service::importing
