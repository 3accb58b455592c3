// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/server.h"

namespace replyguard::service {

absl::StatusOr<std::unique_ptr<Server>> StartServer(const ServerOptions& /*options*/) {
  return absl::UnimplementedError("serve is not built yet");
}

}  // namespace replyguard::service
