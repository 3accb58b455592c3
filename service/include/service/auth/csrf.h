// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The token that a page of ours repeats in each request with side effects, as no other site's page
// can: the cookie alone comes with whatever a browser sends.
//
// It is computed from the session's token, which only the browser and the request hold; nothing is
// stored. Knowing it does not help to find the session's token (BLAKE2b, 128 random bits).
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace replyguard::service::auth {

// 32 lower-case hexadecimal digits.
std::string CsrfTokenOf(std::string_view session_token);

// Whether it is the session's. Takes a time that does not depend on the contents.
bool IsCsrfTokenOf(std::string_view session_token, std::string_view presented);

}  // namespace replyguard::service::auth
