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

namespace replyguard::classifier {

enum class CharKind : std::uint8_t {
  kOther,
  kLetter,
  kDigit,
  kMark,
  kSpace,
  kPunctuation,
  kSymbol,
  kEmoji,
  kIgnorable,  // zero-width, bidirectional controls, variation selectors, soft hyphen
};

enum class CharStyle : std::uint8_t {
  kPlain,
  kAccented,  // a letter with a mark: é
  kStyled,    // another form of an ASCII letter or digit: bold, full width, enclosed, small capital
  kLookalike,  // a letter of another script that reads as an ASCII one: Cyrillic о
};

enum class ScriptGroup : std::uint8_t { kCommon, kLatin, kCyrillic, kGreek, kIdeographic, kOther };

struct CharInfo {
  static constexpr std::size_t kOutMax = 4;  // longer foldings are cut

  std::array<char32_t, kOutMax> out{};
  std::uint8_t out_count = 0;  // 0 for what is dropped
  CharKind kind = CharKind::kOther;
  CharStyle style = CharStyle::kPlain;
  ScriptGroup script = ScriptGroup::kCommon;
  bool upper = false;
  bool known = false;  // false: not computed yet
};

class CharTable {
 public:
  CharTable();
  ~CharTable();

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
};

}  // namespace replyguard::classifier
