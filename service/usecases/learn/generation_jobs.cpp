// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/generation_jobs.h"

#include <chrono>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/learner.h"
#include "service/usecases/learn/orders.h"
#include "usecases/learn/compare.h"
#include "usecases/learn/gate.h"
#include "usecases/operate/operation_errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

storage::Deadline SoonDeadline() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

}  // namespace

OperationJobs GenerationJobs::All() const {
  using storage::OperationKind;
  return {{OperationKind::kRetrain,
           [this](const storage::Operation& operation, WorkProgress& progress) {
             return Retrain(operation, progress);
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

absl::StatusOr<Comparison> GenerationJobs::Judge(const storage::Generation& base,
                                                 const storage::Generation& candidate,
                                                 WorkProgress& progress) const {
  CompareInput input{labels_, learner_.shared_starter(), {}, base, candidate, progress};
  input.policy_of = [this](storage::SiteId id) {
    const auto site = sites_.FindById(id);
    return site == nullptr ? policy::SitePolicy{} : site->policy;
  };
  return Compare(input);
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
  const auto comparison = Judge(*active, candidate, progress);
  if (!comparison.ok()) return comparison.status();
  candidate.created_at = clock_.Now();
  candidate.report = ComparisonToJson(*comparison);
  storage::OperationEnd end;
  end.generation = std::move(candidate);
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
  const auto comparison = Judge(*base, *candidate, progress);
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
    const auto comparison = Judge(*active, *candidate, progress);
    if (!comparison.ok()) return comparison.status();
    if (absl::Status worse = CheckGate(*comparison); !worse.ok()) {
      end.state = storage::OperationState::kFailed;
      end.error = OperationErrorOf(worse);
      end.refusal = RefusalOf(*comparison, operation.start.created_by, clock_.Now());
      return end;
    }
  }
  end.activation = storage::ActivationRequest{candidate->number, active->number, false,
                                              operation.start.created_by, clock_.Now()};
  return end;
}

}  // namespace replyguard::service
