// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Hosts under which anybody may have a name of his own, by the Public Suffix List
// (publicsuffix.org) as libpsl has it: "co.uk", "com", "blogspot.com".
#pragma once

#include <string_view>

namespace replyguard::service::policy {

// Whether the host, in any spelling, is one: what is refused there is refused to all. Names of one
// label are, listed or not. Thread-safe; no error.
bool IsPublicSuffix(std::string_view host);

}  // namespace replyguard::service::policy
