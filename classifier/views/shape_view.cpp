#include "views/shape_view.h"

#include <algorithm>
#include <array>

namespace replyguard::classifier {
namespace {

struct Tally {
  std::uint64_t letters = 0, upper = 0, digits = 0, emoji = 0, styled = 0, lookalike = 0;
  std::uint64_t punctuation = 0, invisible = 0, exclamations = 0, questions = 0, newlines = 0;
  std::uint64_t symbols = 0, dots = 0, repeats = 0, accented = 0;
  std::array<std::uint64_t, 6> scripts{};
};

Tally Count(const Text& text) {
  Tally t;
  char32_t last = 0;
  std::uint64_t run = 0;
  for (const SourceChar& c : text.source) {
    const CharInfo& info = *c.info;
    t.letters += info.kind == CharKind::kLetter;
    t.upper += info.upper;
    t.digits += info.kind == CharKind::kDigit;
    t.emoji += info.kind == CharKind::kEmoji;
    t.symbols += info.kind == CharKind::kSymbol;
    t.styled += info.style == CharStyle::kStyled;
    t.accented += info.style == CharStyle::kAccented;
    t.lookalike += info.style == CharStyle::kLookalike;
    t.punctuation += info.kind == CharKind::kPunctuation;
    t.invisible += info.kind == CharKind::kIgnorable;
    t.exclamations += c.c == U'!';
    t.questions += c.c == U'?';
    t.dots += c.c == U'.';
    t.newlines += c.c == U'\n';
    run = c.c == last ? run + 1 : 1;
    t.repeats += run == 3;
    last = c.c;
    if (info.kind == CharKind::kLetter) ++t.scripts[static_cast<std::size_t>(info.script)];
  }
  return t;
}

// Words whose letters come from more than one script group.
std::uint64_t MixedWords(const Text& text, const std::vector<Word>& words) {
  std::uint64_t mixed = 0;
  for (const Word& word : words) {
    unsigned groups = 0;
    for (std::uint32_t i = word.begin; i < word.end; ++i) {
      const CharInfo& info = *text.source[text.origin[i]].info;
      if (info.script != ScriptGroup::kCommon) groups |= 1U << static_cast<unsigned>(info.script);
      if (info.style == CharStyle::kStyled) groups |= 1U << 7;
    }
    mixed += std::popcount(groups) > 1;
  }
  return mixed;
}

struct Named {
  const char* name;
  std::uint64_t value;
};

}  // namespace

void AddShape(const Text& text, const std::vector<Word>& words, std::size_t link_count,
              Sink* sink) {
  const Tally t = Count(text);
  const std::uint64_t length = text.source.size();
  const std::uint64_t letters = std::max<std::uint64_t>(t.letters, 1);
  std::uint64_t caps_words = 0;
  std::uint64_t number_words = 0;
  for (const Word& word : words) {
    bool all_upper = word.end - word.begin > 1;
    bool digit = false;
    for (std::uint32_t i = word.begin; i < word.end; ++i) {
      const CharInfo& info = *text.source[text.origin[i]].info;
      all_upper = all_upper && info.upper;
      digit = digit || info.kind == CharKind::kDigit;
    }
    caps_words += all_upper;
    number_words += digit;
  }
  const Named shapes[] = {
      {"length", LogBucket(length)},
      {"length, finely", length < 12 ? length : LogBucket(length * length * length)},
      {"words", LogBucket(words.size())},
      {"letters a word", words.empty() ? 0 : letters / words.size()},
      {"capitals, eighths", t.upper * 8 / letters},
      {"words in capitals", LogBucket(caps_words)},
      {"digits", LogBucket(t.digits)},
      {"words with digits", LogBucket(number_words)},
      {"emoji", LogBucket(t.emoji)},
      {"links", LogBucket(link_count)},
      {"styled letters", LogBucket(t.styled)},
      {"look-alike letters, eighths", t.lookalike * 8 / letters},
      {"accented letters", LogBucket(t.accented)},
      {"words of mixed scripts", LogBucket(MixedWords(text, words))},
      {"invisible characters", LogBucket(t.invisible)},
      {"punctuation, sixteenths", t.punctuation * 16 / std::max<std::uint64_t>(length, 1)},
      {"exclamation marks", LogBucket(t.exclamations)},
      {"question marks", LogBucket(t.questions)},
      {"dots", LogBucket(t.dots)},
      {"lines", LogBucket(t.newlines)},
      {"symbols", LogBucket(t.symbols)},
      {"repeated characters", LogBucket(t.repeats)},
      {"script", static_cast<std::uint64_t>(std::max_element(t.scripts.begin(), t.scripts.end()) -
                                            t.scripts.begin())},
  };
  std::uint64_t number = 0;
  for (const Named& shape : shapes) {
    sink->AddNumbered(View::kShape, ++number, shape.value,
                      [&] { return std::string(shape.name) + " " + std::to_string(shape.value); });
  }

  const Named core[] = {
      {"length", LogBucket(length)},
      {"capitals, quarters", t.upper * 4 / letters},
      {"links", std::min<std::uint64_t>(link_count, 2)},
      {"exclamation marks", std::min<std::uint64_t>(t.exclamations, 2)},
      {"digits", std::min<std::uint64_t>(LogBucket(t.digits), 4)},
      {"disguised letters", std::min<std::uint64_t>(LogBucket(t.styled + t.lookalike), 3)},
      {"emoji", std::min<std::uint64_t>(t.emoji, 2)},
  };
  for (const Named& a : core) {
    for (const Named& b : core) {
      if (&a >= &b) continue;
      sink->AddNumbered(View::kShapePair, ++number, a.value << 32 | b.value, [&] {
        return std::string(a.name) + " " + std::to_string(a.value) + ", " + b.name + " " +
               std::to_string(b.value);
      });
    }
  }
}

}  // namespace replyguard::classifier
