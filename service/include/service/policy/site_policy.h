// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/validation/submission.h"
#include "service/validation/violation.h"

namespace replyguard::service::policy {

// What decides. The numbers are those of replyguard.v1.Policy.Mode.
enum class Mode {
  kClassifier = 1,      // the classifier and the rules
  kModerateAll = 2,     // a moderator decides everything; rules may still call spam
  kApproveTrusted = 3,  // trusted authors are approved; everything else is held unless it is spam
};

// Bounds of the settings below.
inline constexpr std::int32_t kLinksMaxMax = 1'000;
inline constexpr std::int32_t kCloseAfterDaysMax = 36'500;
inline constexpr std::int32_t kFloodCountMaxMax = 10'000;
inline constexpr std::chrono::milliseconds kFloodWindowMin = std::chrono::seconds(1);
inline constexpr std::chrono::milliseconds kFloodWindowMax = std::chrono::hours(24);
inline constexpr std::chrono::milliseconds kDuplicateWindowMax = std::chrono::hours(24 * 30);
inline constexpr std::chrono::milliseconds kFillTimeMinMax = std::chrono::minutes(10);
inline constexpr std::int32_t kTrustedAfterCountMax = 1'000;
// A policy's JSON larger than this is refused.
inline constexpr std::size_t kPolicyJsonBytesMax = 64 * 1024;

// How a site's comments are judged: a plain value. The initial values are the defaults of a new
// site.
struct SitePolicy {
  Mode mode = Mode::kClassifier;
  // Fields that must be filled in; the body always must.
  validation::SiteForm required_fields;
  // At or above: spam. 0.5 to 1.
  double spam_threshold = 0.9;
  // At or below: approved. 0 to 0.5. In between: held.
  double approve_threshold = 0.2;
  // Spam at or above is blatant. spam_threshold to 1.
  double blatant_threshold = 0.999;
  bool hold_first_time_authors = false;
  // Hold with so many links or more. 0: no limit.
  std::int32_t links_max = 0;
  // Refuse comments so many days after the thread was published. 0: never.
  std::int32_t close_after_days = 0;
  // Hold when an author or a network sent more than so many within flood_window. 0: no limit.
  std::int32_t flood_count_max = 0;
  std::chrono::milliseconds flood_window = std::chrono::minutes(1);
  // Hold when the same text came within so long. 0: no check.
  std::chrono::milliseconds duplicate_window{0};
  // A filled-in hidden field is spam.
  bool honeypot = true;
  // Hold when the form was filled in faster. 0: no check.
  std::chrono::milliseconds fill_time_min{0};
  // Trust an author by typed name and email, without author_verified. Anybody can type them.
  bool trust_typed_identity = false;
  // Approved comments in a row that make an author trusted.
  std::int32_t trusted_after_count = 1;
  // The share of what the machine decides alone that people judge as well, blind. 0 to 1.
  double blind_sample_rate = 0.01;

  bool operator==(const SitePolicy&) const = default;
};

// Everything that is out of bounds, all at once; field names are those of replyguard.v1.Policy
// after `path`.
validation::Violations CheckSitePolicy(const SitePolicy& policy,
                                       std::string_view path = "site.policy.");

// The column sites.policy. Writing names every field; reading takes "{}" as the defaults. Reading
// is strict: INVALID_ARGUMENT names every unknown or doubled key, wrong type and value out of
// bounds, at once.
std::string SitePolicyToJson(const SitePolicy& policy);
absl::StatusOr<SitePolicy> SitePolicyFromJson(std::string_view json);

}  // namespace replyguard::service::policy
