// Characters that read as letters only in some company: fr€€, 千尺乇乇, ɟɹǝǝ; or as nothing:
// fـrـeـe.
//
// Thread-safety: pure functions.
#pragma once

#include "normalise/text.h"

namespace replyguard::classifier {

inline constexpr CharTraits kContextTraits =
    kCurrencyLetter | kShapeLetter | kRotatedLetter | kFiller | TraitOf(CharKind::kIgnorable);

// Folds these once more where the text speaks for it. `traits`: of kContextTraits those that the
// text has at least once.
void ReadInContext(CharTraits traits, Text* text);

// Whether so many of the letters in text.folded[begin, end) are turned that it is upside down.
bool IsUpsideDown(const Text& text, std::size_t begin, std::size_t end);

}  // namespace replyguard::classifier
