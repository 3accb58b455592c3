// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <utility>

#include "replyguard/v1/webhook.pb.h"
#include "service/rpc/convert/webhook.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/deliver/webhooks.h"

namespace replyguard::service::rpc {
namespace {

absl::StatusOr<UuidName> WebhookIn(std::string_view field, std::string_view name) {
  std::optional<UuidName> webhook = ParseUuidName(name, "webhooks");
  if (!webhook) return BadName(field, name, "sites/{site}/webhooks/{webhook}");
  return *std::move(webhook);
}

absl::Status Create(const UseCases& use_cases, const CallContext& call,
                    const v1::CreateWebhookRequest& request, v1::CreateWebhookResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  validation::Violations violations;
  const auto types = FromProto(request.webhook().event_types(), violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto made = use_cases.webhooks.Create(*call.principal, *site, request.webhook().url(),
                                              types, call.deadline);
  if (!made.ok()) return made.status();
  ToProto(*site, made->webhook, response.mutable_webhook());
  response.set_secret(made->secret);
  return absl::OkStatus();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListWebhooksRequest& request, v1::ListWebhooksResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto webhooks = use_cases.webhooks.List(*call.principal, *site, call.deadline);
  if (!webhooks.ok()) return webhooks.status();
  for (const storage::WebhookRecord& webhook : *webhooks) {
    ToProto(*site, webhook, response.add_webhooks());
  }
  return absl::OkStatus();
}

// The fields to change: those named, or every one that is set.
std::set<std::string> MaskOf(const v1::UpdateWebhookRequest& request) {
  std::set<std::string> mask(request.update_mask().paths().begin(),
                             request.update_mask().paths().end());
  if (!mask.empty()) return mask;
  const v1::Webhook& webhook = request.webhook();
  if (!webhook.url().empty()) mask.insert("url");
  if (!webhook.event_types().empty()) mask.insert("event_types");
  if (webhook.state() != v1::Webhook::STATE_UNSPECIFIED) mask.insert("state");
  return mask;
}

storage::WebhookChange ChangeIn(const v1::UpdateWebhookRequest& request,
                                validation::Violations& violations) {
  const v1::Webhook& webhook = request.webhook();
  storage::WebhookChange change;
  for (const std::string& path : MaskOf(request)) {
    if (path == "url") {
      change.url = webhook.url();
    } else if (path == "event_types") {
      change.types = FromProto(webhook.event_types(), violations);
    } else if (path == "state") {
      if (webhook.state() != v1::Webhook::STATE_ACTIVE &&
          webhook.state() != v1::Webhook::STATE_PAUSED) {
        violations.Add("webhook.state", "VALUE_INVALID", "Must be one of the states.");
      }
      change.state = static_cast<storage::WebhookState>(webhook.state());
    } else {
      violations.Add("update_mask", "VALUE_INVALID",
                     "May name \"url\", \"event_types\" and \"state\" only.");
    }
  }
  return change;
}

absl::Status Update(const UseCases& use_cases, const CallContext& call,
                    const v1::UpdateWebhookRequest& request, v1::UpdateWebhookResponse& response) {
  const auto name = WebhookIn("webhook.name", request.webhook().name());
  if (!name.ok()) return name.status();
  validation::Violations violations;
  const storage::WebhookChange change = ChangeIn(request, violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto webhook =
      use_cases.webhooks.Update(*call.principal, name->site, name->id, change, call.deadline);
  if (webhook.ok()) ToProto(name->site, *webhook, response.mutable_webhook());
  return webhook.status();
}

absl::Status Rotate(const UseCases& use_cases, const CallContext& call,
                    const v1::RotateWebhookSecretRequest& request,
                    v1::RotateWebhookSecretResponse& response) {
  const auto name = WebhookIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto made = use_cases.webhooks.Rotate(*call.principal, name->site, name->id, call.deadline);
  if (!made.ok()) return made.status();
  ToProto(name->site, made->webhook, response.mutable_webhook());
  response.set_secret(made->secret);
  return absl::OkStatus();
}

absl::Status Drop(const UseCases& use_cases, const CallContext& call,
                  const v1::DropWebhookSecretRequest& request,
                  v1::DropWebhookSecretResponse& response) {
  const auto name = WebhookIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto webhook =
      use_cases.webhooks.DropOldSecret(*call.principal, name->site, name->id, call.deadline);
  if (webhook.ok()) ToProto(name->site, *webhook, response.mutable_webhook());
  return webhook.status();
}

absl::Status Delete(const UseCases& use_cases, const CallContext& call,
                    const v1::DeleteWebhookRequest& request, v1::DeleteWebhookResponse&) {
  const auto name = WebhookIn("name", request.name());
  if (!name.ok()) return name.status();
  return use_cases.webhooks.Delete(*call.principal, name->site, name->id, call.deadline);
}

absl::Status Deliveries(const UseCases& use_cases, const CallContext& call,
                        const v1::ListWebhookDeliveriesRequest& request,
                        v1::ListWebhookDeliveriesResponse& response) {
  const auto name = WebhookIn("parent", request.parent());
  if (!name.ok()) return name.status();
  const auto limit = PageSize(request.page_size(), storage::kWebhookAttemptsKeptMax,
                              storage::kWebhookAttemptsKeptMax);
  if (!limit.ok()) return limit.status();
  const auto attempts =
      use_cases.webhooks.Attempts(*call.principal, name->site, name->id, *limit, call.deadline);
  if (!attempts.ok()) return attempts.status();
  for (const storage::WebhookAttempt& attempt : *attempts) {
    ToProto(name->id, attempt, response.add_deliveries());
  }
  return absl::OkStatus();
}

absl::Status Redeliver(const UseCases& use_cases, const CallContext& call,
                       const v1::RedeliverWebhookEventRequest& request,
                       v1::RedeliverWebhookEventResponse& response) {
  const auto name = WebhookIn("name", request.name());
  if (!name.ok()) return name.status();
  const Webhooks& webhooks = use_cases.webhooks;
  // Without either it is an event that there never is, so that who may not ask is told that first.
  const auto webhook = request.what_case() == v1::RedeliverWebhookEventRequest::kCursor
                           ? webhooks.RedeliverFrom(*call.principal, name->site, name->id,
                                                    request.cursor(), call.deadline)
                           : webhooks.Redeliver(*call.principal, name->site, name->id,
                                                request.sequence(), call.deadline);
  if (webhook.ok()) ToProto(name->site, *webhook, response.mutable_webhook());
  return webhook.status();
}

}  // namespace

void AddWebhookMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::CreateWebhookRequest, v1::CreateWebhookResponse>(use_cases, table,
                                                           "AdminService.CreateWebhook", Create);
  Add<v1::ListWebhooksRequest, v1::ListWebhooksResponse>(use_cases, table,
                                                         "AdminService.ListWebhooks", List);
  Add<v1::UpdateWebhookRequest, v1::UpdateWebhookResponse>(use_cases, table,
                                                           "AdminService.UpdateWebhook", Update);
  Add<v1::RotateWebhookSecretRequest, v1::RotateWebhookSecretResponse>(
      use_cases, table, "AdminService.RotateWebhookSecret", Rotate);
  Add<v1::DropWebhookSecretRequest, v1::DropWebhookSecretResponse>(
      use_cases, table, "AdminService.DropWebhookSecret", Drop);
  Add<v1::DeleteWebhookRequest, v1::DeleteWebhookResponse>(use_cases, table,
                                                           "AdminService.DeleteWebhook", Delete);
  Add<v1::ListWebhookDeliveriesRequest, v1::ListWebhookDeliveriesResponse>(
      use_cases, table, "AdminService.ListWebhookDeliveries", Deliveries);
  Add<v1::RedeliverWebhookEventRequest, v1::RedeliverWebhookEventResponse>(
      use_cases, table, "AdminService.RedeliverWebhookEvent", Redeliver);
}

}  // namespace replyguard::service::rpc
