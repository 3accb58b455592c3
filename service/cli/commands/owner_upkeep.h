// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Upkeep of the database, for commands that do it without a server.
#pragma once

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "service/cli/commands/key_bootstrap.h"
#include "service/config/settings.h"
#include "storage/upkeep.h"

namespace replyguard::service::cli {

// As the schema's owner. INVALID_ARGUMENT when no database is configured.
inline absl::StatusOr<std::unique_ptr<storage::Upkeep>> OpenOwnerUpkeep(
    const config::Settings& settings) {
  auto url = OwnerUrl(settings);
  if (!url.ok()) return url.status();
  return storage::OpenUpkeep(*url);
}

}  // namespace replyguard::service::cli
