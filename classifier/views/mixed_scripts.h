// Letters of one script among those of another, which is how look-alikes disguise a word: a letter
// is none in words and texts of its own script.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>

#include "views/emit.h"
#include "views/tally.h"

namespace replyguard::classifier {

struct MixedScripts {
  // Look-alikes: in a word of two scripts those letters that are not of the text's main one; all
  // of a word, if it holds nothing else and the text's script is Latin; all of a text that holds
  // nothing else.
  std::uint64_t letters = 0;
  std::uint64_t words = 0;  // of two scripts, styled letters being a script
};

// A word of Latin letters and such of a script that does not share their shapes (Arabic, Hebrew,
// Hangul, kana) is a name with an ending, unless look-alikes of that script stand among the Latin
// letters.
MixedScripts FindMixedScripts(const Text& text, const Words& words, const Tally& tally);

}  // namespace replyguard::classifier
