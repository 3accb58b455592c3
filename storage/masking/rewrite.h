// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "masking/decode.h"
#include "masking/find.h"

namespace replyguard::storage::masking {

// Whether any form of @ may be there. One scan, nearly all of it one look-up a byte.
bool MayHoldAt(std::string_view text);

// The text with these edits, which may be in any order; of two that overlap the first one counts.
std::string Edited(std::string_view text, std::vector<Edit> edits);

// The text with all that `find` edits in it as it is shown, and in what its tags hold: in those
// with an @. Linear time and memory beside `find`.
std::string Rewrite(std::string_view text,
                    const std::function<std::vector<Edit>(const std::vector<Unit>&)>& find);

}  // namespace replyguard::storage::masking
