// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/words.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "policy/rules/look_alikes.h"
#include "policy/rules/utf8.h"

namespace replyguard::service::policy {
namespace {

// Longer words are cut when folded: nobody writes a rule for one, and folding stays cheap.
constexpr std::size_t kWordBytesMax = 512;
constexpr std::size_t kSpacedLettersMin = 3;

using Char = TextReader::Char;

// A word and what follows it, a guess for reservations.
constexpr std::size_t kBytesAWord = 5;

UChar32 Icu(char32_t c) { return static_cast<UChar32>(c); }
bool IsAsciiLetter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool IsWordChar(char32_t c) {
  if (c < 0x80) return IsAsciiLetter(c) || IsDigit(c);
  return u_isalnum(Icu(c)) != 0 || u_hasBinaryProperty(Icu(c), UCHAR_ALPHABETIC) != 0 ||
         (U_GET_GC_MASK(Icu(c)) & U_GC_M_MASK) != 0;
}

// Han, Kana, Hangul, Thai, Lao, Khmer, Myanmar: written without spaces, or with endings attached.
bool StandsAlone(char32_t c) {
  return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
         (c >= 0x1780 && c <= 0x17FF) || (c >= 0x2E80 && c <= 0xA4CF) ||
         (c >= 0xAC00 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFF66 && c <= 0xFF9F) || (c >= 0x20000 && c <= 0x3FFFF);
}

// The characters of a text without the invisible ones; bad bytes as spaces.
std::vector<Char> Characters(std::string_view text) {
  std::vector<Char> chars;
  chars.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = static_cast<std::uint32_t>(at);
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    if (c >= 0x80 && u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) continue;
    chars.push_back(
        {c < 0 ? U' ' : static_cast<char32_t>(c), begin, static_cast<std::uint32_t>(at)});
  }
  return chars;
}

std::string Fold(std::string word, bool ascii) {
  if (word.size() > kWordBytesMax) word.resize(kWordBytesMax);
  if (ascii) {
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return word;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return word;
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  normalizer->normalizeUTF8(0,
                            icu::StringPiece(word.data(), static_cast<std::int32_t>(word.size())),
                            sink, nullptr, status);
  return U_FAILURE(status) ? word : folded;
}

// Cuts characters into words. `is_word(i)` tells whether character i belongs to a word, `make`
// folds [begin, end).
template <typename IsWord, typename Make>
std::vector<Word> Cut(const std::vector<Char>& chars, IsWord is_word, Make make) {
  std::vector<Word> words;
  words.reserve(chars.size() / kBytesAWord + 1);
  for (std::size_t i = 0; i < chars.size();) {
    if (!is_word(i)) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    if (!StandsAlone(chars[i].c)) {
      while (end < chars.size() && is_word(end) && !StandsAlone(chars[end].c)) ++end;
    }
    Word word = make(i, end);
    word.begin = chars[i].begin;
    word.end = chars[end - 1].end;
    words.push_back(std::move(word));
    i = end;
  }
  return words;
}

Word MakePlain(const std::vector<Char>& chars, std::size_t begin, std::size_t end) {
  Word word;
  bool ascii = true;
  for (std::size_t i = begin; i < end; ++i) {
    AppendUtf8(word.text, chars[i].c);
    ascii = ascii && chars[i].c < 0x80;
  }
  word.text = Fold(std::move(word.text), ascii);
  return word;
}

// The letter a sign or digit inside a word stands for.
std::optional<char> SignLetter(char32_t c, Stroke stroke) {
  switch (c) {
    case U'0':
      return 'o';
    case U'1':
    case U'|':
    case U'!':
      return stroke == Stroke::kI ? 'i' : 'l';
    case U'3':
    case 0x20AC:  // euro
      return 'e';
    case U'4':
    case U'@':
      return 'a';
    case U'5':
    case U'$':
      return 's';
    case U'7':
      return 't';
  }
  return std::nullopt;
}

bool IsSign(char32_t c) { return c == U'@' || c == U'$' || c == U'!' || c == U'|' || c == 0x20AC; }

// Reads one text with its disguises undone; look-alikes are looked up once a character.
class Undisguiser {
 public:
  Undisguiser(const std::vector<Char>& chars, Stroke stroke) : chars_(chars), stroke_(stroke) {}

  bool IsWord(std::size_t i) const {
    if (IsWordChar(chars_[i].c)) return true;
    return IsSign(chars_[i].c) && i > 0 && i + 1 < chars_.size() && IsWordChar(chars_[i - 1].c) &&
           IsWordChar(chars_[i + 1].c);
  }

  Word Make(std::size_t begin, std::size_t end) {
    Word plain = MakePlain(chars_, begin, end);
    bool letters = false;
    bool latin = false;
    for (std::size_t i = begin; i < end; ++i) {
      letters = letters || (!IsDigit(chars_[i].c) && !IsSign(chars_[i].c));
      latin = latin || IsAsciiLetter(chars_[i].c);
    }
    // A number is a number.
    if (!letters) return plain;
    Word word;
    for (std::size_t i = begin; i < end && word.text.size() < kWordBytesMax; ++i)
      Append(word.text, chars_[i].c, latin);
    word.disguised = word.text != plain.text;
    return word.disguised ? word : plain;
  }

 private:
  // `latin`: in a word with Latin letters.
  void Append(std::string& text, char32_t c, bool latin) {
    if (c < 0x80) {
      if (const std::optional<char> letter = SignLetter(c, stroke_)) {
        text.push_back(*letter);
      } else {
        text.push_back(static_cast<char>(IsAsciiLetter(c) ? c | 32U : c));
      }
      return;
    }
    if ((U_GET_GC_MASK(Icu(c)) & U_GC_MN_MASK) != 0) return;  // an accent
    if (const std::optional<char> faux = latin ? FauxLatin(c) : std::nullopt) {
      text.push_back(*faux);
      return;
    }
    auto [entry, is_new] = seen_.try_emplace(c);
    if (is_new) {
      entry->second = SignLetter(c, stroke_);
      if (!entry->second && !StandsAlone(c)) entry->second = LatinLookAlike(c);
    }
    if (entry->second) {
      text.push_back(*entry->second);
    } else {
      AppendUtf8(text, static_cast<char32_t>(u_foldCase(Icu(c), U_FOLD_CASE_DEFAULT)));
    }
  }

  const std::vector<Char>& chars_;
  Stroke stroke_;
  std::unordered_map<char32_t, std::optional<char>> seen_;
};

// Whether another reading is worth the trouble: letters beyond ASCII, a digit or sign beside a
// letter, or the beginning of spaced-out letters. Most texts have none.
bool MayBeDisguised(const std::vector<Char>& chars) {
  const auto is_letter = [&chars](std::size_t i) {
    return i < chars.size() && IsAsciiLetter(chars[i].c);
  };
  const auto is_gap = [&chars](std::size_t i) {
    return i < chars.size() && !IsWordChar(chars[i].c);
  };
  for (std::size_t i = 0; i < chars.size(); ++i) {
    const char32_t c = chars[i].c;
    if (c >= 0x80 ? IsWordChar(c) || IsSign(c) : IsDigit(c) || IsSign(c)) {
      if (c >= 0x80 || is_letter(i + 1) || (i > 0 && is_letter(i - 1))) return true;
    }
    if (is_letter(i) && is_gap(i + 1) && is_letter(i + 2) && is_gap(i + 3) && is_letter(i + 4))
      return true;
  }
  return false;
}

bool IsLetterWord(const Word& word) {
  return word.text.size() == 1 && IsAsciiLetter(static_cast<char32_t>(word.text[0]));
}

// Joins runs of single letters that the same one character sets apart.
std::vector<Word> JoinSpacedLetters(std::string_view text, std::vector<Word> words) {
  std::vector<Word> joined;
  const auto gap = [&](std::size_t i) {
    return text.substr(words[i].end, words[i + 1].begin - words[i].end);
  };
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i + 1;
    if (IsLetterWord(words[i])) {
      while (end < words.size() && IsLetterWord(words[end]) && gap(end - 1).size() == 1 &&
             gap(end - 1) == gap(i))
        ++end;
    }
    if (end - i < kSpacedLettersMin) end = i + 1;
    Word word = std::move(words[i]);
    for (std::size_t k = i + 1; k < end; ++k) {
      word.text += words[k].text;
      word.end = words[k].end;
      word.disguised = true;
    }
    joined.push_back(std::move(word));
    i = end;
  }
  return joined;
}

}  // namespace

TextReader::TextReader(std::string_view text)
    : text_(text), chars_(Characters(text)), may_be_disguised_(MayBeDisguised(chars_)) {}

std::vector<Word> TextReader::Plain() const {
  return Cut(
      chars_, [this](std::size_t i) { return IsWordChar(chars_[i].c); },
      [this](std::size_t begin, std::size_t end) { return MakePlain(chars_, begin, end); });
}

std::vector<Word> TextReader::Undisguised(Stroke stroke) const {
  if (!may_be_disguised_) return {};
  Undisguiser undisguiser(chars_, stroke);
  std::vector<Word> words = Cut(
      chars_, [&undisguiser](std::size_t i) { return undisguiser.IsWord(i); },
      [&undisguiser](std::size_t begin, std::size_t end) { return undisguiser.Make(begin, end); });
  words = JoinSpacedLetters(text_, std::move(words));
  const bool any =
      std::any_of(words.begin(), words.end(), [](const Word& word) { return word.disguised; });
  return any ? words : std::vector<Word>();
}

}  // namespace replyguard::service::policy
