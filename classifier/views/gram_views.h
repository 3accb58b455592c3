// Character n-grams: of the undisguised text, of its letters alone, and of the text as written.
#pragma once

#include "views/emit.h"

namespace replyguard::classifier {

// The folded text with every run of white space as one blank, one blank before and one after.
void SqueezeFolded(const Text& text, Squeezed* out);

// The same of the source, case and disguise kept.
void SqueezeSource(const Text& text, Squeezed* out);

// Letters and digits alone, leetspeak read as letters, every run of one letter as one: spaced-out,
// dotted and stretched words all read alike.
void SqueezeCompact(const Text& text, Squeezed* out);

// All n-grams of `squeezed` as features of `view`.
void AddGrams(const Squeezed& squeezed, View view, std::size_t n, Sink* sink);

}  // namespace replyguard::classifier
