// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/learn_examples.h"

#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/exclusions.h"
#include "service/validation/submission.h"
#include "storage/masked_comment.h"
#include "storage/masking.h"
#include "usecases/classify.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// Examples come from archives: only the text must be there.
constexpr validation::SiteForm kExampleForm{false, false, false};
// Validation wants to know where a comment goes; an example goes nowhere.
constexpr const char* kNoThread = "-";

absl::Status CheckExample(LabelledExample& example, const std::string& path,
                          storage::Timestamp now) {
  validation::Violations violations;
  if (example.label != storage::LabelClass::kNone) {
    example.submission.thread_key = kNoThread;
    example.submission.parent_comment.clear();
    // Only together do they tell how old the article was.
    if (!example.submission.thread_publish_time) example.submission.submit_time.reset();
    if (!example.submission.submit_time) example.submission.thread_publish_time.reset();
    violations.Add(
        validation::Validate(example.submission, kExampleForm, now, path + "submission."));
  }
  CheckId(example.external_id, path + "external_id", violations,
          example.submission.author_email.Reveal());
  return InvalidFields(violations);
}

}  // namespace

LearnExamples::LearnExamples(const SiteDirectory& sites, storage::LabelLog& labels,
                             const storage::AuthorKeyring& keyring, const Clock& clock)
    : sites_(sites), labels_(labels), keyring_(keyring), clock_(clock) {}

absl::StatusOr<std::vector<LearnItemResult>> LearnExamples::Run(
    const Principal& principal, const std::string& site, std::vector<LabelledExample> examples,
    storage::Deadline deadline, const std::string& import_id, std::int32_t weight) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(static_cast<std::int64_t>(examples.size()), 1, storage::kLabelBatchMax, "examples",
             violations, "examples");
  if (!import_id.empty() && !IsImportId(import_id)) {
    violations.Add("import_id", "ID_INVALID", "Must be 1 to 63 bytes of [A-Za-z0-9._-].");
  }
  CheckRange(weight, 1, storage::kLabelWeightMax, "weight", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  const storage::Timestamp now = clock_.Now();
  std::vector<LearnItemResult> results(examples.size());
  std::vector<storage::ExternalLabel> labels;
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    LabelledExample& example = examples[i];
    results[i].external_id = example.external_id;
    results[i].status = CheckExample(example, "examples[" + std::to_string(i) + "].", now);
    if (!results[i].status.ok()) continue;
    storage::ExternalLabel label;
    label.external_id = example.external_id;
    label.label = example.label;
    label.import_id = import_id;
    label.weight = weight;
    if (example.label != storage::LabelClass::kNone) {
      example.submission.site_id = (*view)->record.site_id;
      // As exports write it, it is nobody's: everybody of its domain may have the same.
      const std::string_view email = example.submission.author_email.Reveal();
      const bool is_mask = storage::MaskEmail(email) == email;
      const storage::MaskedComment masked = storage::Mask(std::move(example.submission), keyring_);
      label.sample = SampleOf(masked, ContextOf(masked, (*view)->record.languages, now));
      if (is_mask) label.sample.author_hash.clear();
    }
    labels.push_back(std::move(label));
    indexes.push_back(i);
  }
  if (labels.empty()) return results;
  const auto learnt = labels_.Append((*view)->record.site_id, labels, storage::LabelSource::kImport,
                                     principal.key_id, now, deadline);
  if (!learnt.ok()) return FromStorage(learnt.status());
  for (std::size_t k = 0; k < indexes.size(); ++k) {
    results[indexes[k]].learnt = (*learnt)[k].learnt;
    results[indexes[k]].position = (*learnt)[k].position;
  }
  return results;
}

}  // namespace replyguard::service
