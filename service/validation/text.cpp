// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/text.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <utility>

#include "service/validation/limits.h"
#include "storage/masking.h"
#include "storage/secret_text.h"
#include "validation/characters.h"

namespace replyguard::service::validation {
namespace {

const std::uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

bool IsInvisible(char32_t c) {
  const auto icu = static_cast<UChar32>(c);
  if (c < 0x80) return c <= 0x20 || c == 0x7F;
  // Beside white space, controls and default-ignorable characters: other format characters and the
  // empty braille cell.
  return u_isUWhiteSpace(icu) || u_hasBinaryProperty(icu, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
         c == 0x2800 || (U_GET_GC_MASK(icu) & (U_GC_CF_MASK | U_GC_CC_MASK)) != 0;
}

bool IsOf(char32_t c, std::uint32_t categories) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & categories) != 0;
}

UJoiningType JoiningTypeOf(char32_t c) {
  return static_cast<UJoiningType>(
      u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_JOINING_TYPE));
}

// Whether two letters would connect, were there nothing between them.
bool Connect(char32_t before, char32_t after) {
  const UJoiningType left = JoiningTypeOf(before);
  const UJoiningType right = JoiningTypeOf(after);
  return (left == U_JT_DUAL_JOINING || left == U_JT_LEFT_JOINING) &&
         (right == U_JT_DUAL_JOINING || right == U_JT_RIGHT_JOINING);
}

bool IsArabicLetter(char32_t c) {
  UErrorCode error = U_ZERO_ERROR;
  return IsOf(c, U_GC_L_MASK) &&
         uscript_getScript(static_cast<UChar32>(c), &error) == USCRIPT_ARABIC;
}

// Persian and others write a word's parts apart also where letters do not connect in any case.
bool ArePartsOfAWord(char32_t before, char32_t after) {
  const UJoiningType right = JoiningTypeOf(after);
  return JoiningTypeOf(before) == U_JT_RIGHT_JOINING &&
         (right == U_JT_DUAL_JOINING || right == U_JT_RIGHT_JOINING) && IsArabicLetter(before) &&
         IsArabicLetter(after);
}

bool IsVirama(char32_t c) {
  constexpr int kVirama = 9;
  return u_getCombiningClass(static_cast<UChar32>(c)) == kVirama;
}

// Also those that are signs or letters beside; not the digits and signs of keycaps.
bool IsEmoji(char32_t c) {
  return c >= 0x80 && (IsOf(c, U_GC_SO_MASK | U_GC_SK_MASK) ||
                       u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EMOJI));
}

// Whether another look is of use between them.
bool TakesVariation(char32_t before, char32_t after) {
  constexpr char32_t kKeycap = 0x20E3;
  return IsEmoji(before) ||
         (after == kKeycap && u_hasBinaryProperty(static_cast<UChar32>(before), UCHAR_EMOJI));
}

// The characters around one; 0 where there is none.
struct Around {
  char32_t before = 0;
  char32_t base = 0;  // the one before that is no mark
  char32_t after = 0;
};

// Whether what nobody sees by itself is seen by what it does: a joiner beside a virama, one that
// keeps letters apart that would connect (RFC 5892, appendix A), or parts of an Arabic word, or one
// between emoji; another look of an emoji.
bool ShowsByEffect(char32_t c, const Around& around) {
  constexpr char32_t kNonJoiner = 0x200C, kJoiner = 0x200D;
  if (c == 0xFE0E || c == 0xFE0F) return TakesVariation(around.before, around.after);
  if (c != kNonJoiner && c != kJoiner) return false;
  if (IsVirama(around.before) || IsVirama(around.after)) return true;
  if (c == kNonJoiner) {
    return Connect(around.base, around.after) || ArePartsOfAWord(around.base, around.after);
  }
  return IsEmoji(around.base) && IsEmoji(around.after) && !IsOf(around.after, U_GC_SK_MASK);
}

// REQUIRES: valid UTF-8.
bool HidesSomething(std::string_view name) {
  Around around;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = NextChar(name, at);
    std::size_t next = at;
    around.after = next < name.size() ? NextChar(name, next) : 0;
    const bool white = u_isUWhiteSpace(static_cast<UChar32>(c)) && c != 0x2028 && c != 0x2029;
    if (IsInvisible(c) && !white && !ShowsByEffect(c, around)) return true;
    around.before = c;
    if (JoiningTypeOf(c) != U_JT_TRANSPARENT) around.base = c;
  }
  return false;
}

// Newlines and tabs become spaces, ends are cut.
void MakeSingleLine(std::string& text) {
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) {
    text.clear();
    return;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  text.erase(0, begin);
}

}  // namespace

