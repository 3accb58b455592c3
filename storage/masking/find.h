// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "masking/decode.h"

namespace replyguard::storage::masking {

// Bytes [begin, end) of the text become `with`.
struct Edit {
  std::uint32_t begin;
  std::uint32_t end;
  std::string with;
  bool is_domain;
};

// What masks every address among `units`: two edits for each, its local part with the @ and its
// domain; in order, and apart. Linear time and memory.
std::vector<Edit> FindAddresses(const std::vector<Unit>& units);

}  // namespace replyguard::storage::masking
