// What is known of one site, and how a comment is scored with it.
//
// Thread-safety: immutable once made.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "classifier/features.h"
#include "classifier/model.h"
#include "counts/counts.h"
#include "math/hash.h"
#include "weights/combination.h"
#include "weights/corrector.h"
#include "weights/feature_part.h"
#include "weights/log_odds.h"

namespace replyguard::classifier {

// One table holds the features of all sites.
inline std::uint64_t CountKey(SiteId site, std::uint64_t feature) { return MixHash(feature, site); }

struct SiteModel {
  SiteModel(const ClassTotals& t, const Combination& c, const Corrector& k)
      : totals(t), combination(c), corrector(k), log_odds(t) {}

  ClassTotals totals;
  Combination combination;
  Corrector corrector;
  LogOdds log_odds;

  // The part of the score that no feature has.
  RawScore Bias() const;
  // What one view adds. Appends each feature's part to `parts`, unless that is null.
  RawScore ViewScore(SiteId site, View view, std::span<const std::uint64_t> hashes,
                     const CountsView& counts, std::vector<FeaturePart>* parts) const;
};

struct Model::Impl {
  ModelId id;
  CountsView counts;
  std::size_t feature_count = 0;
  std::map<SiteId, std::shared_ptr<const SiteModel>> sites;
  std::shared_ptr<const SiteModel> unknown;  // for sites without labels

  // Model::Score. Replaces `parts` by what each feature adds, unless that is null.
  Partial Score(SiteId site, const Features& features, std::vector<FeaturePart>* parts) const;

  const SiteModel& Site(SiteId site) const {
    const auto at = sites.find(site);
    return at == sites.end() ? *unknown : *at->second;
  }
};

}  // namespace replyguard::classifier
