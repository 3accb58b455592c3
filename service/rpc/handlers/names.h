// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Names in requests: read, or refused with the field that holds them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/rpc/names/resource_names.h"
#include "service/usecases/errors.h"
#include "storage/masking.h"

namespace replyguard::service::rpc {

inline absl::Status BadName(std::string_view field, std::string_view name, std::string_view form) {
  return InvalidField(field, name.empty() ? "REQUIRED" : "NAME_INVALID",
                      "Must be \"" + std::string(form) + "\".");
}

// What a bulk answer repeats of a request, so that the caller finds his item again. Nothing says
// that it was a name: an address in it is masked.
inline std::string EchoOf(std::string_view name) { return storage::MaskText(name).text(); }

inline absl::StatusOr<std::string> SiteIn(std::string_view field, std::string_view name) {
  std::optional<std::string> site = ParseSiteName(name);
  if (!site) return BadName(field, name, "sites/{site}");
  return *std::move(site);
}

inline absl::StatusOr<std::optional<std::string>> SiteOrEveryIn(std::string_view field,
                                                                std::string_view name) {
  std::optional<std::optional<std::string>> site = ParseSiteOrEvery(name);
  if (!site) return BadName(field, name, "sites/{site}\" or \"sites/-");
  return *std::move(site);
}

inline absl::StatusOr<UuidName> CommentIn(std::string_view field, std::string_view name) {
  std::optional<UuidName> comment = ParseUuidName(name, "comments");
  if (!comment) {
    return InvalidField(field, name.empty() ? "REQUIRED" : "NAME_INVALID",
                        "Must be \"sites/{site}/comments/{comment}\", the last part of 32 "
                        "hexadecimal digits.");
  }
  return *std::move(comment);
}

inline absl::StatusOr<NestedName> ThreadIn(std::string_view field, std::string_view name) {
  std::optional<NestedName> thread = ParseThreadName(name);
  if (!thread) return BadName(field, name, "sites/{site}/threads/{thread}");
  return *std::move(thread);
}

}  // namespace replyguard::service::rpc
