// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Queue items, decisions, filters and counts as the contract has them. Thread-safety: pure
// functions.
#pragma once

#include <string_view>
#include <vector>

#include "replyguard/v1/moderation.pb.h"
#include "replyguard/v1/moderation_service.pb.h"
#include "service/usecases/errors.h"
#include "service/usecases/review/queue.h"
#include "storage/decision_store.h"
#include "storage/queue_store.h"

namespace replyguard::service::rpc {

void ToProto(const ReviewItem& item, v1::QueueItem* out);
void ToProto(std::string_view site, const storage::Decision& decision, v1::Decision* out);
void ToProto(const storage::QueueStats& stats, v1::QueueStats* out);

// Nothing for values that the contract does not know, and for UNSPECIFIED.
std::optional<storage::DecisionAction> FromProto(v1::DecisionAction action);
std::optional<storage::CommentStatus> FromProto(v1::CommentStatus status);
// Unspecified means oldest; nothing for what the contract does not know.
std::optional<storage::QueueOrder> FromProto(v1::QueueOrder order);

// Adds what is wrong with the filter's form to `violations`.
ReviewFilter FromProto(const v1::QueueFilter& filter, validation::Violations& violations);

}  // namespace replyguard::service::rpc
