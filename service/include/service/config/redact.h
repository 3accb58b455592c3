// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "service/config/option.h"

// What may be shown of a value that holds a secret. Pure functions, safe from any thread.
namespace replyguard::service::config {

// A connection string without its passwords; of any other secret only how long it is.
std::string Shown(const Option& option, std::string_view text);

// A connection string, URI or key=value pairs, every password in it replaced by "***". Where it
// cannot be told where a password ends, everything after its beginning is replaced.
std::string RedactConnectionString(std::string_view text);

}  // namespace replyguard::service::config
