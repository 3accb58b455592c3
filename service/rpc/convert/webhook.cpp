// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/webhook.h"

#include <google/protobuf/util/json_util.h>

#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/names/resource_names.h"
#include "service/usecases/deliver/webhooks.h"

namespace replyguard::service::rpc {

static_assert(static_cast<int>(storage::WebhookState::kActive) == v1::Webhook::STATE_ACTIVE &&
              static_cast<int>(storage::WebhookState::kPaused) == v1::Webhook::STATE_PAUSED);

std::string EventJson(std::string_view site, const storage::Event& event) {
  v1::Event message;
  ToProto(site, event, &message);
  std::string json;
  // Fails for what is not UTF-8 and for times out of bounds only, which our own messages do not
  // hold.
  const auto status = google::protobuf::util::MessageToJsonString(message, &json);
  return status.ok() ? json : std::string("{}");
}

storage::EventTypeMask FromProto(const google::protobuf::RepeatedField<int>& types,
                                 validation::Violations& violations) {
  storage::EventTypeMask mask = 0;
  for (const int type : types) {
    if (type == v1::Event::TYPE_UNSPECIFIED || !v1::Event::Type_IsValid(type)) {
      violations.Add("webhook.event_types", "VALUE_INVALID", "Must be types of events.");
      continue;
    }
    mask |= storage::MaskOf(static_cast<storage::EventType>(type));
  }
  return mask == 0 ? storage::kEveryEventType : mask;
}

void ToProto(std::string_view site, const storage::WebhookRecord& webhook, v1::Webhook* out) {
  out->set_name(WebhookName(site, webhook.webhook_id));
  out->set_url(webhook.url);
  if (webhook.types != storage::kEveryEventType) {
    for (int type = v1::Event::TYPE_QUEUED; v1::Event::Type_IsValid(type); ++type) {
      if ((webhook.types & storage::MaskOf(static_cast<storage::EventType>(type))) != 0) {
        out->add_event_types(static_cast<v1::Event::Type>(type));
      }
    }
  }
  out->set_state(static_cast<v1::Webhook::State>(webhook.state));
  out->set_pause_reason(webhook.pause_reason);
  out->set_last_error(webhook.last_error);
  out->set_cursor(webhook.sequence);
  ToProto(webhook.created_at, out->mutable_create_time());
  ToProto(webhook.secret.created_at, out->mutable_secret_create_time());
  if (webhook.old_secret) {
    ToProto(webhook.old_secret->created_at, out->mutable_old_secret_create_time());
  }
  if (!webhook.failing_since) return;
  ToProto(*webhook.failing_since, out->mutable_failing_since_time());
  out->set_failure_count(webhook.failures);
  if (webhook.state == storage::WebhookState::kActive) {
    ToProto(webhook.due_at, out->mutable_next_attempt_time());
  }
}

void ToProto(const storage::WebhookId& id, const storage::WebhookAttempt& attempt,
             v1::WebhookDelivery* out) {
  out->set_attempt(attempt.number);
  out->set_sequence(attempt.sequence);
  out->set_message_id(WebhookMessageId(id, attempt.sequence));
  ToProto(attempt.at, out->mutable_attempt_time());
  out->set_status_code(attempt.status);
  out->set_error(attempt.error);
  ToProto(attempt.duration, out->mutable_duration());
  out->set_redelivery(attempt.redelivery);
}

}  // namespace replyguard::service::rpc
