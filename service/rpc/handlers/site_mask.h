// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What UpdateSite is to change, by its update_mask (AIP-134). Pure.
#pragma once

#include "absl/status/statusor.h"
#include "replyguard/v1/admin_service.pb.h"
#include "service/usecases/administer/sites.h"

namespace replyguard::service::rpc {

// Every field is that of the request's site, but for the slug; fields of the policy apart from the
// others are a change_policy. INVALID_ARGUMENT for a mask or a policy that is none.
absl::StatusOr<Sites::UpdateRequest> SiteUpdateOf(const v1::UpdateSiteRequest& request);

}  // namespace replyguard::service::rpc
