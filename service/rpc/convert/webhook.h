// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Webhooks as the contract has them, and the events they are told. Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "replyguard/v1/webhook.pb.h"
#include "service/usecases/errors.h"
#include "storage/event_log.h"
#include "storage/webhook_store.h"

namespace replyguard::service::rpc {

// proto3 JSON of a v1::Event, as WatchEvents has it.
std::string EventJson(std::string_view site, const storage::Event& event);

// Every one when there is none. Adds what is wrong to `violations`.
storage::EventTypeMask FromProto(const google::protobuf::RepeatedField<int>& types,
                                 validation::Violations& violations);

void ToProto(std::string_view site, const storage::WebhookRecord& webhook, v1::Webhook* out);
void ToProto(const storage::WebhookId& id, const storage::WebhookAttempt& attempt,
             v1::WebhookDelivery* out);

}  // namespace replyguard::service::rpc
