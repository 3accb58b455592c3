// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Taking a decision back, inside a transaction.
#pragma once

#include "absl/status/statusor.h"
#include "postgres/session.h"
#include "storage/decision_store.h"

namespace replyguard::storage {

// DecisionStore::Undo. Throws what libpqxx throws.
absl::StatusOr<DecisionResult> UndoDecision(Tx& tx, SiteId site_id, const Actor& actor,
                                            const DecisionId& decision_id, Timestamp now);

}  // namespace replyguard::storage
