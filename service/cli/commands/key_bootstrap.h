// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "replyguard/v1/admin_service.pb.h"
#include "service/config/settings.h"

namespace replyguard::service::cli {

// Makes an operator key for every site directly in the database, for the time before there is a key
// to call with. PERMISSION_DENIED when a good one exists, unless forced; INVALID_ARGUMENT when no
// database is configured; otherwise what storage says.
absl::StatusOr<v1::CreateApiKeyResponse> BootstrapOperatorKey(const config::Settings& settings,
                                                              const std::string& display_name,
                                                              bool force);

// The connection string for what the owner of the tables does: database.owner_url, or else the
// direct or the plain one. INVALID_ARGUMENT when none is configured.
absl::StatusOr<std::string> OwnerUrl(const config::Settings& settings);

}  // namespace replyguard::service::cli
