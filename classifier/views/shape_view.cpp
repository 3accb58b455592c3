#include "views/shape_view.h"

#include <algorithm>
#include <array>
#include <string>

#include "views/mixed_scripts.h"

namespace replyguard::classifier {
namespace {

// The seed of each shape's values: shapes are told apart by a number.
template <std::size_t kCount>
constexpr std::array<std::uint64_t, kCount> SeedsOf(View view) {
  std::array<std::uint64_t, kCount> seeds{};
  for (std::size_t i = 0; i < kCount; ++i) seeds[i] = MixHash(Sink::Seed(view), i);
  return seeds;
}
constexpr auto kShapeSeeds =
    SeedsOf<static_cast<std::size_t>(ShapeFeature::kLast) + 1>(View::kShape);
constexpr std::size_t kPairedCount = 7;
constexpr auto kShapePairSeeds = SeedsOf<kPairedCount*(kPairedCount - 1) / 2>(View::kShapePair);

// Of words: how many are in capitals, or hold a digit.
struct WordTally {
  std::uint64_t capitals = 0, digits = 0;
};

WordTally CountWords(const Words& words) {
  WordTally t;
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const Word& word = words.places[i];
    const Words::Traits& traits = words.traits[i];
    t.capitals += (traits.all & kUpper) != 0 && word.end - word.begin > 1;
    t.digits += (traits.any & TraitOf(CharKind::kDigit)) != 0;
  }
  return t;
}

// What a moderator is told a shape is about: several features share a topic.
enum Topic : std::uint8_t {
  kLength,
  kCapitals,
  kDigits,
  kEmoji,
  kLinks,
  kDisguised,
  kAccents,
  kPunctuation,
  kMarks,
  kLines,
  kSymbols,
  kRepeats,
  kScript,
  kTopicCount,
};
using Topics = std::array<std::uint32_t, kTopicCount>;

// "no links", "1 link", "2 links".
std::string Many(std::uint64_t n, const char* one, const char* many) {
  return (n == 0 ? "no" : std::to_string(n)) + " " + (n == 1 ? one : many);
}

std::string Percent(std::uint64_t part, std::uint64_t all, const char* of_what) {
  return std::to_string(all == 0 ? 0 : part * 100 / all) + " % " + of_what;
}

// How each topic reads, by its numbers.
constexpr std::array<Subject::Write, kTopicCount> kWriters = {
    [](const Subject& s) {
      return Many(s.numbers[0], "character", "characters") + ", " +
             Many(s.numbers[1], "word", "words");
    },
    [](const Subject& s) { return Percent(s.numbers[0], s.numbers[1], "capitals"); },
    [](const Subject& s) { return Many(s.numbers[0], "digit", "digits"); },
    [](const Subject& s) { return Many(s.numbers[0], "emoji", "emoji"); },
    [](const Subject& s) { return Many(s.numbers[0], "link", "links"); },
    [](const Subject& s) {
      return Many(s.numbers[0], "disguised character", "disguised characters");
    },
    [](const Subject& s) { return Many(s.numbers[0], "accented letter", "accented letters"); },
    [](const Subject& s) { return Percent(s.numbers[0], s.numbers[1], "punctuation"); },
    [](const Subject& s) {
      return Many(s.numbers[0], "exclamation mark", "exclamation marks") + ", " +
             Many(s.numbers[1], "question mark", "question marks");
    },
    [](const Subject& s) { return Many(s.numbers[0], "line", "lines"); },
    [](const Subject& s) { return Many(s.numbers[0], "symbol", "symbols"); },
    [](const Subject& s) {
      return Many(s.numbers[0], "run of one character", "runs of one character");
    },
    [](const Subject&) { return std::string("the script it is written in"); },
};

// One subject a topic; all none unless explaining.
Topics NameTopics(const Text& text, std::size_t words, std::size_t links, const Tally& t,
                  const MixedScripts& mixed, Sink* sink) {
  Topics topics;
  topics.fill(Trace::kNone);
  if (!sink->explaining()) return topics;
  const std::uint64_t length = text.source.size();
  const std::array<std::array<std::uint64_t, 2>, kTopicCount> numbers = {{
      {length, words},
      {t.upper, t.letters},
      {t.digits},
      {t.emoji},
      {links},
      {t.styled + mixed.letters + t.invisible},
      {t.accented},
      {t.punctuation, length},
      {t.exclamations, t.questions},
      {t.newlines + 1},
      {t.symbols},
      {t.repeats},
      {},
  }};
  for (std::size_t topic = 0; topic < kTopicCount; ++topic) {
    topics[topic] = sink->AddSubject({View::kShape, kWriters[topic], numbers[topic], {}, {}});
  }
  return topics;
}

struct Shape {
  Topic topic;
  std::uint64_t value;
};

struct SingleShape {
  Topic topic;
  ShapeFeature feature;
  std::uint64_t value;
};

// Pairs of the few shapes that tell most.
void AddShapePairs(const Text& text, const Tally& t, const MixedScripts& mixed,
                   std::size_t link_count, const Topics& topics, Sink* sink) {
  const std::uint64_t letters = std::max<std::uint64_t>(t.letters, 1);
  const Shape core[kPairedCount] = {
      {kLength, LogBucket(text.source.size())},
      {kCapitals, t.upper * 4 / letters},
      {kLinks, std::min<std::uint64_t>(link_count, 2)},
      {kMarks, std::min<std::uint64_t>(t.exclamations, 2)},
      {kDigits, std::min<std::uint64_t>(LogBucket(t.digits), 4)},
      {kDisguised, std::min<std::uint64_t>(LogBucket(t.styled + mixed.letters), 3)},
      {kEmoji, std::min<std::uint64_t>(t.emoji, 2)},
  };
  const std::uint64_t* seed = kShapePairSeeds.data();
  ViewFiller filler(View::kShapePair, kShapePairSeeds.size(), sink);
  for (const Shape& a : core) {
    for (const Shape& b : core) {
      if (&a >= &b) continue;
      filler.AddNew(MixHash(*seed++, a.value << 32 | b.value),
                    [&] { return Trace{.subject = topics[a.topic], .other = topics[b.topic]}; });
    }
  }
  filler.Finish();
}

}  // namespace

