// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// The flags that name whose lessons a model is to do without.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/cli/client/names.h"
#include "service/config/settings.h"

namespace replyguard::service::cli {

struct ExclusionFlags {
  std::vector<std::string> labelled_by;  // public ids of keys, or people/HANDLE
  std::vector<std::string> imports;
  std::vector<std::string> rules;
};

// --exclude-labels-by, --exclude-import, --exclude-rule, each as often as wanted. The flags must
// outlive the command.
void AddExclusions(CLI::App* command, ExclusionFlags* flags);

// Writes them into a request that has excluded_api_keys, _people, _imports and _rules.
// Errors: INVALID_ARGUMENT for an import or a rule without a site.
template <typename Request>
absl::Status Exclude(const config::Settings& settings, const ExclusionFlags& flags,
                     Request& request) {
  for (const std::string& who : flags.labelled_by) AddExcludedActor(who, request);
  for (const std::string& import : flags.imports) {
    auto name = NameIn(settings, "imports", import);
    if (!name.ok()) return name.status();
    request.add_excluded_imports(*std::move(name));
  }
  for (const std::string& rule : flags.rules) {
    auto name = NameIn(settings, "rules", rule);
    if (!name.ok()) return name.status();
    request.add_excluded_rules(*std::move(name));
  }
  return absl::OkStatus();
}

}  // namespace replyguard::service::cli
