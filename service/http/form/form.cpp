// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/form/form.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace replyguard::service::http {
namespace {

int DigitOf(char c) {
  if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return -1;
  return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

std::string Decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '%' && i + 2 < text.size() && DigitOf(text[i + 1]) >= 0 &&
                         DigitOf(text[i + 2]) >= 0;
    if (escaped) {
      out += static_cast<char>(DigitOf(text[i + 1]) * 16 + DigitOf(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

Fields ParseForm(std::string_view text, std::size_t fields_max) {
  Fields fields;
  while (!text.empty() && fields.size() < fields_max) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    fields.emplace_back(Decode(pair.substr(0, equals), true),
                        Decode(pair.substr(std::min(equals + 1, pair.size())), true));
  }
  return fields;
}

std::string PercentDecode(std::string_view text) { return Decode(text, false); }

const std::string* FindField(const Fields& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return field.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

}  // namespace replyguard::service::http
