// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The parts behind webhooks.
#pragma once

#include <functional>
#include <string_view>

#include "service/auth/sealer.h"
#include "service/usecases/clock.h"
#include "service/usecases/deliver/poster.h"
#include "service/usecases/deliver/webhook_courier.h"
#include "service/usecases/deliver/webhooks.h"
#include "storage/database.h"

namespace replyguard::service {

// What is given outlives it.
struct WebhookParts {
  WebhookParts(const SiteDirectory& sites, storage::Database& database, const auth::Sealer& sealer,
               Poster& poster, const Clock& clock, RandomSource& random,
               std::function<void(std::string_view)> warn);

  Webhooks webhooks;
  WebhookCourier courier;
};

}  // namespace replyguard::service
