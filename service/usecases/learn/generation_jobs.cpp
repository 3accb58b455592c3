// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/generation_jobs.h"

#include <chrono>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/carried_over.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/learn/learner.h"
#include "service/usecases/learn/orders.h"
#include "usecases/learn/compare.h"
#include "usecases/learn/gate.h"
#include "usecases/learn/model_file.h"
#include "usecases/learn/own_export.h"
#include "usecases/operate/operation_errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

storage::Deadline SoonDeadline() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

bool HasTooFew(const absl::Status& comparison) {
  return ReasonOf(comparison) == reasons::kTooFewLabels;
}

// What a candidate takes over; nothing when that is not wanted.
absl::StatusOr<CarriedOver> TakenOver(bool ignore, const storage::Generation& active,
                                      storage::Generation& candidate) {
  return ignore ? CarriedOver{} : CarryOver(active, candidate);
}

}  // namespace

OperationJobs GenerationJobs::All() const {
  using storage::OperationKind;
  return {{OperationKind::kRetrain,
           [this](const storage::Operation& operation, WorkProgress& progress) {
             return Retrain(operation, progress);
           }},
          {OperationKind::kImport,
           [this](const storage::Operation& operation, WorkProgress& progress) {
             return Import(operation, progress);
           }},
          {OperationKind::kEvaluate,
           [this](const storage::Operation& operation, WorkProgress& progress) {
             return Evaluate(operation, progress);
           }},
          {OperationKind::kCompare,
           [this](const storage::Operation& operation, WorkProgress& progress) {
             return CompareTwo(operation, progress);
           }},
          {OperationKind::kActivate,
           [this](const storage::Operation& operation, WorkProgress& progress) {
             return Activate(operation, progress);
           }}};
}

absl::StatusOr<storage::Generation> GenerationJobs::Find(std::int64_t number) const {
  auto generation = store_.Get(number, SoonDeadline());
  if (!generation.ok()) {
    return FromStorage(generation.status(), {.not_found = reasons::kGenerationNotFound});
  }
  return generation;
}

absl::StatusOr<storage::Generation> GenerationJobs::Active() const {
  auto active = store_.Active(SoonDeadline());
  if (!active.ok()) return FromStorage(active.status());
  return active;
}

CompareInput GenerationJobs::InputOf(const storage::Generation& base,
                                     const storage::Generation& candidate,
                                     WorkProgress& progress) const {
  CompareInput input{labels_,  store_, learner_.shared_starter(), {}, base, candidate,
                     progress, nullptr};
  input.policy_of = [this](storage::SiteId id) {
    const auto site = sites_.FindById(id);
    return site == nullptr ? policy::SitePolicy{} : site->policy;
  };
  return input;
}

absl::StatusOr<storage::OperationEnd> GenerationJobs::Retrain(const storage::Operation& operation,
                                                              WorkProgress& progress) const {
  auto order = RetrainOrderOf(operation.start.request);
  if (!order.ok()) return order.status();
  const auto active = Active();
  if (!active.ok()) return active.status();
  storage::Generation candidate;
  candidate.number = 0;  // none yet
  candidate.excluded = std::move(order->excluded);
  candidate.note = std::move(order->note);
  candidate.created_by = operation.start.created_by;
  candidate.base = order->without_base ? 0 : active->base;
  const auto carried = TakenOver(order->ignore_active_exclusions, *active, candidate);
  if (!carried.ok()) return carried.status();
  const auto comparison = Compare(InputOf(*active, candidate, progress));
  // Whoever poisoned a small site can be left out of what is left; the gate will ask for labels.
  const bool without = !candidate.excluded.empty() && HasTooFew(comparison.status());
  if (!comparison.ok() && !without) return comparison.status();
  candidate.created_at = clock_.Now();
  candidate.report = ReportOf(comparison.ok() ? &*comparison : nullptr, *carried);
  storage::OperationEnd end;
  end.generation = std::move(candidate);
  return end;
}

absl::StatusOr<std::string> GenerationJobs::ReadUpload(const storage::UploadName& name,
                                                       std::int64_t size_bytes,
                                                       WorkProgress& progress) const {
  std::string packed;
  while (static_cast<std::int64_t>(packed.size()) < size_bytes) {
    if (absl::Status status = progress.Check(); !status.ok()) return status;
    const auto piece =
        uploads_.Read(name, static_cast<std::int64_t>(packed.size()), SoonDeadline());
    if (!piece.ok()) return FromStorage(piece.status());
    if (piece->empty()) {
      return MakeError(absl::StatusCode::kInvalidArgument, reasons::kModelFileInvalid,
                       "the file that was sent is not there any more; send it again");
    }
    packed += *piece;
  }
  return packed;
}

