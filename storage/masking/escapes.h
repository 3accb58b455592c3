// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "masking/decode.h"

// Which escape a row of characters ends with. Pure; every function looks at a bounded number of
// characters.
namespace replyguard::storage::masking {

// A byte of UTF-8 beyond ASCII, escaped by itself ("%C3"), until its fellows make a character.
inline constexpr char32_t kByteBase = 0x110000;

// Whether `c` is a zero that a zero stands before, with which a number begins ("&#00", "\u{00"): it
// counts for nothing, however many there are.
bool IsLeadingZero(const std::vector<Unit>& units, char32_t c);

// Takes a complete escape off the end of `units` and answers what it stands for; nothing (and no
// change) when they do not end with one.
std::optional<Unit> TakeEscape(std::vector<Unit>& units);

// The same for "&#64" without its semicolon, which ends where `next` is no digit of it.
std::optional<Unit> TakeOpenNumber(std::vector<Unit>& units, char32_t next);

}  // namespace replyguard::storage::masking
