// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/server.h"
#include "service/config/settings.h"

namespace replyguard::service::cli {

// What the settings mean for a server. INVALID_ARGUMENT names the option that is missing. Pure.
absl::StatusOr<ServerOptions> ServerOptionsFrom(const config::Settings& settings);

// The networks of http.trusted_proxies, unread.
std::vector<std::string> TrustedProxiesFrom(const config::Settings& settings);

}  // namespace replyguard::service::cli
