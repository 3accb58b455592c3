// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/reason_code_lists.h"

#include <set>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "storage/masking.h"
#include "usecases/audit.h"
#include "usecases/fields.h"
#include "usecases/review/reason_codes.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

void CheckCodes(std::vector<storage::ReasonCode>& codes, validation::Violations& violations) {
  CheckRange(static_cast<std::int64_t>(codes.size()), 0, storage::kReasonCodesMax, "reason_codes",
             violations, "codes");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    storage::ReasonCode& code = codes[i];
    const std::string path = "reason_codes[" + std::to_string(i) + "].";
    if (code.code.empty()) {
      violations.Add(path + "code", validation::reason::kRequired, "A code is required.");
    }
    CheckReasonCode(code.code, path + "code", violations);
    if (!seen.insert(code.code).second) {
      violations.Add(path + "code", validation::reason::kDuplicate, "A code is listed once.");
    }
    CheckNote(code.label, kReasonLabelBytesMax, path + "label", violations);
    if (code.label.empty()) {
      violations.Add(path + "label", validation::reason::kRequired, "A label is required.");
    }
    code.label = storage::MaskText(code.label).text();
  }
}

}  // namespace

ReasonCodeLists::ReasonCodeLists(const SiteDirectory& sites, storage::ReviewStore& review,
                                 const Clock& clock)
    : sites_(sites), review_(review), clock_(clock) {}

absl::StatusOr<ReasonCodeList> ReasonCodeLists::Get(const Principal& principal,
                                                    const std::string& site,
                                                    storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  auto own = review_.ReasonCodes((*view)->record.site_id, deadline);
  if (!own.ok()) return FromStorage(own.status());
  if (own->empty()) return ReasonCodeList{BuiltInReasonCodes(), false};
  return ReasonCodeList{*std::move(own), true};
}

absl::StatusOr<ReasonCodeList> ReasonCodeLists::Set(const Principal& principal,
                                                    const std::string& site,
                                                    std::vector<storage::ReasonCode> codes,
                                                    storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kAdminister, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckCodes(codes, violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const storage::SiteId id = (*view)->record.site_id;
  const absl::Status status = review_.SetReasonCodes(
      id, codes,
      AuditBy(principal, clock_, id, storage::AuditKind::kReasonCodes, "CHANGED", "sites/" + site,
              std::to_string(codes.size()) + " codes"),
      deadline);
  if (!status.ok()) return FromStorage(status);
  return Get(principal, site, deadline);
}

}  // namespace replyguard::service
