// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/review/reason_codes.h"

#include <algorithm>

#include "usecases/fields.h"

namespace replyguard::service {

const std::vector<storage::ReasonCode>& BuiltInReasonCodes() {
  using Action = storage::DecisionAction;
  static const std::vector<storage::ReasonCode> codes{
      {"ADVERTISING", "Advertising", {Action::kSpam, Action::kTrash}, true},
      {"SCAM", "Fraud or scam", {Action::kSpam, Action::kTrash}, true},
      {"OFF_TOPIC", "Not about the article", {Action::kTrash}, true},
      {"ABUSIVE", "Insulting or hateful", {Action::kTrash}, true},
      {"PERSONAL_DATA", "Shows somebody's personal data", {Action::kTrash}, true},
      {"DUPLICATE", "Said before", {Action::kTrash}, true},
      {"UNREADABLE", "Cannot be read", {Action::kTrash}, true},
      {"NEEDS_SECOND_LOOK", "Somebody else should look", {Action::kHold}, false},
      {"RESCUED", "Was called spam by mistake", {Action::kApprove}, false},
  };
  return codes;
}

void CheckListedReason(const std::vector<storage::ReasonCode>& own, std::string_view code,
                       storage::DecisionAction action, std::string_view field,
                       validation::Violations& violations) {
  CheckReasonCode(code, field, violations);
  if (code.empty() || own.empty()) return;
  const auto listed = std::any_of(own.begin(), own.end(), [&](const storage::ReasonCode& one) {
    return one.code == code &&
           (one.actions.empty() ||
            std::find(one.actions.begin(), one.actions.end(), action) != one.actions.end());
  });
  if (listed) return;
  violations.Add(field, validation::reason::kValueInvalid,
                 "Must be a code that the site's list offers for this action.");
}

}  // namespace replyguard::service
