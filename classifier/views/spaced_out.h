// Words whose letters stand apart: S P A M, s.p.a.m, s🔥p🔥a🔥m.
#pragma once

#include "views/emit.h"
#include "views/reveal.h"

namespace replyguard::classifier {

// Drops from the folded text what parts the letters of spaced-out words of four letters and more,
// as if it were invisible; of the text as written everything stays. A word ends where something
// else stands between two letters than between most of the row. Returns whether there were any:
// then `words` is no longer true.
bool JoinSpacedOut(const Words& words, Text* text);

// Evidence of what JoinSpacedOut leaves: shorter ones, and rows of words of one or two letters.
void AddSpacedOut(const Text& text, const Words& words, Revealer* revealer, Sink* sink);

}  // namespace replyguard::classifier
