// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/config/redact.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace replyguard::service::config {
namespace {

constexpr std::string_view kStars = "***";

// libpq's parameters that hold a secret.
constexpr std::array<std::string_view, 2> kSecretParameters = {"password", "sslpassword"};

bool IsSecretParameter(std::string_view name) {
  return std::find(kSecretParameters.begin(), kSecretParameters.end(),
                   std::string_view(absl::AsciiStrToLower(
                       absl::string_view(name.data(), name.size())))) != kSecretParameters.end();
}

// Every "password=..." of the text up to the next "&", wherever it stands.
std::string RedactQuery(std::string_view text) {
  constexpr std::string_view kName = "password=";
  const std::string lower = absl::AsciiStrToLower(absl::string_view(text.data(), text.size()));
  std::string shown;
  std::size_t position = 0;
  while (true) {
    const std::size_t found = lower.find(kName, position);
    if (found == std::string::npos) return shown.append(text.substr(position));
    shown.append(text.substr(position, found + kName.size() - position)).append(kStars);
    position = std::min(text.find('&', found), text.size());
  }
}

// Of "postgresql://user:password@hosts/name?a=b&password=c". A password may hold an unescaped "@",
// "/" or "?", wrongly: the last "@" ends it, so that too much is hidden, never too little.
std::string RedactUri(std::string_view text) {
  std::string shown = RedactQuery(text);
  const std::size_t begin = shown.find("://") + 3;
  const std::size_t at = shown.rfind('@');
  const std::size_t colon = shown.find(':', begin);
  if (at == std::string::npos || colon == std::string::npos || colon > at) return shown;
  return shown.replace(colon + 1, at - colon - 1, kStars);
}

// The end of a value that begins at `position`: at a space, or at the closing quote; a backslash
// hides what follows.
std::size_t EndOfValue(std::string_view text, std::size_t position) {
  const bool quoted = position < text.size() && text[position] == '\'';
  for (std::size_t i = position + (quoted ? 1 : 0); i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (quoted ? text[i] == '\''
                      : absl::ascii_isspace(static_cast<unsigned char>(text[i]))) {
      return quoted ? i + 1 : i;
    }
  }
  return text.size();
}

// Of "host=localhost password = 'it''s' dbname=x".
std::string RedactPairs(std::string_view text) {
  const auto space = [&](std::size_t i) {
    return i < text.size() && absl::ascii_isspace(static_cast<unsigned char>(text[i]));
  };
  std::string shown;
  std::size_t position = 0;
  while (position < text.size()) {
    std::size_t name_begin = position;
    while (space(name_begin)) ++name_begin;
    const std::size_t equals = text.find('=', name_begin);
    if (equals == std::string_view::npos) return shown.append(text.substr(position));
    std::size_t name_end = equals;
    while (name_end > name_begin && space(name_end - 1)) --name_end;
    std::size_t value = equals + 1;
    while (space(value)) ++value;
    const std::size_t end = EndOfValue(text, value);
    const bool secret = IsSecretParameter(text.substr(name_begin, name_end - name_begin));
    shown.append(text.substr(position, value - position));
    shown.append(secret ? kStars : text.substr(value, end - value));
    position = end;
  }
  return shown;
}

}  // namespace

std::string RedactConnectionString(std::string_view text) {
  return text.find("://") == std::string_view::npos ? RedactPairs(text) : RedactUri(text);
}

std::string Shown(const Option& option, std::string_view text) {
  if (!option.secret || text.empty()) return std::string(text);
  if (option.type == OptionType::kDatabase) return RedactConnectionString(text);
  return absl::StrCat("(set, ", text.size(), " characters)");
}

}  // namespace replyguard::service::config
