// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// What a principal may do: the one place that knows.
//
// The answer depends on the principal and the names in the request only, never on what exists: one
// without the right gets the same PERMISSION_DENIED for a site, comment or key that exists and for
// one that does not.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "service/auth/principal.h"

namespace replyguard::service {

// What is asked for.
enum class Permission {
  kComments,    // CommentService: backend, operator
  kReview,      // ModerationService: moderator, operator
  kExplain,     // ExplainComment: moderator, operator
  kTrain,       // ModelService but ExplainComment: operator
  kAdminister,  // AdminService on one site: operator
};

// OK, or PERMISSION_DENIED, for one site by its slug (which may name nothing).
absl::Status Authorize(const Principal& principal, Permission permission, std::string_view site);

// The same for "every site that the principal covers": whether there may be any; the caller then
// takes the sites for which Authorize() is OK, as a person's role differs from site to site.
absl::Status AuthorizeCovered(const Principal& principal, Permission permission);

// The same for what belongs to no site (creating a site, a key for every site): needs the scope of
// every site.
absl::Status AuthorizeEverySite(const Principal& principal, Permission permission);

// Whether the principal has any role on this site.
bool Covers(const Principal& principal, std::string_view site);

}  // namespace replyguard::service
