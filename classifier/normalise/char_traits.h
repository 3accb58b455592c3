// What a character is, as bits: what a word holds is the OR of its characters'.
#pragma once

#include <cstdint>

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

// A bit for the kind, one for the style, one for the script, and those named below.
using CharTraits = std::uint32_t;

constexpr CharTraits TraitOf(CharKind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr CharTraits TraitOf(CharStyle style) { return 1U << (9 + static_cast<unsigned>(style)); }
inline constexpr unsigned kScriptShift = 13;
inline constexpr unsigned kScriptCount = 6;
constexpr CharTraits TraitOf(ScriptGroup script) {
  return 1U << (kScriptShift + static_cast<unsigned>(script));
}
inline constexpr CharTraits kUpper = 1U << 19;
inline constexpr CharTraits kLatinLetter = 1U << 20;
// May read otherwise among others of its kind, see context_reading.h:
inline constexpr CharTraits kCurrencyLetter = 1U << 24;
inline constexpr CharTraits kShapeLetter = 1U << 25;
inline constexpr CharTraits kRotatedLetter = 1U << 26;
inline constexpr CharTraits kFiller = 1U << 28;  // a modifier letter or mark, not read as ASCII
inline constexpr CharTraits kRightToLeft = 1U << 29;  // a letter written from the right
inline constexpr CharTraits kJoins = 1U
                                     << 30;  // may need a joiner behind it: Persian, Indic, emoji
// Of what the character reads as:
inline constexpr CharTraits kReadsAsDigit = 1U << 21;  // an ASCII digit
inline constexpr CharTraits kLeet = 1U << 22;          // ReadLeet gives another character
inline constexpr CharTraits kSign = 1U << 23;          // . : @ #
inline constexpr CharTraits kBar = 1U << 31;           // | and backslash
// May be put into a word to part it, and seldom between two words:
inline constexpr CharTraits kPartsWord = 1U << 27;

inline constexpr CharTraits kWordTraits =
    TraitOf(CharKind::kLetter) | TraitOf(CharKind::kDigit) | TraitOf(CharKind::kMark);

// Letters, digits and marks make words.
constexpr bool IsWordChar(CharTraits traits) { return (traits & kWordTraits) != 0; }
constexpr bool IsSpace(CharTraits traits) { return (traits & TraitOf(CharKind::kSpace)) != 0; }

// What a character of leetspeak stands for; any other stands for itself.
constexpr char32_t ReadLeet(char32_t c) {
  switch (c) {
    case U'0':
      return U'o';
    case U'1':
    case U'!':
    case U'|':
      return U'i';
    case U'2':
      return U'z';
    case U'3':
      return U'e';
    case U'4':
    case U'@':
      return U'a';
    case U'5':
    case U'$':
      return U's';
    case U'7':
    case U'+':
      return U't';
    case U'8':
      return U'b';
    case U'9':
      return U'g';
    case U'(':
      return U'c';
    default:  // not our enum
      return c;
  }
}

// What people drop, star and write for each other; what is left of a word still tells it.
constexpr bool IsVowel(char32_t c) {
  constexpr std::uint32_t kVowels = 1U << ('a' - 'a') | 1U << ('e' - 'a') | 1U << ('i' - 'a') |
                                    1U << ('o' - 'a') | 1U << ('u' - 'a');
  const std::uint32_t letter = c - U'a';
  return letter < 32 && (kVowels >> letter & 1) != 0;
}

// The digit that a letter looks like; any other stands for itself.
constexpr char32_t ReadDigit(char32_t c) {
  switch (c) {
    case U'o':
      return U'0';
    case U'i':
    case U'l':
      return U'1';
    case U's':
      return U'5';
    default:  // not our enum
      return c;
  }
}

// The traits that a character has by reading as `folded`.
constexpr CharTraits TraitsOfReading(char32_t folded) {
  if (folded >= 0x80) return 0;  // as all that is looked for is ASCII
  return (folded >= U'0' && folded <= U'9' ? kReadsAsDigit : 0) |
         (ReadLeet(folded) != folded ? kLeet : 0) |
         (folded == U'.' || folded == U':' || folded == U'@' || folded == U'#' ? kSign : 0) |
         (folded == U'|' || folded == U'\\' ? kBar : 0);
}

}  // namespace replyguard::classifier
