// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What UpdateSite is to change, by its update_mask (AIP-134). Pure.
#pragma once

#include "absl/status/statusor.h"
#include "replyguard/v1/admin_service.pb.h"
#include "service/usecases/administer/sites.h"

namespace replyguard::service::rpc {

// Whether it changes fields of the policy apart from the others, which takes the present one.
bool NamesFieldsOfThePolicy(const v1::UpdateSiteRequest& request);

// Every field is that of the request's site. `present` is the policy that it is now, of which the
// mask's fields are replaced; it is not looked at unless NamesFieldsOfThePolicy. INVALID_ARGUMENT
// for a mask or a policy that is none.
absl::StatusOr<Sites::UpdateRequest> SiteUpdateOf(const v1::UpdateSiteRequest& request,
                                                  const v1::Policy& present);

}  // namespace replyguard::service::rpc
