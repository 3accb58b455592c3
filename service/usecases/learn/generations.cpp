// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/generations.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/learner.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/learn/compare.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kKeyIdDigits = 16;

bool IsKeyId(const std::string& text) {
  return text.size() == kKeyIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

absl::Status CheckFields(const std::vector<std::string>& excluded, std::string& note) {
  validation::Violations violations;
  CheckRange(static_cast<std::int64_t>(excluded.size()), 0,
             static_cast<std::int64_t>(storage::kExcludedKeysMax), "excluded_api_keys", violations,
             "keys");
  if (!std::all_of(excluded.begin(), excluded.end(), IsKeyId)) {
    violations.Add("excluded_api_keys", "NAME_INVALID", "Must be \"apiKeys/{key}\".");
  }
  CheckNote(note, kGenerationNoteBytesMax, "note", violations);
  return InvalidFields(violations);
}

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f %%", 100 * share);
  return text;
}

}  // namespace

Generations::Generations(const SiteDirectory& sites, const Learner& learner,
                         storage::LabelLog& labels, storage::GenerationStore& store,
                         const Clock& clock)
    : sites_(sites), learner_(learner), labels_(labels), store_(store), clock_(clock) {}

absl::StatusOr<storage::Generation> Generations::Find(std::int64_t number,
                                                      storage::Deadline deadline) const {
  auto generation = store_.Get(number, deadline);
  if (!generation.ok()) {
    return FromStorage(generation.status(), {.not_found = reasons::kGenerationNotFound});
  }
  return generation;
}

absl::StatusOr<Comparison> Generations::CompareAlone(const storage::Generation& base,
                                                     const storage::Generation& candidate,
                                                     storage::Deadline deadline) const {
  CompareInput input{labels_, learner_.shared_starter(), {}, base, candidate};
  input.policy_of = [this](storage::SiteId id) {
    const auto site = sites_.FindById(id);
    return site == nullptr ? policy::SitePolicy{} : site->policy;
  };
  absl::StatusOr<Comparison> comparison = absl::UnknownError("");
  bool ran = false;
  const absl::Status status = store_.RunAlone(
      [&] {
        ran = true;
        comparison = Compare(input, deadline);
        return absl::OkStatus();
      },
      deadline);
  if (ran) return comparison;
  if (absl::IsFailedPrecondition(status)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kRetrainRuns,
                     "another retraining or comparison runs; try again when it has ended");
  }
  return FromStorage(status);
}

absl::StatusOr<Generations::Entry> Generations::Retrain(const Principal& principal,
                                                        std::vector<std::string> excluded,
                                                        std::string note,
                                                        storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  if (auto status = CheckFields(excluded, note); !status.ok()) return status;
  std::sort(excluded.begin(), excluded.end());
  excluded.erase(std::unique(excluded.begin(), excluded.end()), excluded.end());
  const auto active = store_.Active(deadline);
  if (!active.ok()) return FromStorage(active.status());
  storage::Generation candidate;
  candidate.number = 0;  // none yet
  candidate.excluded = std::move(excluded);
  candidate.note = storage::MaskText(note).text();
  candidate.created_by = principal.key_id;
  candidate.created_at = clock_.Now();
  auto comparison = CompareAlone(*active, candidate, deadline);
  if (!comparison.ok()) return comparison.status();
  candidate.report = ComparisonToJson(*comparison);
  auto created = store_.Create(candidate, deadline);
  if (!created.ok()) return FromStorage(created.status());
  comparison->candidate.generation = created->number;
  return Entry{*std::move(created), false, *std::move(comparison)};
}

absl::StatusOr<Generations::List> Generations::Newest(const Principal& principal,
                                                      std::int32_t count,
                                                      storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto generations = store_.List(count, deadline);
  if (!generations.ok()) return FromStorage(generations.status());
  auto activations = store_.Activations(count, deadline);
  if (!activations.ok()) return FromStorage(activations.status());
  List list;
  list.activations = *std::move(activations);
  const std::int64_t active =
      list.activations.empty() ? storage::kFirstGeneration : list.activations.front().generation;
  for (storage::Generation& generation : *generations) {
    const bool is_active = generation.number == active;
    list.entries.push_back({std::move(generation), is_active, std::nullopt});
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
  Entry entry{*std::move(generation), active->number == number, std::nullopt};
  if (auto comparison = ComparisonFromJson(entry.generation.report); comparison.ok()) {
    comparison->candidate.generation = number;
    entry.comparison = *std::move(comparison);
  }
  return entry;
}

absl::StatusOr<Comparison> Generations::CompareTwo(const Principal& principal, std::int64_t base,
                                                   std::int64_t candidate,
                                                   storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  const auto first = Find(base, deadline);
  if (!first.ok()) return first.status();
  const auto second = Find(candidate, deadline);
  if (!second.ok()) return second.status();
  return CompareAlone(*first, *second, deadline);
}

absl::Status Generations::CheckGate(const storage::Generation& active,
                                    const storage::Generation& candidate,
                                    storage::Deadline deadline) const {
  auto comparison = ComparisonFromJson(candidate.report);
  if (!comparison.ok() || comparison->base.generation != active.number) {
    comparison = CompareAlone(active, candidate, deadline);
  }
  if (!comparison.ok()) return comparison.status();
  const Share& before = comparison->base.ham_lost;
  const Share& after = comparison->candidate.ham_lost;
  const bool worse_for_all =
      comparison->candidate.weighted_ham_lost.share > comparison->base.weighted_ham_lost.upper;
  if (after.seen() <= before.bounds.high && !worse_for_all) return absl::OkStatus();
  if (worse_for_all) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kWorseHamLoss,
                     "generation " + std::to_string(candidate.number) + " loses " +
                         Percent(comparison->candidate.weighted_ham_lost.share) +
                         " of all good comments by the weighted held-out ones, the active " +
                         std::to_string(active.number) + " with 95 % confidence at most " +
                         Percent(comparison->base.weighted_ham_lost.upper));
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kWorseHamLoss,
                   "generation " + std::to_string(candidate.number) + " loses " +
                       Percent(after.seen()) + " of the held-out good comments, the active " +
                       std::to_string(active.number) + " loses " + Percent(before.seen()) +
                       ", with 95 % confidence at most " + Percent(before.bounds.high));
}

absl::StatusOr<storage::Activation> Generations::Activate(const Principal& principal,
                                                          std::int64_t number, bool force,
                                                          storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  const auto candidate = Find(number, deadline);
  if (!candidate.ok()) return candidate.status();
  const auto active = store_.Active(deadline);
  if (!active.ok()) return FromStorage(active.status());
  if (!force && active->number != number) {
    if (auto status = CheckGate(*active, *candidate, deadline); !status.ok()) return status;
  }
  auto done =
      store_.Activate(number, active->number, force, principal.key_id, clock_.Now(), deadline);
  if (!done.ok()) return FromStorage(done.status(), {.not_found = reasons::kGenerationNotFound});
  return done;
}

absl::StatusOr<storage::Activation> Generations::Rollback(const Principal& principal,
                                                          storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto done = store_.Rollback(principal.key_id, clock_.Now(), deadline);
  if (absl::IsFailedPrecondition(done.status())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kNothingToRollBack,
                     "no generation was active before this one");
  }
  if (!done.ok()) return FromStorage(done.status());
  return done;
}

}  // namespace replyguard::service
