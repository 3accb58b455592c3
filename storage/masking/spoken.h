// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "masking/decode.h"
#include "masking/domain.h"

namespace replyguard::storage::masking {

// Where the address of these two parts, both decoded and folded (FoldChar), stands in `text` with a
// word for its @ between spaces or marks ("john at acme.example", "john_arroba_acme.example"), or
// an @ between spaces; also with words for its dots. No letter or digit is beside it, but for those
// of a script without spaces beside one with them. In order, and apart. Linear time in the text's
// length, at most some hundreds of looks a word for @. Pure.
std::vector<Range> FindSpoken(const std::vector<Unit>& text, std::u32string_view local,
                              std::u32string_view domain);

}  // namespace replyguard::storage::masking
