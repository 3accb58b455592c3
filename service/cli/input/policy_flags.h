// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "replyguard/v1/site.pb.h"
#include "service/cli/frame/cli_app.h"

namespace replyguard::service::cli {

// A site's policy as flags. What is not given stays as it was.
struct PolicyFlags {
  std::string file;
  std::string mode;
  std::vector<std::string> required;
  std::optional<double> spam_threshold;
  std::optional<double> approve_threshold;
  std::optional<double> blatant_threshold;
  std::optional<bool> hold_first_time_authors;
  std::optional<std::int32_t> links_max;
  std::optional<std::int32_t> close_after_days;
  std::optional<std::int32_t> flood_count_max;
  std::string flood_window;
  std::string duplicate_window;
  std::optional<bool> honeypot;
  std::string fill_time_min;
  std::optional<bool> trust_typed_identity;
  std::optional<std::int32_t> trusted_after;
  std::optional<double> blind_sample_rate;
};

void AddPolicyFlags(CLI::App& command, PolicyFlags& flags);

// Whether any of them was given.
bool AnyGiven(const PolicyFlags& flags);

// Changes `policy` by what was given: first the file, which replaces it, then the flags.
// INVALID_ARGUMENT.
absl::Status ApplyPolicy(const PolicyFlags& flags, v1::Policy& policy);

}  // namespace replyguard::service::cli
