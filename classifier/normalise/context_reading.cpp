#include "normalise/context_reading.h"

#include <vector>

#include "normalise/lookalikes.h"
#include "normalise/needed_invisibles.h"

namespace replyguard::classifier {
namespace {

bool IsLetter(CharTraits traits) { return (traits & TraitOf(CharKind::kLetter)) != 0; }
bool IsDigit(CharTraits traits) { return (traits & TraitOf(CharKind::kDigit)) != 0; }

void ReadAs(char32_t letter, std::size_t i, Text* text) {
  CharTraits& traits = text->traits[i];
  constexpr CharTraits kReplaced = kWordTraits | TraitOf(CharKind::kSymbol) |
                                   TraitOf(CharStyle::kPlain) | TraitOf(CharStyle::kLookalike) |
                                   kReadsAsDigit | kLeet;
  traits = (traits & ~kReplaced) | TraitOf(CharKind::kLetter) | TraitOf(CharStyle::kStyled);
  text->folded[i] = letter;
}

// Whether text[begin, end) holds two different characters.
bool Differ(const Text& text, std::size_t begin, std::size_t end) {
  const std::u32string_view folded = text.reading().substr(begin, end - begin);
  return folded.find_first_not_of(folded[0]) != std::u32string_view::npos;
}

// Currency and other signs in a row read as letters where they touch a letter, or are several ones,
// and touch no digit.
void ReadCurrencies(Text* text) {
  const std::size_t size = text->folded.size();
  for (std::size_t i = 0; i < size; ++i) {
    if ((text->traits[i] & kCurrencyLetter) == 0) continue;
    std::size_t end = i;
    while (end < size && (text->traits[end] & kCurrencyLetter) != 0) ++end;
    const CharTraits before = i > 0 ? text->traits[i - 1] : 0;
    const CharTraits after = end < size ? text->traits[end] : 0;
    if (!IsDigit(before | after) && (IsLetter(before | after) || Differ(*text, i, end))) {
      for (std::size_t k = i; k < end; ++k) {
        ReadAs(ReadCurrency(text->source[text->Origin(k)]), k, text);
      }
    }
    i = end;
  }
}

// A text that holds hardly another letter of the scripts that these come from is not in them.
void ReadShapes(Text* text) {
  constexpr std::size_t kShapesMin = 3;
  constexpr std::size_t kShapesAnOther = 4;
  constexpr CharTraits kScripts = TraitOf(ScriptGroup::kIdeographic) | TraitOf(ScriptGroup::kOther);
  std::size_t shapes = 0;
  std::size_t others = 0;
  for (const CharTraits traits : text->traits) {
    if ((traits & kScripts) == 0 || (traits & kWordTraits) == 0) continue;
    shapes += (traits & kShapeLetter) != 0;
    others += (traits & (kShapeLetter | TraitOf(CharStyle::kLookalike))) == 0;
  }
  if (shapes < kShapesMin || shapes < others * kShapesAnOther) return;
  for (std::size_t i = 0; i < text->folded.size(); ++i) {
    if ((text->traits[i] & kShapeLetter) == 0) continue;
    const char32_t letter = ReadShape(text->source[text->Origin(i)]);
    if (letter != 0) ReadAs(letter, i, text);
  }
}

char32_t ReadFauxAt(const Text& text, std::size_t i) {
  return (text.traits[i] & kShapeLetter) == 0 ? 0 : ReadFaux(text.source[text.Origin(i)]);
}

// Latin letters that no Cyrillic or Greek one looks like: who writes Russian with Latin look-alikes
// does not use them.
bool IsLatinOnly(const Text& text, std::size_t i) {
  constexpr std::u32string_view kTwins = U"abcehikmnoptuvxy";
  const char32_t c = text.folded[i];
  return text.source[text.Origin(i)] < kAsciiCount && c >= U'a' && c <= U'z' &&
         kTwins.find(c) == std::u32string_view::npos;
}

// What Latin texts are dressed up with: letters of other alphabets that are turned, or have one
// line more, among Latin ones in most of their words, where nothing is in those alphabets.
void ReadFauxLetters(Text* text) {
  constexpr CharTraits kAlphabets = TraitOf(ScriptGroup::kCyrillic) | TraitOf(ScriptGroup::kGreek);
  const std::size_t size = text->folded.size();
  std::size_t words = 0;  // that hold faux letters
  std::size_t latin = 0;  // of them those that hold plainly Latin ones too
  for (std::size_t begin = 0; begin < size; ++begin) {
    std::size_t end = begin;
    bool any_faux = false;
    bool any_latin = false;
    for (; end < size && !IsSpace(text->traits[end]); ++end) {
      const bool faux = ReadFauxAt(*text, end) != 0;
      any_faux = any_faux || faux;
      any_latin = any_latin || IsLatinOnly(*text, end);
      const CharTraits traits = text->traits[end];
      const bool own = (traits & kAlphabets) != 0 && (traits & TraitOf(CharStyle::kLookalike)) == 0;
      if (own && !faux && IsLetter(traits)) return;
    }
    words += any_faux ? 1U : 0U;
    latin += any_faux && any_latin ? 1U : 0U;
    begin = end;
  }
  if (words == 0 || latin * 2 < words) return;
  for (std::size_t i = 0; i < size; ++i) {
    if (const char32_t letter = ReadFauxAt(*text, i); letter != 0) ReadAs(letter, i, text);
  }
}

}  // namespace

bool IsUpsideDown(const Text& text, std::size_t begin, std::size_t end) {
  constexpr std::size_t kRotatedMin = 2;
  constexpr std::size_t kLettersARotated = 5;
  std::size_t rotated = 0;
  std::size_t letters = 0;
  for (std::size_t i = begin; i < end; ++i) {
    rotated += (text.traits[i] & kRotatedLetter) != 0;
    letters += IsLetter(text.traits[i]);
  }
  return rotated >= kRotatedMin && rotated * kLettersARotated >= letters;
}

namespace {

void Rotate(std::size_t begin, std::size_t end, Text* text) {
  for (std::size_t i = begin; i < end; ++i) {
    const char32_t letter = ReadRotated(text->folded[i]);
    if (letter != text->folded[i] && text->source[text->Origin(i)] < kAsciiCount) {
      ReadAs(letter, i, text);
    }
  }
}

// b and q, d and p, n and u, which are letters either way up, in a text or word of turned ones.
void ReadRotations(Text* text) {
  const std::size_t size = text->folded.size();
  if (IsUpsideDown(*text, 0, size)) return Rotate(0, size, text);
  for (std::size_t begin = 0; begin < size; ++begin) {
    std::size_t end = begin;
    while (end < size && !IsSpace(text->traits[end])) ++end;
    if (IsUpsideDown(*text, begin, end)) Rotate(begin, end, text);
    begin = end;
  }
}

// A Latin letter, in whatever style, that reads as an ASCII one. A look-alike of another script may
// stand in a word of its own, with marks of its own.
bool IsLatin(const Text& text, std::size_t i) {
  constexpr CharTraits kLatin = TraitOf(ScriptGroup::kLatin) | TraitOf(ScriptGroup::kCommon);
  return text.folded[i] >= U'a' && text.folded[i] <= U'z' && IsLetter(text.traits[i]) &&
         (text.traits[i] & kLatin) != 0;
}

// Modifier letters and marks behind a Latin letter and before another or the end of the word read
// as nothing: of the text as written they are invisible characters.
void DropFillers(Text* text) {
  const auto size = static_cast<std::uint32_t>(text->folded.size());
  std::vector<Word> dropped;
  for (std::uint32_t i = 1; i < size; ++i) {
    if ((text->traits[i] & kFiller) == 0 || !IsLatin(*text, i - 1)) continue;
    const std::uint32_t begin = i;
    while (i < size && (text->traits[i] & kFiller) != 0) ++i;
    if (i == size || !IsWordChar(text->traits[i]) || IsLatin(*text, i))
      dropped.push_back({begin, i});
  }
  if (dropped.empty()) return;
  if (text->one_to_one) text->EndOneToOne();
  for (const Word& gap : dropped) {
    for (std::uint32_t i = gap.begin; i < gap.end; ++i) {
      text->origins_traits[text->Origin(i)] = TraitOf(CharKind::kIgnorable);
    }
  }
  text->Drop(dropped);
}

}  // namespace

void ReadInContext(CharTraits traits, Text* text) {
  if ((traits & TraitOf(CharKind::kIgnorable)) != 0) KeepNeededInvisibles(text);
  if ((traits & kShapeLetter) != 0) {
    ReadShapes(text);
    ReadFauxLetters(text);
  }
  if ((traits & kCurrencyLetter) != 0) ReadCurrencies(text);
  if ((traits & kRotatedLetter) != 0) ReadRotations(text);
  if ((traits & kFiller) != 0) DropFillers(text);
}

}  // namespace replyguard::classifier
