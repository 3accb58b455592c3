// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/authorize.h"

#include <algorithm>
#include <string>
#include <string_view>

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

std::string_view NameOf(Role role) {
  switch (role) {
    case Role::kBackend:
      return "backend";
    case Role::kModerator:
      return "moderator";
    case Role::kOperator:
      break;
  }
  return "operator";
}

// Tells the caller what he has, and nothing of what he asked for.
absl::Status Denied(const Principal& principal) {
  std::string text = "your role does not allow that here";
  if (!principal.person) {
    text = "this is a key of role " + std::string(NameOf(principal.role)) + " for " +
           (principal.site ? "sites/" + *principal.site : std::string("every site")) +
           ", which does not allow that";
  }
  return MakeError(absl::StatusCode::kPermissionDenied, reasons::kPermissionDenied, text);
}

// Whether it holds on every site, those to come included.
bool AllowsEverywhere(const Principal& principal, Permission permission) {
  if (principal.person) {
    const std::optional<Role>& role = principal.person->every_site_role;
    return role && RoleAllows(*role, permission);
  }
  return !principal.site && principal.role != Role::kBackend &&
         RoleAllows(principal.role, permission);
}

}  // namespace

bool Covers(const Principal& principal, std::string_view site) {
  if (principal.person) {
    const PersonScope& person = *principal.person;
    return person.every_site_role || person.site_roles.find(site) != person.site_roles.end();
  }
  // A backend key without a site is a fault of whoever made the principal; it covers nothing.
  if (!principal.site) return principal.role != Role::kBackend;
  return *principal.site == site;
}

absl::Status Authorize(const Principal& principal, Permission permission, std::string_view site) {
  if (AllowsEverywhere(principal, permission)) return absl::OkStatus();
  if (principal.person) {
    const auto role = principal.person->site_roles.find(site);
    const bool allowed =
        role != principal.person->site_roles.end() && RoleAllows(role->second, permission);
    return allowed ? absl::OkStatus() : Denied(principal);
  }
  if (!RoleAllows(principal.role, permission) || !Covers(principal, site)) return Denied(principal);
  return absl::OkStatus();
}

absl::Status AuthorizeCovered(const Principal& principal, Permission permission) {
  if (!principal.person)
    return RoleAllows(principal.role, permission) ? absl::OkStatus() : Denied(principal);
  if (AllowsEverywhere(principal, permission)) return absl::OkStatus();
  const auto& roles = principal.person->site_roles;
  const bool somewhere = std::any_of(roles.begin(), roles.end(), [permission](const auto& role) {
    return RoleAllows(role.second, permission);
  });
  return somewhere ? absl::OkStatus() : Denied(principal);
}

absl::Status AuthorizeEverySite(const Principal& principal, Permission permission) {
  return AllowsEverywhere(principal, permission) ? absl::OkStatus() : Denied(principal);
}

}  // namespace replyguard::service