bool IsForbiddenControl(char32_t c) {
  if (c < 0x20) return c != U'\t' && c != U'\n';
  // C1 controls stay: Windows-1252 quotes read as Latin-1 become U+0091 to U+0094, so people's
  // comments hold them. Whoever prints a comment on a terminal escapes them.
  return c == 0x7F;
}

char32_t NextChar(std::string_view text, std::size_t& at) {
  UChar32 c = 0;
  U8_NEXT(Bytes(text), at, text.size(), c);
  return c < 0 ? kBadChar : static_cast<char32_t>(c);
}

void NormalizeNewlines(std::string& text) {
  if (text.find_first_of("\r\xC2") == std::string::npos) return;
  std::size_t to = 0;
  for (std::size_t from = 0; from < text.size(); ++from) {
    char c = text[from];
    if (c == '\r') {
      if (from + 1 < text.size() && text[from + 1] == '\n') ++from;
      c = '\n';
    } else if (c == '\xC2' && from + 1 < text.size() &&
               text[from + 1] == '\x85') {  // U+0085, next line
      ++from;
      c = '\n';
    }
    text[to++] = c;
  }
  text.resize(to);
}

bool IsValidUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (NextChar(text, at) == kBadChar) return false;
  }
  return true;
}

bool IsBlank(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextChar(text, at);
    if (c == kBadChar || !IsInvisible(c)) return false;
  }
  return true;
}

std::size_t CountChars(std::string_view text) {
  std::size_t chars = 0;
  for (const char c : text) {
    if ((static_cast<std::uint8_t>(c) & 0xC0) != 0x80) ++chars;
  }
  return chars;
}

void Normalize(std::string& text, bool multi_line) {
  NormalizeNewlines(text);
  if (!multi_line) MakeSingleLine(text);
}

bool Cut(std::string& text, const TextRule& rule) {
  std::size_t at = 0;
  std::size_t chars = 0;
  while (at < text.size()) {
    std::size_t next = at;
    NextChar(text, next);
    if ((rule.bytes_max > 0 && next > rule.bytes_max) ||
        (rule.chars_max > 0 && chars == rule.chars_max))
      break;
    at = next;
    ++chars;
  }
  if (at == text.size()) return false;
  text.resize(at);
  return true;
}

bool CutHeader(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return false;
  Cut(text, {.bytes_max = kHeaderBytesMax});
  std::string masked = storage::MaskText(text).text();
  Cut(masked, {.bytes_max = bytes_max});
  Normalize(masked, /*multi_line=*/false);
  storage::WipeString(text);
  text = std::move(masked);
  return true;
}

bool CheckCharacters(std::string_view text, std::string_view field, std::string_view label,
                     Violations& violations) {
  bool nul = false, control = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = NextChar(text, at);
    if (c == kBadChar) {
      violations.Add(field, reason::kUtf8Invalid, std::string(label) + " is not valid UTF-8 text.");
      return false;
    }
    nul = nul || c == 0;
    control = control || (c != 0 && IsForbiddenControl(c));
  }
  if (nul)
    violations.Add(field, reason::kNulCharacter, std::string(label) + " holds a NUL character.");
  if (control) {
    violations.Add(
        field, reason::kControlCharacter,
        std::string(label) + " holds a control character; only tabs and line breaks are allowed.");
  }
  return !nul && !control;
}

bool CheckText(std::string& text, const TextRule& rule, std::string_view field,
               std::string_view label, Violations& violations) {
  Normalize(text, rule.multi_line);
  if (!CheckCharacters(text, field, label, violations)) return false;
  if (IsBlank(text)) {
    if (rule.required) {
      violations.Add(field, reason::kRequired, std::string(label) + " is required.");
      return false;
    }
    text.clear();
    return true;
  }
  const std::string subject(label);
  if (rule.name && HidesSomething(text)) {
    violations.Add(field, reason::kInvisibleCharacter,
                   subject +
                       " holds a character that nobody sees, or that turns what stands beside "
                       "it.");
    return false;
  }
  if (rule.bytes_max > 0 && text.size() > rule.bytes_max) {
    violations.Add(field, reason::kTooLong,
                   subject + " is too long: at most " + std::to_string(rule.bytes_max) +
                       " bytes, this has " + std::to_string(text.size()) + ".");
    return false;
  }
  if (rule.chars_max > 0) {
    if (const std::size_t chars = CountChars(text); chars > rule.chars_max) {
      violations.Add(field, reason::kTooLong,
                     subject + " is too long: at most " + std::to_string(rule.chars_max) +
                         " characters, this has " + std::to_string(chars) + ".");
      return false;
    }
  }
  return true;
}

}  // namespace replyguard::service::validation
