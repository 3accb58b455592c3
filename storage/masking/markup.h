// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "masking/decode.h"

namespace replyguard::storage::masking {

// A text as it is shown, and what its tags hold.
struct Shown {
  // Without tags that a browser shows nothing for: <b>, [b], comments. One that begins a line or a
  // block is a newline. "(at)", "[dot]", "{@}" and the like, with the spaces around, are the sign
  // they name.
  std::vector<Unit> text;
  // What was left out, tag by tag, with kBadByte after each: a link's target may be an address.
  std::vector<Unit> tags;
};

// Linear time and memory.
Shown Show(std::vector<Unit> units);

// Whether `text` may hold a bracketed word for @ at the bracket `at`. For a text without any other
// form of @.
bool MayBeBracketedAt(std::string_view text, std::size_t at);

}  // namespace replyguard::storage::masking
