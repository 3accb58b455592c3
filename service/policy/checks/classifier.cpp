// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "policy/checks/check.h"

namespace replyguard::service::policy {

namespace {

bool HasOwnLabels(const ClassifierEvidence& classifier) {
  return classifier.spam_labels >= kTrainedLabelsMin && classifier.ham_labels >= kTrainedLabelsMin;
}

double SpamThreshold(const ClassifierEvidence& classifier, const SitePolicy& policy) {
  if (HasOwnLabels(classifier)) return policy.spam_threshold;
  return std::max(policy.spam_threshold, std::min(kStarterSpamThreshold, policy.blatant_threshold));
}

CheckResult Judge(const ClassifierEvidence& classifier, const SitePolicy& policy) {
  const double probability = classifier.probability;
  const double spam_threshold = SpamThreshold(classifier, policy);
  std::string text = absl::StrFormat("The classifier gives %.1f %% for spam", 100.0 * probability);
  if (!HasOwnLabels(classifier)) {
    absl::StrAppend(&text, ", by the starter model and the site's ", classifier.spam_labels,
                    " spam and ", classifier.ham_labels, " good labels");
  }
  if (probability >= policy.blatant_threshold) {
    return Says(Opinion::kBlatant, code::kLikelySpam,
                absl::StrFormat("%s: at or above %.1f %% it is blatant.", text,
                                100.0 * policy.blatant_threshold));
  }
  if (probability >= spam_threshold) {
    return Says(
        Opinion::kSpam, code::kLikelySpam,
        absl::StrFormat("%s: at or above %.1f %% it is spam.", text, 100.0 * spam_threshold));
  }
  if (probability <= policy.approve_threshold) {
    return Says(Opinion::kHam, code::kLikelyHam,
                absl::StrFormat("%s: up to %.1f %% it is approved.", text,
                                100.0 * policy.approve_threshold));
  }
  return Says(Opinion::kHold, code::kUnsure,
              absl::StrFormat("%s: between %.1f %% and %.1f %% a person decides.", text,
                              100.0 * policy.approve_threshold, 100.0 * spam_threshold));
}

}  // namespace

std::vector<CheckResult> CheckClassifier(const Evidence& evidence, const SitePolicy& policy) {
  if (!evidence.classifier.found() || !std::isfinite(evidence.classifier->probability)) {
    CheckResult result = Says(Opinion::kHold, code::kNoScore, "The classifier gave no score.");
    result.missing = missing::kClassifier;
    // Nothing approves without it but trust and rules.
    result.failed = policy.mode == Mode::kClassifier;
    return {result};
  }
  const ClassifierEvidence& classifier = *evidence.classifier;
  CheckResult result;
  if (!classifier.has_starter && !HasOwnLabels(classifier)) {
    result = Says(Opinion::kHold, code::kUntrained,
                  absl::StrCat("The classifier has learnt ", classifier.spam_labels, " spam and ",
                               classifier.ham_labels, " good comments; it needs ",
                               kTrainedLabelsMin, " of each."));
  } else {
    result = Judge(classifier, policy);
  }
  result.score = classifier.probability;
  return {result};
}

}  // namespace replyguard::service::policy
