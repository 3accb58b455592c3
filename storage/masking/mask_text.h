// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "masking/own_address.h"

namespace replyguard::storage::masking {

// Masks every address in `text` (MaskText), and the author's own where one is given: that one
// first, as of one that reads like part of a link MaskText takes but the end. Whether anything
// was masked; what was is wiped. Linear. Thread-safe.
bool MaskAddresses(std::string& text, const OwnAddress* own);

}  // namespace replyguard::storage::masking
