// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Abseil's functions on text for std::string_view, which is not its own view here. Pure.
#pragma once

#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace replyguard::service::http {

inline absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

inline std::string_view Trim(std::string_view text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(View(text));
  return {trimmed.data(), trimmed.size()};
}

inline bool SameIgnoringCase(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(View(a), View(b));
}

}  // namespace replyguard::service::http