std::uint64_t ShapeHash(ShapeFeature feature, std::uint64_t value) {
  return MixHash(kShapeSeeds[static_cast<std::size_t>(feature)], value);
}

void AddShape(const Text& text, const Words& words, const Tally& t, std::size_t link_count,
              Sink* sink) {
  const WordTally word_tally = CountWords(words);
  const MixedScripts mixed = FindMixedScripts(text, words, t);
  const std::size_t word_count = words.places.size();
  const std::uint64_t length = text.source.size();
  const std::uint64_t letters = std::max<std::uint64_t>(t.letters, 1);
  using F = ShapeFeature;
  const SingleShape shapes[] = {
      {kLength, F::kCharacters, LogBucket(length)},
      {kLength, F::kCharactersFine, length < 12 ? length : LogBucket(length * length * length)},
      {kLength, F::kWords, LogBucket(word_count)},
      {kLength, F::kLettersAWord, word_count == 0 ? 0 : letters / word_count},
      {kCapitals, F::kCapitalShare, t.upper * 8 / letters},
      {kCapitals, F::kCapitalWords, LogBucket(word_tally.capitals)},
      {kDigits, F::kDigits, LogBucket(t.digits)},
      {kDigits, F::kDigitWords, LogBucket(word_tally.digits)},
      {kEmoji, F::kEmoji, LogBucket(t.emoji)},
      {kLinks, F::kLinks, LogBucket(link_count)},
      {kDisguised, F::kStyledLetters, LogBucket(t.styled)},
      {kDisguised, F::kLookalikeShare, mixed.letters * 8 / letters},
      {kAccents, F::kAccents, LogBucket(t.accented)},
      {kDisguised, F::kMixedWords, LogBucket(mixed.words)},
      {kDisguised, F::kInvisible, LogBucket(t.invisible)},
      {kPunctuation, F::kPunctuationShare, t.punctuation * 16 / std::max<std::uint64_t>(length, 1)},
      {kMarks, F::kExclamations, LogBucket(t.exclamations)},
      {kMarks, F::kQuestions, LogBucket(t.questions)},
      {kPunctuation, F::kDots, LogBucket(t.dots)},
      {kLines, F::kLines, LogBucket(t.newlines)},
      {kSymbols, F::kSymbols, LogBucket(t.symbols)},
      {kRepeats, F::kRepeats, LogBucket(t.repeats)},
      {kScript, F::kScript,
       static_cast<std::uint64_t>(std::max_element(t.scripts.begin(), t.scripts.end()) -
                                  t.scripts.begin())},
  };
  const Topics topics = NameTopics(text, word_count, link_count, t, mixed, sink);
  ViewFiller filler(View::kShape, std::size(shapes), sink);
  for (const SingleShape& shape : shapes) {
    filler.AddNew(ShapeHash(shape.feature, shape.value),
                  [&] { return Trace{.subject = topics[shape.topic]}; });
  }
  filler.Finish();
  AddShapePairs(text, t, mixed, link_count, topics, sink);
}

}  // namespace replyguard::classifier
