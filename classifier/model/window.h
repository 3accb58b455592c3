// The newest labelled comments of every site, kept whole so that weights can be refitted on them.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "classifier/label.h"
#include "classifier/starter.h"
#include "weights/view_sums.h"

namespace replyguard::classifier {

inline constexpr std::size_t kWindowExamplesMax = 4000;       // a site
inline constexpr std::size_t kWindowFeaturesMax = 8'000'000;  // over all sites: 64 MiB

// What each chapter of the starter model says of a comment, in nats.
using StarterSays = std::array<double, kStarterChaptersMax>;

struct WindowExample {
  std::uint64_t position = 0;  // of the log, counted on from what the fold began with
  SampleId sample = 0;         // 0: of what it began with; stays
  Class label = Class::kHam;
  AuthorHash author = 0;
  std::uint32_t weight = 1;  // Labelled::weight
  Features features;
  std::array<double, kCorrectorCount> alphas{};  // the correctors' dual variables
  CorrectorMargins margins{};                    // by correctors that had not seen it
  StarterSays starter{};                         // of it; not serialised
};

// Thread-safety: none. What is kept is a function of the changes alone.
class Window {
 public:
  using Site = std::deque<WindowExample>;

  void Add(SiteId site, WindowExample example);
  // The margins of the example; nothing, and nothing happens, if it has left the window.
  std::optional<CorrectorMargins> Remove(SiteId site, SampleId sample);

  Site& Of(SiteId site) { return sites_[site]; }
  // Of all examples of the site.
  std::size_t FeaturesOf(SiteId site) const {
    const auto at = features_of_.find(site);
    return at == features_of_.end() ? 0 : at->second;
  }
  const std::map<SiteId, Site>& sites() const { return sites_; }

 private:
  void DropOldest(SiteId site);

  std::map<SiteId, Site> sites_;
  std::deque<std::pair<std::uint64_t, SiteId>> order_;  // by position; some have left already
  std::size_t features_ = 0;
  std::map<SiteId, std::size_t> features_of_;  // of each site
};

}  // namespace replyguard::classifier
