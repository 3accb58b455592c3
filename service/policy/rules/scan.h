// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unicode/uchar.h>

#include <cstddef>
#include <string_view>

#include "policy/rules/host_name.h"

// Where the parts of what browsers may read as a link end. Pure.
namespace replyguard::service::policy {

inline bool EndsPath(UChar32 c) {
  return c < 0 || c == '"' || c == '\'' || c == '<' || c == '>' || c == '[' || c == ']' ||
         c == '?' || c == '#' || u_isUWhiteSpace(c);
}

// Of what browsers take for the mailbox before the host, up to an "@".
inline bool EndsAuthority(UChar32 c) { return EndsPath(c) || c == '/' || c == '\\'; }

// Where the characters that `ends` refuses begin.
template <typename Ends>
std::size_t ScanTo(std::string_view text, std::size_t at, Ends ends) {
  while (at < text.size()) {
    std::size_t next = at;
    if (ends(NextChar(text, next))) break;
    at = next;
  }
  return at;
}

}  // namespace replyguard::service::policy
