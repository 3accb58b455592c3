// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "storage/event_log.h"

namespace replyguard::tests {

// Nothing changes but what the test does to the heads.
class StillChanges final : public storage::ChangeWatcher {
 public:
  storage::LogHeads WaitForChange(const storage::LogHeads&, storage::Deadline) override {
    return heads;
  }
  storage::LogHeads Present() const override { return heads; }
  storage::Deadline LookedAt() const override { return looked_at; }
  storage::Deadline AnsweredAt() const override { return answered_at; }
  void Stop() override {}

  storage::LogHeads heads;
  storage::Deadline looked_at = storage::Deadline::max();  // just now, always
  storage::Deadline answered_at{};                         // long ago
};

}  // namespace replyguard::tests
