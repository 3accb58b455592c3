#include <algorithm>
#include <string>

#include "views/reveal.h"
#include "views/word_views.h"

namespace replyguard::classifier {
namespace {

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool IsAsciiLetter(char32_t c) { return c >= U'a' && c <= U'z'; }

// Words and the signs of leetspeak that touch them.
struct Token {
  std::size_t first = 0, last = 0;  // words
  Word place;
};

class LeetReader {
 public:
  LeetReader(const Text& text, const Words& words, Revealer* revealer, Sink* sink)
      : text_(text), words_(words), revealer_(revealer), sink_(sink) {}

  void Run() {
    const std::size_t count = words_.places.size();
    for (std::size_t i = 0; i < count; ++i) {
      const Word& word = words_.places[i];
      if (((words_.traits[i].any | TraitsAt(word.begin - 1) | TraitsAt(word.end)) & kLeet) == 0) {
        continue;
      }
      const Token token = TokenAt(i);
      Read(token);
      i = token.last;
    }
  }

 private:
  // 0 beyond the ends; of one before the first too, which wraps around.
  CharTraits TraitsAt(std::uint32_t i) const {
    return i < text_.traits.size() ? text_.traits[i] : 0;
  }
  bool IsSign(std::uint32_t i) const {
    const CharTraits traits = TraitsAt(i);
    return (traits & kLeet) != 0 && !IsWordChar(traits);
  }

  Token TokenAt(std::size_t i) const {
    Token token{i, i, words_.places[i]};
    while (IsSign(token.place.begin - 1)) --token.place.begin;
    while (true) {
      std::uint32_t end = token.place.end;
      while (IsSign(end)) ++end;
      const std::size_t next = token.last + 1;
      if (end > token.place.end && next < words_.places.size() &&
          words_.places[next].begin == end) {
        token.place.end = words_.places[next].end;
        token.last = next;
        continue;
      }
      token.place.end = end;
      return TrimmedOf(token);
    }
  }

  // Without what is punctuation rather than a letter: (like this) wow!
  Token TrimmedOf(Token token) const {
    const Word inner{words_.places[token.first].begin, words_.places[token.last].end};
    const auto at = [&](std::uint32_t i) { return text_.folded[i]; };
    while (token.place.end > inner.end &&
           (at(token.place.end - 1) == U'!' || at(token.place.end - 1) == U'(')) {
      --token.place.end;
    }
    CharTraits any = 0;
    for (std::uint32_t i = inner.begin; i < token.place.end; ++i) any |= text_.traits[i];
    const bool closed = token.place.end < text_.folded.size() && at(token.place.end) == U')';
    if ((any & kLeet) == 0 || closed) {
      // A sign at the start alone tells little: only money reads as a letter.
      token.place.begin = inner.begin;
      if (inner.begin > 0 && at(inner.begin - 1) == U'$') --token.place.begin;
    }
    return token;
  }

  // Whether the token is digits and a unit, or a name with a number: 10km, 5th, user1234.
  bool IsNumbered(std::u32string_view token) const {
    constexpr std::size_t kUnitLettersMax = 2;  // one more behind several digits
    constexpr std::size_t kNumberDigitsMin = 3;
    const auto first = std::find_if_not(token.begin(), token.end(), IsDigit);
    if (first != token.begin() && std::all_of(first, token.end(), IsAsciiLetter)) {
      return static_cast<std::size_t>(token.end() - first) <=
             kUnitLettersMax + (first > token.begin() + 1);
    }
    const auto last = std::find_if_not(token.rbegin(), token.rend(), IsDigit);
    return static_cast<std::size_t>(last - token.rbegin()) >= kNumberDigitsMin &&
           std::none_of(last, token.rend(), [](char32_t c) { return ReadLeet(c) != c; });
  }

  void Read(const Token& token) {
    const std::u32string_view written = Slice(text_, token.place);
    std::size_t letters = 0;
    std::size_t signs = 0;
    std::size_t digits = 0;
    for (const char32_t c : written) {
      if (IsDigit(c)) {
        ++digits;
      } else {
        ++(ReadLeet(c) == c ? letters : signs);
      }
    }
    if (digits > 0 && signs == 0) ReadNumber(token, written);
    if (digits + signs == 0 || IsNumbered(written)) return;
    constexpr std::size_t kLettersMin = 2;
    constexpr std::size_t kSignsMin = 2;
    if (letters < kLettersMin && (letters == 0 || signs < kSignsMin)) return;
    // Signs between single letters part them.
    if (token.last - token.first >= 2 &&
        std::all_of(words_.places.begin() + token.first, words_.places.begin() + token.last + 1,
                    [](const Word& word) { return word.end - word.begin == 1; })) {
      return;
    }
    ReadLetters(token, written);
  }

  // In every reading of 1 and |, which stand for i and l; where there are many, all alike.
  void ReadLetters(const Token& token, std::u32string_view written) {
    constexpr std::size_t kAmbiguousMax = 2;
    const auto ambiguous = [](char32_t c) { return c == U'1' || c == U'|'; };
    const auto many =
        static_cast<std::size_t>(std::count_if(written.begin(), written.end(), ambiguous));
    const bool alike = many > kAmbiguousMax;
    const unsigned readings = alike ? 2 : 1U << many;
    std::u32string plain;
    for (unsigned reading = 0; reading < readings; ++reading) {
      plain.clear();
      unsigned bits = alike && reading != 0 ? ~0U : reading;
      for (const char32_t c : written) {
        const bool l = ambiguous(c) && (bits & 1) != 0;
        plain += l ? U'l' : ReadLeet(c);
        if (ambiguous(c) && !alike) bits >>= 1;
      }
      revealer_->Add(token.first, token.last, plain, token.place);
    }
  }

  // Letters that stand for digits.
  void ReadNumber(const Token& token, std::u32string_view written) {
    constexpr std::size_t kDigitsMin = 3;
    if (written.size() < kDigitsMin) return;
    std::u32string number;
    for (const char32_t c : written) {
      number += ReadDigit(c);
      if (!IsDigit(number.back())) return;
    }
    if (number == written) return;
    revealer_->Add(token.first, token.last, number, token.place);
    AddWordPlaced(text_, View::kWord, MaskedFeature(number), token.place, sink_);
    sink_->AddNamed(View::kDisguise, "letters for digits in a number");
  }

  const Text& text_;
  const Words& words_;
  Revealer* revealer_;
  Sink* sink_;
};

}  // namespace

void RevealLeet(const Text& text, const Words& words, Revealer* revealer, Sink* sink) {
  if ((words.text_traits & kLeet) != 0) LeetReader(text, words, revealer, sink).Run();
}

}  // namespace replyguard::classifier
