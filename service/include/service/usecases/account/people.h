// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/usecases/account/account_parts.h"
#include "service/usecases/administer/site_directory.h"

namespace replyguard::service {

// Who may use the console, for operators. Thread-safe. Every call BLOCKS. Needs every site unless
// said otherwise.
class People {
 public:
  struct RoleOn {
    std::optional<std::string> site;  // slug; nothing: every site
    std::optional<Role> role;         // kModerator or kOperator; nothing: none any more
  };
  struct InviteRequest {
    std::string handle;
    std::string display_name;  // empty: the handle
    std::vector<RoleOn> roles;
  };
  struct Info {
    storage::PersonRecord record;  // without password_hash and totp_secret
    // Those that the caller may know of.
    std::vector<RoleOn> roles;
  };
  struct Link {
    Info person;
    std::string token;  // told once, kept nowhere
    storage::Timestamp expires_at{};
  };

  People(const SiteDirectory& sites, AccountParts parts) : sites_(sites), parts_(parts) {}

  // An operator of single sites may give roles there only, to handles that begin with one of them
  // and a dot, and not replace an invitation.
  absl::StatusOr<Link> Invite(const Principal& principal, InviteRequest request,
                              storage::Deadline deadline) const;
  absl::StatusOr<Link> CreateReset(const Principal& principal, const std::string& handle,
                                   bool clear_totp, storage::Deadline deadline) const;
  // For everybody: the token is the proof. LINK_GONE; TOO_MANY_TRIES from `peer`, of whom nothing
  // is counted without one.
  absl::StatusOr<Info> UseLink(storage::LinkKind kind, const std::string& token,
                               const std::string& password, const std::optional<std::string>& peer,
                               storage::Deadline deadline) const;
  // Who has lost the right meanwhile, to somebody who does the same to him, is refused.
  absl::StatusOr<Info> SetActive(const Principal& principal, const std::string& handle, bool active,
                                 storage::Deadline deadline) const;
  // An operator of the site may; otherwise as SetActive.
  absl::StatusOr<Info> SetRole(const Principal& principal, const std::string& handle,
                               const RoleOn& role, storage::Deadline deadline) const;
  // With a site its operator may.
  absl::StatusOr<std::vector<Info>> List(const Principal& principal,
                                         const std::optional<std::string>& site,
                                         const std::string& after, std::int32_t limit,
                                         storage::Deadline deadline) const;
  // Absent handle: oneself, and so may everybody who is signed in.
  absl::StatusOr<std::vector<storage::SessionRecord>> Sessions(
      const Principal& principal, const std::optional<std::string>& handle,
      storage::Deadline deadline) const;
  absl::StatusOr<std::int32_t> SignOutEverywhere(const Principal& principal,
                                                 const std::optional<std::string>& handle,
                                                 storage::Deadline deadline) const;
  // Of oneself everybody who is signed in may.
  absl::StatusOr<std::vector<storage::AccountEvent>> Events(const Principal& principal,
                                                            const storage::AccountEventQuery& query,
                                                            storage::Deadline deadline) const;

  // As the principal may see it.
  Info InfoOf(const Principal& principal, storage::PersonRecord record) const;
  // With every role: of oneself.
  Info OwnInfoOf(storage::PersonRecord record) const;
  // The slug; nothing when it is not known.
  std::optional<std::string> SlugOf(storage::SiteId site_id) const;

 private:
  absl::StatusOr<storage::PersonRecord> Placed(const Principal& principal,
                                               const InviteRequest& request) const;
  // Whether somebody may give this person a role, or take one: who does not administer every site
  // knows only those who have a role at a site of his. NOT_FOUND, FAILED_PRECONDITION.
  absl::Status MayPlace(const Principal& principal, const storage::PersonRecord& person,
                        bool gives_role) const;
  absl::Status MayAdminister(const Principal& principal) const;
  // The principal with the roles that he has by now (null: a key, as it is).
  Principal AsOf(const Principal& principal, const storage::PersonRecord* actor) const;
  // The handle meant: oneself, or another's that the principal may administer.
  absl::StatusOr<std::string> Meant(const Principal& principal,
                                    const std::optional<std::string>& handle) const;

  const SiteDirectory& sites_;
  const AccountParts parts_;
};

}  // namespace replyguard::service
