// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "replyguard/v1/moderation_service.pb.h"
#include "service/cli/commands/comment_filter.h"
#include "service/cli/frame/cli_app.h"
#include "service/config/settings.h"

namespace replyguard::service::cli {

// Which items of the queue, and in which order, as flags of list and next.
struct QueueFlags {
  std::string order = "oldest";
  std::string cause;
  bool shadow = false;
  bool escalated = false;
  MatchFlags match;
};

void AddQueueFlags(CLI::App& command, QueueFlags& flags);

v1::QueueOrder OrderOf(const QueueFlags& flags);
absl::StatusOr<v1::QueueFilter> FilterOf(const QueueFlags& flags, const config::Settings& settings);

}  // namespace replyguard::service::cli
