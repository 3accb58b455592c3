// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "service/validation/violation.h"

// Checks of single texts, for fields that are not part of a submission (notes, titles, reasons).
// Pure.
namespace replyguard::service::validation {

// How a text is checked.
struct TextRule {
  // Newlines and tabs stay, ends are not cut.
  bool multi_line = false;
  bool required = false;
  // Of a person, a site or a key: no characters that nobody sees or that turn the text beside them,
  // by which one name passes for another. Joiners may stand where they change what is seen, and
  // where Persian parts a word by them.
  bool name = false;
  // 0 means no limit of that kind.
  std::size_t bytes_max = 0;
  std::size_t chars_max = 0;
};

// Normalises `text` as Validate() does and checks it. True when it is valid. `label` begins the
// description: "The comment".
bool CheckText(std::string& text, const TextRule& rule, std::string_view field,
               std::string_view label, Violations& violations);

// CRLF, lone CR and U+0085 become newlines.
void NormalizeNewlines(std::string& text);

bool IsValidUtf8(std::string_view text);

// Whether a reader would see nothing: only white space, control, zero-width and other invisible
// characters. False for bad UTF-8.
bool IsBlank(std::string_view text);

// Code points. REQUIRES: valid UTF-8.
std::size_t CountChars(std::string_view text);

}  // namespace replyguard::service::validation
