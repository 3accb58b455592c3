// Text that is written as the codes of its characters: in base64, or as numbers (hexadecimal,
// decimal, octal, binary). What decodes to plain words is no accident and reads as these.
//
// Thread-safety: none, as the table.
#pragma once

#include "normalise/text.h"
#include "views/emit.h"

namespace replyguard::classifier {

// Replaces such stretches of the folded text by what they stand for; whether there were any: then
// `words` are of the text as it was. A glance at the words is all that other texts cost.
bool DecodePayloads(const Words& words, CharTable& table, Text* text);

}  // namespace replyguard::classifier
