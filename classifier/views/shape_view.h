// The shape of a comment: what can be told without reading its words.
#pragma once

#include <cstdint>

#include "views/emit.h"
#include "views/tally.h"

namespace replyguard::classifier {

// Single shapes; those without "Share" or "Fine" are counts in log buckets (LogBucket). Numbers
// stand for names in the features' hashes: a change is one of kExtractorVersion.
enum class ShapeFeature : std::uint64_t {
  kCharacters = 1,
  kCharactersFine,
  kWords,
  kLettersAWord,
  kCapitalShare,
  kCapitalWords,
  kDigits,
  kDigitWords,
  kEmoji,
  kLinks,
  kStyledLetters,
  kLookalikeShare,
  kAccents,
  kMixedWords,
  kInvisible,
  kPunctuationShare,
  kExclamations,
  kQuestions,
  kDots,
  kLines,
  kSymbols,
  kRepeats,
  kScript,
  kLast = kScript,
};

// The hash of a shape with this value (a bucket, where it is one).
std::uint64_t ShapeHash(ShapeFeature feature, std::uint64_t value);

// Adds the shape features and their pairs.
void AddShape(const Text& text, const Words& words, const Tally& tally, std::size_t link_count,
              Sink* sink);

}  // namespace replyguard::classifier
