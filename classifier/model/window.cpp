#include "model/window.h"

#include <algorithm>

namespace replyguard::classifier {

void Window::Add(SiteId site, WindowExample example) {
  Site& examples = sites_[site];
  features_ += example.features.size();
  features_of_[site] += example.features.size();
  order_.emplace_back(example.position, site);
  examples.push_back(std::move(example));
  if (examples.size() > kWindowExamplesMax) DropOldest(site);
  while (features_ > kWindowFeaturesMax && order_.size() > 1) {
    const auto [position, oldest] = order_.front();
    order_.pop_front();
    const Site& candidates = sites_[oldest];
    if (!candidates.empty() && candidates.front().position == position) DropOldest(oldest);
  }
}

void Window::DropOldest(SiteId site) {
  Site& examples = sites_[site];
  features_ -= examples.front().features.size();
  features_of_[site] -= examples.front().features.size();
  examples.pop_front();
}

std::optional<CorrectorMargins> Window::Remove(SiteId site, SampleId sample) {
  if (sample == 0) return std::nullopt;  // sealed
  Site& examples = sites_[site];
  const auto at = std::find_if(examples.begin(), examples.end(),
                               [&](const WindowExample& e) { return e.sample == sample; });
  if (at == examples.end()) return std::nullopt;
  features_ -= at->features.size();
  features_of_[site] -= at->features.size();
  const CorrectorMargins margins = at->margins;
  examples.erase(at);
  return margins;
}

}  // namespace replyguard::classifier
