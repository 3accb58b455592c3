// What is known of one site, and how a comment is scored with it.
//
// Thread-safety: immutable once made.
#pragma once

#include <array>
#include <memory>
#include <utility>
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

// The models of all sites. In parts, so that the next model shares those of the sites that have not
// changed: a label then costs its own site, not every site that there is.
class SiteModels {
 public:
  static constexpr std::size_t kParts = 64;

  // Replaces the site's. Copies its part's pointers, a kParts-th of all.
  void Put(SiteId site, std::shared_ptr<const SiteModel> model);
  // Null: there is none.
  const SiteModel* Find(SiteId site) const;
  // Of their tables.
  std::size_t memory_bytes() const;
  // Whether they share the part of that site.
  bool SharesPart(SiteId site, const SiteModels& other) const {
    return PartOf(site) == other.PartOf(site);
  }

 private:
  struct Part {
    std::vector<std::pair<SiteId, std::shared_ptr<const SiteModel>>> sites;  // ascending
    std::size_t memory_bytes = 0;
  };
  const std::shared_ptr<const Part>& PartOf(SiteId site) const { return parts_[site % kParts]; }

  std::array<std::shared_ptr<const Part>, kParts> parts_;  // null: empty
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
  SiteModels sites;
  std::shared_ptr<const SiteModel> unknown;  // for sites without labels
  std::shared_ptr<const Common> common;      // null: there is none
  std::shared_ptr<const Starter> starter;    // null: there is none

  const SiteModel& Site(SiteId site) const {
    const SiteModel* const found = sites.Find(site);
    return found == nullptr ? *unknown : *found;
  }

  Training TrainingOf(SiteId site) const;
  // The part of the score that no feature has.
  RawScore Bias(SiteId site) const;
  // Model::Score. Replaces `parts` by what each feature adds, unless that is null.
  Partial Score(SiteId site, const Features& features, ScoreParts* parts) const;
};

}  // namespace replyguard::classifier
