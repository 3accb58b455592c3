// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "replyguard/v1/account.pb.h"
#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

// What "user invite" and "user role" say of roles.
struct RoleFlags {
  std::string role;
  bool every_site = false;
};

// The commands that make one-time links, or set a password at once: add, invite and reset.
void AddUserLinks(CLI::App& group, Selection& selection);

// --every-site; the role's own flag differs from command to command.
void AddEverySite(CLI::App& command, RoleFlags& flags);

// The membership that the flags and the configured site describe. INVALID_ARGUMENT.
absl::StatusOr<v1::Membership> MembershipOf(const Context& context, const RoleFlags& flags);

// "people/{handle}" of what is typed.
std::string PersonName(const std::string& typed);

// "operator (every site), moderator (blog)".
std::string RolesText(const v1::Person& person);

}  // namespace replyguard::service::cli
