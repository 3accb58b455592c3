// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Where a client of the Akismet protocol puts its key. Pure.
#pragma once

#include <string>

#include "service/http/akismet/parameters.h"
#include "service/http/server/message.h"

namespace replyguard::service::http::akismet {

// The first of: api_key or key among the parameters; the user of HTTP Basic, without the last
// ".part" that a client which believes to name a host adds to it; a bearer token; the first label
// of the host's name, where it looks like a key. In lower case, as resolvers and browsers change
// the case of names; empty for none.
std::string FindKey(const Request& request, const Parameters& parameters);

}  // namespace replyguard::service::http::akismet
