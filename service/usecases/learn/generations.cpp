// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/generations.h"

#include <algorithm>
#include <utility>

#include "service/usecases/authorize.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/exclusions.h"
#include "service/usecases/learn/orders.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/learn/gate.h"
#include "usecases/operate/operation_errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::string_view kKeysField = "excluded_api_keys";
constexpr std::string_view kPeopleField = "excluded_people";

absl::Status CheckFields(Generations::RetrainRequest& request) {
  validation::Violations violations;
  const std::vector<std::string>& excluded = request.excluded;
  CheckRange(static_cast<std::int64_t>(excluded.size()), 0,
             static_cast<std::int64_t>(storage::kExcludedKeysMax), kKeysField, violations, "keys");
  if (!std::all_of(excluded.begin(), excluded.end(), IsExclusion)) {
    violations.Add(std::string(kKeysField), "NAME_INVALID",
                   "Must be names of keys, people, imports or rules.");
  }
  CheckNote(request.note, kGenerationNoteBytesMax, "note", violations);
  if (!request.request_id.empty()) CheckId(request.request_id, "request_id", violations);
  return InvalidFields(violations);
}

}  // namespace

std::optional<Comparison> ComparisonOf(const storage::Generation& generation) {
  auto comparison = ComparisonFromJson(generation.report);
  if (!comparison.ok()) return std::nullopt;
  // It had no number yet when they were compared.
  comparison->candidate.generation = generation.number;
  return *std::move(comparison);
}

Comparison FiguresOf(Comparison comparison) {
  comparison.changes.clear();
  return comparison;
}

Generations::Generations(storage::GenerationStore& store, storage::OperationStore& operations,
                         storage::ApiKeyStore& keys, storage::PeopleStore& people,
                         const Clock& clock, std::function<void()> started)
    : store_(store),
      operations_(operations),
      keys_(keys),
      people_(people),
      clock_(clock),
      started_(std::move(started)) {}

absl::StatusOr<storage::Generation> Generations::Find(std::int64_t number,
                                                      storage::Deadline deadline) const {
  auto generation = store_.Get(number, deadline);
  if (!generation.ok()) {
    return FromStorage(generation.status(), {.not_found = reasons::kGenerationNotFound});
  }
  return generation;
}

absl::Status Generations::CheckExist(const std::vector<std::string>& excluded,
                                     storage::Deadline deadline) const {
  validation::Violations violations;
  std::size_t keys = 0;
  std::size_t people = 0;
  const auto at = [](std::string_view field, std::size_t index) {
    return std::string(field) + "[" + std::to_string(index) + "]";
  };
  for (const std::string& one : excluded) {
    if (ImportOf(one) || RuleExcluded(one)) continue;
    const auto person = PersonExcluded(one);
    const std::size_t index = person ? people++ : keys++;
    const absl::Status found =
        person ? people_.Get(*person, deadline).status() : keys_.Get(one, deadline).status();
    if (found.ok()) continue;
    if (!absl::IsNotFound(found)) return FromStorage(found);
    if (person) {
      violations.Add(at(kPeopleField, index), "PERSON_UNKNOWN",
                     "Must be a person of this installation, as ListPeople has it.");
    } else {
      violations.Add(at(kKeysField, index), "KEY_UNKNOWN",
                     "Must be a key of this installation, as ListApiKeys has it.");
    }
  }
  return InvalidFields(violations);
}

absl::StatusOr<storage::Operation> Generations::Start(const Principal& principal,
                                                      storage::OperationKind kind,
                                                      std::string request,
                                                      storage::Deadline deadline,
                                                      std::string request_id) const {
  auto started = operations_.Start({kind, std::string(kModelScope), std::move(request),
                                    principal.key_id, clock_.Now(), std::move(request_id)},
                                   deadline);
  if (!started.ok()) {
    return FromStorage(started.status(), {.already_exists = reasons::kRequestIdReused});
  }
  if (!started->started) return ModelWorkRuns(started->operation);
  if (started_) started_();
  return std::move(started->operation);
}

absl::StatusOr<storage::Operation> Generations::Retrain(const Principal& principal,
                                                        RetrainRequest request,
                                                        storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  if (auto status = CheckFields(request); !status.ok()) return status;
  std::vector<std::string>& excluded = request.excluded;
  if (auto status = CheckExist(excluded, deadline); !status.ok()) return status;
  std::sort(excluded.begin(), excluded.end());
  excluded.erase(std::unique(excluded.begin(), excluded.end()), excluded.end());
  return Start(principal, storage::OperationKind::kRetrain,
               ToJson(RetrainOrder{std::move(excluded), storage::MaskText(request.note).text(),
                                   request.without_base, request.ignore_active_exclusions}),
               deadline, std::move(request.request_id));
}

