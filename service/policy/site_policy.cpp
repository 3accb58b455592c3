// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/policy/site_policy.h"

#include <string>

namespace replyguard::service::policy {
namespace {

namespace reason = validation::reason;
using std::chrono::milliseconds;

class RangeChecker {
 public:
  RangeChecker(std::string_view path, validation::Violations& violations)
      : path_(path), violations_(violations) {}

  // `bounds` completes the sentence "must be ...".
  void Require(bool fine, std::string_view field, std::string_view bounds) {
    if (fine) return;
    violations_.Add(path_ + std::string(field), reason::kOutOfRange,
                    "The value must be " + std::string(bounds) + ".");
  }

 private:
  std::string path_;
  validation::Violations& violations_;
};

bool Between(auto value, auto low, auto high) { return value >= low && value <= high; }

}  // namespace

validation::Violations CheckSitePolicy(const SitePolicy& policy, std::string_view path) {
  validation::Violations violations;
  RangeChecker check(path, violations);
  // Written so that NaN fails every one of them.
  check.Require(Between(policy.spam_threshold, 0.5, 1.0), "spam_threshold", "from 0.5 to 1");
  check.Require(Between(policy.approve_threshold, 0.0, 0.5), "approve_threshold", "from 0 to 0.5");
  check.Require(policy.approve_threshold < policy.spam_threshold || !(policy.spam_threshold >= 0.5),
                "approve_threshold", "below spam_threshold");
  check.Require(Between(policy.blatant_threshold, policy.spam_threshold, 1.0), "blatant_threshold",
                "from spam_threshold to 1");
  check.Require(Between(policy.links_max, 0, kLinksMaxMax), "links_max",
                "from 0 (no limit) to 1000");
  check.Require(Between(policy.close_after_days, 0, kCloseAfterDaysMax), "close_after_days",
                "from 0 (never) to 36500");
  check.Require(Between(policy.flood_count_max, 0, kFloodCountMaxMax), "flood_count_max",
                "from 0 (no limit) to 10000");
  check.Require(Between(policy.flood_window, kFloodWindowMin, kFloodWindowMax), "flood_window",
                "from 1 second to 1 day");
  check.Require(Between(policy.duplicate_window, milliseconds(0), kDuplicateWindowMax),
                "duplicate_window", "from 0 (no check) to 30 days");
  check.Require(Between(policy.fill_time_min, milliseconds(0), kFillTimeMinMax), "fill_time_min",
                "from 0 (no check) to 10 minutes");
  check.Require(Between(policy.trusted_after_count, 1, kTrustedAfterCountMax),
                "trusted_after_count", "from 1 to 1000");
  check.Require(Between(policy.blind_sample_rate, 0.0, 1.0), "blind_sample_rate",
                "from 0 (none) to 1");
  switch (policy.mode) {
    case Mode::kClassifier:
    case Mode::kModerateAll:
    case Mode::kApproveTrusted:
      return violations;
  }
  violations.Add(std::string(path) + "mode", reason::kValueInvalid, "The mode is unknown.");
  return violations;
}

}  // namespace replyguard::service::policy
