// What is known of one site, and how a comment is scored with it.
//
// Thread-safety: immutable once made.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "classifier/features.h"
#include "classifier/model.h"
#include "classifier/starter.h"
#include "model/window.h"
#include "weights/feature_part.h"
#include "weights/knowledge.h"

namespace replyguard::classifier {

struct SiteModel {
  Knowledge knowledge;
  bool shares = false;  // takes what all sites together know, and gives
};

struct Starter::Impl {
  struct Chapter {
    double trust = 0;
    Knowledge knowledge;
  };
  std::uint32_t id = 0;
  std::vector<Chapter> chapters;  // at most kStarterChaptersMax

  StarterSays Say(const Features& features) const;
};

// What all sharing sites together know, as of a position of the log.
struct Common {
  std::uint64_t position = 0;
  Knowledge knowledge;
};

// Another body's say, as an input of a site's combination.
double Clipped(double nats);

struct Model::Impl {
  ModelId id;
  std::size_t feature_count = 0;
  std::size_t memory_bytes = 0;
  std::map<SiteId, std::shared_ptr<const SiteModel>> sites;
  std::shared_ptr<const SiteModel> unknown;  // for sites without labels
  std::shared_ptr<const Common> common;      // null: there is none
  std::shared_ptr<const Starter> starter;    // null: there is none

  const SiteModel& Site(SiteId site) const {
    const auto at = sites.find(site);
    return at == sites.end() ? *unknown : *at->second;
  }

  Training TrainingOf(SiteId site) const;
  // The part of the score that no feature has.
  RawScore Bias(SiteId site) const;
  // Model::Score. Replaces `parts` by what each feature adds, unless that is null.
  Partial Score(SiteId site, const Features& features, std::vector<FeaturePart>* parts) const;
};

}  // namespace replyguard::classifier