absl::StatusOr<storage::Operation> Generations::Evaluate(const Principal& principal,
                                                         std::optional<std::int64_t> number,
                                                         storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  const auto generation = number ? Find(*number, deadline) : store_.Active(deadline);
  if (!generation.ok()) return FromStorage(generation.status());
  return Start(principal, storage::OperationKind::kEvaluate,
               ToJson(EvaluateOrder{generation->number}), deadline);
}

absl::StatusOr<Generations::List> Generations::Newest(const Principal& principal,
                                                      const ListQuery& query,
                                                      storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto generations = store_.List({query.generations_before, query.limit}, deadline);
  if (!generations.ok()) return FromStorage(generations.status());
  auto activations = store_.Activations({query.activations_before, query.limit}, deadline);
  if (!activations.ok()) return FromStorage(activations.status());
  auto refusals = store_.Refusals({query.refusals_before, query.limit}, deadline);
  if (!refusals.ok()) return FromStorage(refusals.status());
  const auto active = store_.Active(deadline);
  if (!active.ok()) return FromStorage(active.status());
  List list;
  list.activations = *std::move(activations);
  for (storage::Generation& generation : *generations) {
    const bool is_active = generation.number == active->number;
    list.entries.push_back({std::move(generation), is_active, std::nullopt});
  }
  for (storage::ActivationRefusal& refusal : *refusals) {
    const auto comparison = ComparisonFromJson(refusal.report);
    list.refusals.push_back({std::move(refusal), comparison.ok() ? *comparison : Comparison{}});
  }
  return list;
}

absl::StatusOr<Generations::Entry> Generations::Get(const Principal& principal, std::int64_t number,
                                                    storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto generation = Find(number, deadline);
  if (!generation.ok()) return generation.status();
  const auto active = store_.Active(deadline);
  if (!active.ok()) return FromStorage(active.status());
  auto comparison = ComparisonOf(*generation);
  return Entry{*std::move(generation), active->number == number, std::move(comparison)};
}

absl::StatusOr<storage::Operation> Generations::CompareTwo(const Principal& principal,
                                                           std::int64_t base,
                                                           std::int64_t candidate,
                                                           storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  for (const std::int64_t number : {base, candidate}) {
    if (const auto found = Find(number, deadline); !found.ok()) return found.status();
  }
  return Start(principal, storage::OperationKind::kCompare, ToJson(CompareOrder{base, candidate}),
               deadline);
}

absl::StatusOr<Generations::Activated> Generations::Activate(const Principal& principal,
                                                             std::int64_t number, bool force,
                                                             storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  const auto candidate = Find(number, deadline);
  if (!candidate.ok()) return candidate.status();
  const auto active = store_.Active(deadline);
  if (!active.ok()) return FromStorage(active.status());
  std::optional<Comparison> comparison;
  if (!force && active->number != number) {
    comparison = ComparisonOf(*candidate);
    if (!comparison || comparison->base.generation != active->number) {
      auto operation = Start(principal, storage::OperationKind::kActivate,
                             ToJson(ActivateOrder{number}), deadline);
      if (!operation.ok()) return operation.status();
      return Activated{std::nullopt, *std::move(operation), std::nullopt};
    }
    if (absl::Status worse = CheckGate(*comparison); !worse.ok()) {
      const absl::Status kept =
          store_.Refuse(RefusalOf(*comparison, principal.key_id, clock_.Now()), deadline);
      return kept.ok() ? worse : FromStorage(kept);
    }
  }
  auto done =
      store_.Activate({number, active->number, force, principal.key_id, clock_.Now()}, deadline);
  if (!done.ok()) return FromStorage(done.status(), {.not_found = reasons::kGenerationNotFound});
  if (comparison) comparison = FiguresOf(*std::move(comparison));
  return Activated{*std::move(done), std::nullopt, std::move(comparison)};
}

absl::StatusOr<storage::Activation> Generations::Rollback(const Principal& principal,
                                                          std::int64_t from,
                                                          storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto done = store_.Rollback(from, principal.key_id, clock_.Now(), deadline);
  if (absl::IsFailedPrecondition(done.status())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kNothingToRollBack,
                     "no generation was active before this one");
  }
  if (absl::IsAborted(done.status())) {
    return MakeError(absl::StatusCode::kAborted, reasons::kOtherGenerationActive,
                     "generation " + std::to_string(from) +
                         " is not active, and nothing was done; see who activated what "
                         "(ListModelGenerations)");
  }
  if (!done.ok()) return FromStorage(done.status());
  return done;
}

}  // namespace replyguard::service
