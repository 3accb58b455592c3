// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/decode.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "masking/escapes.h"

namespace replyguard::storage::masking {
namespace {

// The ASCII that a compatibility character is another form of; empty for any other.
icu::UnicodeString AsciiForm(UChar32 c) {
  icu::UnicodeString form;
  if (u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE) <= U_DT_CANONICAL) return form;
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
  if (U_FAILURE(status) || !nfkc->getDecomposition(c, form)) return {};
  for (std::int32_t i = 0; i < form.length(); ++i) {
    if (form[i] == 0x3002) form.setCharAt(i, u'.');
    if (form[i] > 0x7E) return {};
  }
  // A space of another width stays what it is; and so does a combining mark's spacing form.
  return form == icu::UnicodeString(u' ') ? icu::UnicodeString() : form;
}

// Control and format characters, and what Unicode says a renderer ignores.
bool IsInvisible(char32_t c) {
  if (c < 0x80) return (c < 0x20 && c != 0 && (c < 0x09 || c > 0x0D)) || c == 0x7F;
  if (c == 0x85 || c == kBadByte) return false;
  const auto icu = static_cast<UChar32>(c);
  return (U_GET_GC_MASK(icu) & (U_GC_CF_MASK | U_GC_CC_MASK)) != 0 ||
         u_hasBinaryProperty(icu, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

// Keeps the characters read so far with all escapes among them undone. A character that completes
// an escape replaces it, and so may complete an escape around it: every kind of nesting is undone,
// and as each step takes characters away, all of them together cost no more than the text is long.
class Decoder {
 public:
  explicit Decoder(std::string_view text)
      : escapes_(std::any_of(text.begin(), text.end(), [](char c) {
          return c == '%' || c == '&' || c == '\\' || c == '=' || (c & 0x80) != 0;
        })) {
    units_.reserve(text.size());
  }

  void Push(Unit unit) {
    if (!escapes_) {
      Append(unit);
      return;
    }
    for (std::optional<Unit> next = unit; next;) {
      // At most two deep: an open number before another is closed by the other's first character.
      while (auto number = TakeOpenNumber(units_, next->c)) Push(*number);
      if (!Append(*next)) return;
      next = TakeEscape(units_);
    }
  }

  std::vector<Unit> Finish() {
    while (auto number = TakeOpenNumber(units_, U'\0')) Push(*number);
    for (Unit& unit : units_) {
      const bool surrogate = unit.c >= 0xD800 && unit.c < 0xE000;
      if (surrogate || unit.c >= kByteBase) unit.c = kSomeCharacter;
    }
    return std::move(units_);
  }

 private:
  // Whether there is a character more.
  bool Append(Unit unit) {
    if (unit.c < 0x80 || unit.c == kBadByte || unit.c >= kByteBase) {
      if (unit.c < 0x80 && IsInvisible(unit.c)) return false;
      if (IsLeadingZero(units_, unit.c)) {
        units_.back().end = unit.end;
        return false;
      }
      units_.push_back(unit);
      return true;
    }
    if (IsInvisible(unit.c)) return false;
    const auto c = static_cast<UChar32>(unit.c);
    const bool after_sign = !units_.empty() && (units_.back().c == U'@' || units_.back().c == U'.');
    if (after_sign && (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0) {
      units_.back().end = unit.end;
      return false;
    }
    if (c == 0x3002 || c == 0xFF61) unit.c = U'.';
    // A letter in a circle is an @ to a reader only among plain letters.
    const bool circled_a = c == 0x24D0 || c == 0x24B6;
    const icu::UnicodeString form = AsciiForm(c);
    if (circled_a && !IsCircled(units_)) {
      units_.push_back({U'@', unit.begin, unit.end, Spelling::kAsItIs});
      return true;
    }
    if (form.isEmpty()) {
      units_.push_back(unit);
      return true;
    }
    for (std::int32_t i = 0; i < form.length(); ++i) {
      units_.push_back({static_cast<char32_t>(form[i]), unit.begin, unit.end, unit.spelling});
    }
    return true;
  }

  static bool IsCircled(const std::vector<Unit>& units) {
    return units.empty() || units.back().end - units.back().begin != 1;
  }

  const bool escapes_;  // whether there can be any
  std::vector<Unit> units_;
};

}  // namespace

std::vector<Unit> DecodeUnits(std::string_view text) {
  Decoder decoder(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    decoder.Push({c < 0 ? kBadByte : static_cast<char32_t>(c), static_cast<std::uint32_t>(begin),
                  static_cast<std::uint32_t>(at)});
  }
  return decoder.Finish();
}

}  // namespace replyguard::storage::masking
