// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/config/settings.h"

// Resource names from what people type. Pure.
namespace replyguard::service::cli {

// "sites/{client.site}"; INVALID_ARGUMENT when no site is configured.
absl::StatusOr<std::string> SiteName(const config::Settings& settings);

// The same of the site that is typed, by its id or its full name; empty: the configured one.
absl::StatusOr<std::string> SiteName(const config::Settings& settings, std::string_view typed);

// The same, or "sites/-" for every site when none is configured.
std::string SiteNameOrAll(const config::Settings& settings);

// The full name of what is typed: as it is when it begins with "sites/", else
// "sites/{site}/{collection}/{typed}".
absl::StatusOr<std::string> NameIn(const config::Settings& settings, std::string_view collection,
                                   std::string_view typed);

// Who labelled or did something, as it is shown and typed: the public id of a key
// ("apiKeys/{key}"), or "people/{handle}".
std::string ActorText(std::string_view name);

// Adds who is typed to the request's excluded_api_keys or excluded_people: 16 hexadecimal digits
// are a key, anything else a person, with or without "people/".
template <typename Request>
void AddExcludedActor(std::string_view typed, Request& request);

// What follows the last "/".
std::string_view LastPart(std::string_view name);

// Whether it is the public id of a key.
bool IsKeyId(std::string_view typed);

template <typename Request>
void AddExcludedActor(std::string_view typed, Request& request) {
  const std::string text(typed);
  if (typed.starts_with("apiKeys/")) {
    request.add_excluded_api_keys(text);
  } else if (IsKeyId(typed)) {
    request.add_excluded_api_keys("apiKeys/" + text);
  } else {
    request.add_excluded_people(typed.starts_with("people/") ? text : "people/" + text);
  }
}

}  // namespace replyguard::service::cli
