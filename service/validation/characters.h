// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "service/validation/text.h"
#include "service/validation/violation.h"

// Shared by checking and repairing.
namespace replyguard::service::validation {

// Answered for a bad byte; no character.
inline constexpr char32_t kBadChar = 0xFFFFFFFF;

// The character at `at`, which moves behind it; kBadChar for an ill-formed sequence.
char32_t NextChar(std::string_view text, std::size_t& at);

// NUL, the C0 controls but tab and newline, DEL.
bool IsForbiddenControl(char32_t c);

// Line ends, and for a single-line field tabs and both ends of the text.
void Normalize(std::string& text, bool multi_line);

// Cuts before the character that crosses a limit; answers whether anything was cut. REQUIRES: valid
// UTF-8.
bool Cut(std::string& text, const TextRule& rule);

// The same of a header of a browser, of one line. Masked before, as half an address is none that is
// masked.
bool CutHeader(std::string& text, std::size_t bytes_max);

// UTF-8 and controls; adds what is wrong and answers whether all is well.
bool CheckCharacters(std::string_view text, std::string_view field, std::string_view label,
                     Violations& violations);

}  // namespace replyguard::service::validation
