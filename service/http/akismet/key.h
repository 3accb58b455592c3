// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Where a client of the Akismet protocol puts its key. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "service/http/akismet/parameters.h"
#include "service/http/server/message.h"

namespace replyguard::service::http::akismet {

// The first of: api_key or key among the parameters; the user of HTTP Basic, without the last
// ".part" that a client which believes to name a host adds to it; a bearer token; the first label
// of the host's name, where it looks like a key. In lower case, as resolvers and browsers change
// the case of names; empty for none.
std::string FindKey(const Request& request, const Parameters& parameters);

// How much of either end of a body is looked at, and how many keys may be in sight at all.
inline constexpr std::size_t kKeyWithinBytes = 64U << 10U;
inline constexpr std::size_t kLikelyKeysMax = 8;

// What looks like a key where one may be, of a body that has not been read yet: a guess at who
// calls, before it is worth anybody's time. In lower case, and to be wiped. Linear.
std::vector<std::string> LikelyKeys(const Request& request);

}  // namespace replyguard::service::http::akismet
