// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "masking/decode.h"

namespace replyguard::storage::masking {

// Units [begin, end).
struct Range {
  std::size_t begin;
  std::size_t end;
};

// The domain that begins at `begin`, after an @ and what may stand between: a name of two labels or
// more, an IPv4 address, or a literal in brackets. Nothing for a version (1.2.3) or a host without
// a dot. Its cost is its length.
std::optional<Range> ReadDomain(const std::vector<Unit>& units, std::size_t begin);

// The domain written plainly.
std::string PlainDomain(const std::vector<Unit>& units, Range domain);

// Whether the domain ends as those of most mail addresses do (".com"). It settles what may be
// prose: a space before the dot.
bool EndsAsMostDo(const std::vector<Unit>& units, Range domain);

// Whether it is one at which anybody gets a mailbox ("gmail.com", "yahoo.fr"): "john @gmail.com" is
// no handle.
bool IsMailProvider(const std::vector<Unit>& units, Range domain);

// Whether the plain name of one stands at `begin`, and nothing that would make a longer name of it:
// dots, hyphens and spaces may follow. Its cost is bounded, whatever follows.
bool IsMailProviderAt(const std::vector<Unit>& units, std::size_t begin);
// Whether `text` may begin with the name of one, in ASCII.
bool BeginsWithMailProvider(std::string_view text);

}  // namespace replyguard::storage::masking
