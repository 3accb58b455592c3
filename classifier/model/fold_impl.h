// The state of a fold.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "classifier/fold.h"
#include "counts/counts.h"
#include "model/site_model.h"
#include "model/window.h"

namespace replyguard::classifier {

// Above this many features of all sites the rarest are dropped, of the largest sites first, until
// three quarters are left.
inline constexpr std::size_t kFeaturesMax = 4'000'000;

struct SiteState {
  ClassTotals totals;
  Combination combination;
  CorrectorBiases corrector_biases{};
  Counts counts;
  bool shares = false;
  std::uint64_t changes = 0;  // labels changed since the last fit
};

// What the correctors of the last epoch say of a comment.
CorrectorMargins MarginsOf(const SiteState& site, const Features& features);

struct Fold::Impl {
  explicit Impl(std::shared_ptr<const Starter> starting) : starter(std::move(starting)) {
    if (starter != nullptr) id.starter = starter->id();
  }

  ModelId id;
  std::shared_ptr<const Starter> starter;  // null: none
  // Of a fold that began with a sealed one: positions that its examples take, before those of the
  // log; and up to where labels of the log are known by it. 0 and 0 otherwise.
  std::uint64_t sealed_span = 0;
  std::uint64_t sealed_position = 0;
  Window window;
  std::map<SiteId, SiteState> sites;
  std::size_t feature_count = 0;                                             // of all sites
  absl::flat_hash_map<std::pair<SiteId, SampleId>, std::uint64_t> in_force;  // digests
  std::shared_ptr<const Common> common;  // null: fewer sites share than it takes
  // Of the sites that share: how many there are, their labels, and how many of these have changed
  // since the common knowledge was gathered.
  std::size_t sharing_sites = 0;
  std::uint64_t shared_labels = 0;
  std::uint64_t shared_changes = 0;
  std::shared_ptr<const Model> snapshot;  // null: out of date
  SiteModels published;                   // but for those in `stale`
  std::set<SiteId> stale;
  // A site without rows of the log: it takes until a row says otherwise.
  std::shared_ptr<const SiteModel> unknown =
      std::make_shared<const SiteModel>(SiteModel{.knowledge = {}, .shares = true});

  // In the order of all examples.
  std::uint64_t ExamplePosition() const { return sealed_span + id.position; }
  void Count(SiteState* site, const Labelled& labelled);
  void Uncount(SiteState* site, const Labelled& labelled);
  void AddToWindow(SiteId site, WindowExample example);
  // Refits the site's weights if its labels have changed enough; a new epoch.
  void FitIfDue(SiteId site);
  // Has the site give and take, or no longer.
  void Share(SiteId site, bool shares);
  // Gathers anew what all sites know if they or their labels have changed enough; a new epoch.
  void GatherCommonIfDue();
  void PruneIfLarge();
};

// The digest by which a fold recognises what it counted.
std::uint64_t DigestOf(const Labelled& labelled);

// model/serialize.cpp
std::string SerializeFold(const Fold::Impl& fold);
absl::StatusOr<std::unique_ptr<Fold::Impl>> DeserializeFold(std::string_view bytes,
                                                            std::shared_ptr<const Starter> starter);

}  // namespace replyguard::classifier