absl::StatusOr<storage::OperationEnd> GenerationJobs::Import(const storage::Operation& operation,
                                                             WorkProgress& progress) const {
  auto order = ImportOrderOf(operation.start.request);
  if (!order.ok()) return order.status();
  progress.Begin("reading file");
  const auto packed = ReadUpload({operation.start.created_by, operation.start.request_id},
                                 order->size_bytes, progress);
  if (!packed.ok()) return packed.status();
  ModelFileOrder file{order->checksum, order->learnt_position, {}, std::move(order->sites)};
  if (!order->learn_all_labels && file.sites.empty()) {
    file.find_position = [&](const classifier::Fold& fold) {
      return OwnExportPosition(fold, labels_, progress);
    };
  }
  auto sealed = SealModelFile(*packed, file, learner_.shared_starter());
  if (!sealed.ok()) return sealed.status();
  const auto active = Active();
  if (!active.ok()) return active.status();
  storage::Generation candidate;
  candidate.number = 0;  // none yet
  candidate.note = std::move(order->note);
  candidate.created_by = operation.start.created_by;
  const auto carried = TakenOver(order->ignore_active_exclusions, *active, candidate);
  if (!carried.ok()) return carried.status();
  CompareInput input = InputOf(*active, candidate, progress);
  input.candidate_begins = &sealed->fold;
  const auto comparison = Compare(input);
  // A new installation has nothing to compare by; the gate will ask for it.
  if (!comparison.ok() && !HasTooFew(comparison.status())) return comparison.status();
  candidate.created_at = clock_.Now();
  candidate.report = ReportOf(comparison.ok() ? &*comparison : nullptr, *carried);
  storage::OperationEnd end;
  end.generation = std::move(candidate);
  end.base = std::move(sealed->base);
  return end;
}

absl::StatusOr<storage::OperationEnd> GenerationJobs::Evaluate(const storage::Operation& operation,
                                                               WorkProgress& progress) const {
  const auto order = EvaluateOrderOf(operation.start.request);
  if (!order.ok()) return order.status();
  const auto generation = Find(order->generation);
  if (!generation.ok()) return generation.status();
  const auto evaluation = EvaluateOne(InputOf(*generation, *generation, progress));
  if (!evaluation.ok()) return evaluation.status();
  storage::OperationEnd end;
  end.response = EvaluationToJson(*evaluation);
  return end;
}

absl::StatusOr<storage::OperationEnd> GenerationJobs::CompareTwo(
    const storage::Operation& operation, WorkProgress& progress) const {
  const auto order = CompareOrderOf(operation.start.request);
  if (!order.ok()) return order.status();
  const auto base = Find(order->base);
  if (!base.ok()) return base.status();
  const auto candidate = Find(order->candidate);
  if (!candidate.ok()) return candidate.status();
  const auto comparison = Compare(InputOf(*base, *candidate, progress));
  if (!comparison.ok()) return comparison.status();
  storage::OperationEnd end;
  end.response = ComparisonToJson(*comparison);
  return end;
}

absl::StatusOr<storage::OperationEnd> GenerationJobs::Activate(const storage::Operation& operation,
                                                               WorkProgress& progress) const {
  const auto order = ActivateOrderOf(operation.start.request);
  if (!order.ok()) return order.status();
  const auto active = Active();
  if (!active.ok()) return active.status();
  const auto candidate = Find(order->generation);
  if (!candidate.ok()) return candidate.status();
  storage::OperationEnd end;
  if (active->number != candidate->number) {
    const auto comparison = Compare(InputOf(*active, *candidate, progress));
    if (HasTooFew(comparison.status())) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, reasons::kTooFewLabels,
          std::string(comparison.status().message()) + "; forced, it is activated without");
    }
    if (!comparison.ok()) return comparison.status();
    if (absl::Status worse = CheckGate(*comparison); !worse.ok()) {
      end.state = storage::OperationState::kFailed;
      end.error = OperationErrorOf(worse);
      end.refusal = RefusalOf(*comparison, operation.start.created_by, clock_.Now());
      return end;
    }
    end.response = ComparisonToJson(FiguresOf(*comparison));
  }
  end.activation = storage::ActivationRequest{candidate->number, active->number, false,
                                              operation.start.created_by, clock_.Now()};
  return end;
}

}  // namespace replyguard::service
