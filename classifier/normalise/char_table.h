// What one code point is, and what it reads as once its disguise is off.
//
// Reads as: Unicode's NFKC_Casefold, then without accents (NFKD less combining marks), digits of
// every script as ASCII ones, then each letter that is not ASCII by its confusable skeleton (UTS
// #39) or lookalikes.h, so that styled, full-width, enclosed and look-alike letters all read as the
// plain ones. Folding is per code point, so every output keeps its place in the source.
//
// Thread-safety: none; entries are computed on first use and kept. A table's answers do not depend
// on its history.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
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

class CharTable {
 public:
  CharTable();
  ~CharTable();

  // What a byte by itself reads as, and all its traits, TraitsOfReading among them. No traits: it
  // is no ASCII character, or may begin markup.h's.
  struct Byte {
    char32_t folded = 0;
    CharTraits traits = 0;
  };
  const std::array<Byte, 256>& bytes() const { return bytes_; }

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
  std::u32string Fold(char32_t c, bool* had_mark) const;

  std::unique_ptr<Icu> icu_;
  std::vector<std::unique_ptr<Page>> pages_;
  std::array<Byte, 256> bytes_{};
};

}  // namespace replyguard::classifier
