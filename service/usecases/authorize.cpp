// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/authorize.h"

#include "service/usecases/errors.h"

namespace replyguard::service {
namespace {

bool RoleAllows(Role role, Permission permission) {
  switch (permission) {
    case Permission::kComments:
      return role == Role::kBackend || role == Role::kOperator;
    case Permission::kReview:
    case Permission::kExplain:
      return role == Role::kModerator || role == Role::kOperator;
    case Permission::kTrain:
    case Permission::kAdminister:
      return role == Role::kOperator;
  }
  return false;
}

absl::Status Denied() {
  return MakeError(absl::StatusCode::kPermissionDenied, reasons::kPermissionDenied,
                   "this key may not do that");
}

}  // namespace

bool Covers(const Principal& principal, std::string_view site) {
  // A backend key without a site is a fault of whoever made the principal; it covers nothing.
  if (!principal.site) return principal.role != Role::kBackend;
  return *principal.site == site;
}

absl::Status Authorize(const Principal& principal, Permission permission, std::string_view site) {
  if (!RoleAllows(principal.role, permission) || !Covers(principal, site)) return Denied();
  return absl::OkStatus();
}

absl::Status AuthorizeCovered(const Principal& principal, Permission permission) {
  return RoleAllows(principal.role, permission) ? absl::OkStatus() : Denied();
}

absl::Status AuthorizeEverySite(const Principal& principal, Permission permission) {
  const bool every_site = !principal.site && principal.role != Role::kBackend;
  return every_site && RoleAllows(principal.role, permission) ? absl::OkStatus() : Denied();
}

}  // namespace replyguard::service
