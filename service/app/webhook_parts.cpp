// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/webhook_parts.h"

#include <utility>

#include "service/outgoing/curl_poster.h"
#include "service/rpc/convert/webhook.h"

namespace replyguard::service {
namespace {

// Until what came of a call is stored nobody else takes what it told, a webhook or a callback.
static_assert(kLeaseFreshMax + outgoing::kResolveTimeMax + outgoing::kPostTimeMax +
                  kDeliveryStorageTimeMax <
              kDeliveryLease);

CourierOptions CourierOf(std::function<void(std::string_view)> warn) {
  CourierOptions options;
  options.warn = std::move(warn);
  return options;
}

}  // namespace

WebhookParts::WebhookParts(const SiteDirectory& sites, storage::Database& database,
                           const auth::Sealer& sealer, Poster& poster, const Clock& clock,
                           RandomSource& random, std::function<void(std::string_view)> warn)
    : webhooks(sites, database.webhooks(), sealer, poster, clock, random),
      courier(sites, database.webhooks(), database.events(), sealer, poster, clock, &rpc::EventJson,
              CourierOf(std::move(warn))) {}

}  // namespace replyguard::service
