// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace replyguard::service::policy {

// The Latin letter a to z that a non-ASCII character looks like (the confusables of UTS #39, at the
// cost of one ICU call; small capitals, letters on dark ground) or is at base
// (accents taken off, canonical decomposition); nothing for other characters.
std::optional<char> LatinLookAlike(char32_t c);

// The Latin letter that a Cyrillic one stands for among Latin letters only ("casi\u0438o"), being
// it turned round or in part.
std::optional<char> FauxLatin(char32_t c);

}  // namespace replyguard::service::policy
