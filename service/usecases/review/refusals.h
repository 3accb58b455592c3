// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "service/auth/principal.h"
#include "storage/decision_store.h"

namespace replyguard::service {

class Observer;

// Who decides.
storage::Actor ActorOf(const Principal& principal);

// Whether a decision teaches; `asked`: nothing means that it does where it can.
bool Teaches(storage::DecisionAction action, std::optional<bool> asked);

// Why a decision was refused, in words; the decision that was faster goes into the metadata.
absl::Status RefusalOf(const storage::DecisionResult& result, std::string_view not_found);

// Counts a decision. `observer` null: nobody does.
void TellDecision(Observer* observer, const storage::Decision& decision,
                  const storage::CommentRecord& comment);

}  // namespace replyguard::service
