// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/characters.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace replyguard::storage::masking {
namespace {

UChar32 Icu(char32_t c) { return static_cast<UChar32>(c); }

bool IsAscii(char32_t c) { return c < 0x80; }

}  // namespace

bool IsAsciiAlnum(char32_t c) {
  return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

bool IsSpace(char32_t c) {
  if (IsAscii(c)) return c == U' ' || (c >= U'\t' && c <= U'\r');
  return u_isUWhiteSpace(Icu(c)) != 0;
}

bool IsAlnum(char32_t c) {
  if (IsAscii(c)) return IsAsciiAlnum(c);
  return u_isalnum(Icu(c)) != 0 || u_hasBinaryProperty(Icu(c), UCHAR_ALPHABETIC) != 0;
}

bool IsLocalChar(char32_t c) {
  if (IsAscii(c)) {
    constexpr std::u32string_view kMarks = U".!#$%&'*+-/=?^_`{|}~";
    return IsAsciiAlnum(c) || kMarks.find(c) != std::u32string_view::npos;
  }
  // The middle dot of Catalan and the typographic apostrophe stand inside names.
  if (c == 0xB7 || c == 0x2019) return true;
  constexpr std::uint32_t kNot = U_GC_Z_MASK | U_GC_CC_MASK | U_GC_CS_MASK | U_GC_P_MASK;
  return c != 0xFFFE && (U_GET_GC_MASK(Icu(c)) & kNot) == 0;
}

bool IsDomainChar(char32_t c) {
  if (IsAscii(c)) return IsAsciiAlnum(c) || c == U'-' || c == U'_';
  constexpr std::uint32_t kLabel = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_SO_MASK;
  return (U_GET_GC_MASK(Icu(c)) & kLabel) != 0;
}

bool IsSpacelessScript(char32_t c) {
  return (c >= 0x0E00 && c <= 0x0EFF) ||    // Thai, Lao
         (c >= 0x1000 && c <= 0x109F) ||    // Myanmar
         (c >= 0x1780 && c <= 0x17FF) ||    // Khmer
         (c >= 0x2E80 && c <= 0xA4CF) ||    // Han, Kana, Bopomofo, Yi
         (c >= 0xAC00 && c <= 0xD7FF) ||    // Hangul
         (c >= 0xF900 && c <= 0xFAFF) ||    // Han
         (c >= 0xFF66 && c <= 0xFF9F) ||    // half-width Kana
         (c >= 0x1B000 && c <= 0x1B16F) ||  // Kana
         (c >= 0x20000 && c <= 0x3FFFF);    // Han
}

bool BeginsWith(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == b || (b >= 'A' && b <= 'Z' && a == static_cast<char>(b | 32));
         });
}

void AppendUtf8(std::string& text, char32_t c) {
  std::uint8_t bytes[4];
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, c);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::string_view TrimAsciiSpace(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\f\r";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

namespace {

// How much of the text to normalise at once: all of it, but that no more characters may follow one
// another than Unicode expects of any text (UAX 15, stream-safe) at which ICU would look back: it
// orders combining marks in time that is quadratic in their number. Not by their own class: some of
// class 0 decompose to marks (U+0F73), and marks on both sides of one that is left out (U+00AD)
// meet.
std::size_t EndOfPiece(const icu::Normalizer2& normalizer, std::string_view text) {
  constexpr int kLookingBackMax = 30;
  int looking_back = 0;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    looking_back = c < 0x80 || normalizer.hasBoundaryBefore(c) ? 0 : looking_back + 1;
    if (looking_back > kLookingBackMax) return static_cast<std::size_t>(begin);
  }
  return text.size();
}

}  // namespace

char32_t FoldChar(char32_t c) {
  if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + 32 : c;
  if (c > 0x10FFFF) return c;
  return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
}

std::string FoldCase(std::string_view text) {
  std::string folded;
  if (std::none_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) {
    // ASCII is normal already, and none of it is ignorable.
    folded = text;
    for (char& c : folded) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return std::string(text);
  icu::StringByteSink<std::string> sink(&folded, static_cast<std::int32_t>(text.size()));
  for (std::string_view rest = text; !rest.empty() && U_SUCCESS(status);) {
    const std::size_t size = EndOfPiece(*normalizer, rest);
    normalizer->normalizeUTF8(0, icu::StringPiece(rest.data(), static_cast<std::int32_t>(size)),
                              sink, nullptr, status);
    rest.remove_prefix(size);
  }
  return U_FAILURE(status) ? std::string(text) : folded;
}

}  // namespace replyguard::storage::masking
