// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "masking/decode.h"

// Addresses whose signs are spoken. Pure.
namespace replyguard::storage::masking {

// Longer than any word, or element of HTML, that is looked for.
inline constexpr std::size_t kWordUnitsMax = 12;

// Whether the word, in lower case, is one for @ or for a dot.
bool IsAtWord(std::u32string_view word);
bool IsDotWord(std::u32string_view word);
// Whether one for @ may begin with it, in either case: of nearly every word that is enough.
bool MayBeginAtWord(char32_t c);
// What may stand around a word beside spaces: john -at- example, john *at* example.
bool IsWordMark(char32_t c);

// Makes a sign of each word between spaces that a reader takes for one ("john at example dot com",
// "john -at- example -dot- com", "john@example dot com"), and takes the spaces from between single
// characters ("j o h n @ e x a m p l e . c o m"). A word for @ counts only before a domain whose
// dots are spoken, too, and that ends as addresses do, or at which anybody gets a mailbox ("john at
// gmail.com"): prose stays. An underscore is a space (john_at_example_dot_com). Linear time and
// memory.
void ReadWords(std::vector<Unit>& text);

// Whether `text` may hold words that make an address. For a text without any form of @.
bool MayHoldWords(std::string_view text);

}  // namespace replyguard::storage::masking
