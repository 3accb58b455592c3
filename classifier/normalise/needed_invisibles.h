// Characters that nobody sees and that a script or an emoji cannot do without: they hide nothing.
//
// Thread-safety: pure functions.
#pragma once

#include "normalise/text.h"

namespace replyguard::classifier {

// Of the text as written, takes the mark kIgnorable from joiners between letters of scripts that
// join (Persian, Indic) and within emoji, blanks of no width where words are written without
// blanks (Thai, Khmer), selectors of an emoji's look, marks of direction in a text that holds
// letters written from the right (an override, which turns letters round, keeps it), the letters
// of a region's flag, and a byte order mark at the start. REQUIRES: not one_to_one.
void KeepNeededInvisibles(Text* text);

}  // namespace replyguard::classifier
