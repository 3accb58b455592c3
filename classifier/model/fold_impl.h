// The state of a fold.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "classifier/fold.h"
#include "model/site_model.h"
#include "model/window.h"

namespace replyguard::classifier {

// Above this many features the rarest are dropped, down to three quarters.
inline constexpr std::size_t kFeaturesMax = 4'000'000;

struct SiteState {
  ClassTotals totals;
  Combination combination;
  Corrector corrector;
  std::uint64_t changes = 0;                   // labels changed since the last fit
  std::shared_ptr<const SiteModel> published;  // null: out of date
};

struct Fold::Impl {
  ModelId id;
  Counts counts;
  Window window;
  std::map<SiteId, SiteState> sites;
  absl::flat_hash_map<std::pair<SiteId, SampleId>, std::uint64_t> in_force;  // digests
  std::shared_ptr<const Model> snapshot;                                     // null: out of date
  std::shared_ptr<const SiteModel> unknown =
      std::make_shared<const SiteModel>(ClassTotals{}, Combination{}, Corrector{});

  void Count(SiteId site, const Labelled& labelled);
  void Uncount(SiteId site, const Labelled& labelled);
  // Refits the site's weights if its labels have changed enough; a new epoch.
  void FitIfDue(SiteId site);
  void PruneIfLarge();
};

// The digest by which a fold recognises what it counted.
std::uint64_t DigestOf(const Labelled& labelled);

// model/serialize.cpp
std::string SerializeFold(const Fold::Impl& fold);
absl::StatusOr<std::unique_ptr<Fold::Impl>> DeserializeFold(std::string_view bytes);

}  // namespace replyguard::classifier
