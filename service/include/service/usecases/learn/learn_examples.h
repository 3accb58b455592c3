// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// LearnComments: labelled examples that are not comments of the site.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/author_keyring.h"
#include "storage/label_log.h"
#include "storage/submission.h"

namespace replyguard::service {

class SiteDirectory;

// One example.
struct LabelledExample {
  // Read are body, author name, email, website and address, user agent, language, the form's
  // evidence and, when both are there, submit_time and thread_publish_time (they tell how old the
  // article was). Only the body is required (and not even that to take a label back).
  storage::Submission submission;
  // kNone takes an earlier label of the same external id back.
  storage::LabelClass label = storage::LabelClass::kHam;
  std::string external_id;  // 1 to 128 bytes of visible ASCII
};

struct LearnItemResult {
  std::string external_id;
  // Not OK: this one was not learnt, with a detail. The others are independent of it.
  absl::Status status;
  bool learnt = false;
  // Position in the label log, when learnt.
  std::int64_t position = 0;
};

// Thread-safe. Holds references; they outlive it.
class LearnExamples {
 public:
  LearnExamples(const SiteDirectory& sites, storage::LabelLog& labels,
                const storage::AuthorKeyring& keyring, const Clock& clock);

  // BLOCKS. 1 to storage::kLabelBatchMax examples; those that are valid are stored all or none,
  // under the name of the import that they belong to (IsImportId; empty for none), each counting as
  // `weight` comments (to storage::kLabelWeightMax). Answers in the
  // order given. PERMISSION_DENIED; SITE_NOT_FOUND; INVALID_ARGUMENT for their number and for the
  // name; UNAVAILABLE and the like.
  absl::StatusOr<std::vector<LearnItemResult>> Run(
      const Principal& principal, const std::string& site, std::vector<LabelledExample> examples,
      storage::Deadline deadline, const std::string& import_id = {}, std::int32_t weight = 1) const;

 private:
  const SiteDirectory& sites_;
  storage::LabelLog& labels_;
  const storage::AuthorKeyring& keyring_;
  const Clock& clock_;
};

}  // namespace replyguard::service
