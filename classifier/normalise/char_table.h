// What one code point is, and what it reads as once its disguise is off.
//
// Reads as: Unicode's NFKC_Casefold, then without accents (NFKD less the combining marks
// U+0300..U+036F), then each letter that is not ASCII by its confusable skeleton (UTS #39), so that
// styled, full-width, enclosed and look-alike letters all read as the plain ones. Folding is per
// code point, so every output keeps its place in the source.
//
// Thread-safety: none; entries are computed on first use and kept. A table's answers do not depend
// on its history.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "normalise/char_traits.h"

namespace replyguard::classifier {

struct CharInfo {
  static constexpr std::size_t kOutMax = 4;  // longer foldings are cut

  std::array<char32_t, kOutMax> out{};
  std::uint8_t out_count = 0;  // 0 for what is dropped
  bool known = false;          // false: not computed yet
  CharTraits traits = 0;       // but TraitsOfReading
};

inline constexpr std::size_t kAsciiCount = 0x80;

constexpr char32_t FoldAscii(char32_t c) { return c - U'A' < 26 ? c + 32 : c; }

class CharTable {
 public:
  CharTable();
  ~CharTable();

  // All traits of the ASCII characters, TraitsOfReading among them: each reads as one character,
  // FoldAscii.
  const std::array<CharTraits, kAsciiCount>& ascii() const { return ascii_; }

  // REQUIRES: c <= 0x10FFFF.
  const CharInfo& Lookup(char32_t c) {
    const std::size_t page = c >> kPageBits;
    if (pages_[page] != nullptr) {
      const CharInfo& info = (*pages_[page])[c & (kPageSize - 1)];
      if (info.known) return info;
    }
    return Compute(c);
  }

 private:
  static constexpr unsigned kPageBits = 8;
  static constexpr std::size_t kPageSize = std::size_t{1} << kPageBits;
  using Page = std::array<CharInfo, kPageSize>;
  struct Icu;

  const CharInfo& Compute(char32_t c);

  std::unique_ptr<Icu> icu_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::array<CharTraits, kAsciiCount> ascii_{};
};

}  // namespace replyguard::classifier
