// What a fold holds and a model shares.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "classifier/fold.h"
#include "classifier/model.h"

namespace replyguard::classifier {

struct FeatureCounts {
  std::uint32_t spam = 0;
  std::uint32_t ham = 0;
};

struct SiteTotals {
  std::uint64_t spam = 0;
  std::uint64_t ham = 0;
};

struct State {
  ModelId id;
  absl::flat_hash_map<std::uint64_t, FeatureCounts> counts;  // by MixHash(site, feature)
  std::map<SiteId, SiteTotals> totals;
  std::map<std::pair<SiteId, SampleId>, std::uint64_t> in_force;  // digest of what was counted
};

struct Model::Impl {
  State state;
};

struct Fold::Impl {
  State state;
  std::shared_ptr<const Model> snapshot;  // null: stale
};

}  // namespace replyguard::classifier
