// A fold as the beginning of another one.
#include <algorithm>
#include <utility>
#include <vector>

#include "classifier/fold.h"
#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

// Every example that stays, in order, with its new site.
std::vector<std::pair<SiteId, const WindowExample*>> ExamplesOf(
    const Window& window, const std::map<SiteId, SiteId>& new_sites) {
  std::vector<std::pair<SiteId, const WindowExample*>> examples;
  for (const auto& [site, of_site] : window.sites()) {
    const auto to = new_sites.find(site);
    if (to == new_sites.end()) continue;
    for (const WindowExample& example : of_site) examples.emplace_back(to->second, &example);
  }
  std::sort(examples.begin(), examples.end(),
            [](const auto& a, const auto& b) { return a.second->position < b.second->position; });
  return examples;
}

std::map<SiteId, SiteId> AsTheyAre(const std::map<SiteId, SiteState>& sites) {
  std::map<SiteId, SiteId> same;
  for (const auto& [site, state] : sites) same.emplace(site, site);
  return same;
}

}  // namespace

std::vector<SiteContents> Fold::Contents() const {
  std::vector<SiteContents> contents;
  for (const auto& [site, state] : impl_->sites) {
    contents.push_back({site, state.totals.spam, state.totals.ham});
  }
  return contents;
}

void Fold::Seal(const Sealing& sealing) {
  Impl& old = *impl_;
  const std::map<SiteId, SiteId> new_sites =
      sealing.sites != nullptr ? *sealing.sites : AsTheyAre(old.sites);
  auto sealed = std::make_unique<Impl>(old.starter);
  sealed->id = old.id;
  sealed->id.position = sealing.learnt_position;
  sealed->sealed_position = sealing.learnt_position;
  sealed->sealed_span = old.ExamplePosition();
  for (auto& [site, state] : old.sites) {
    const auto to = new_sites.find(site);
    if (to == new_sites.end()) continue;
    const bool shares = std::exchange(state.shares, false);
    sealed->feature_count += state.counts.size();
    sealed->stale.insert(to->second);
    sealed->sites[to->second] = std::move(state);
    sealed->Share(to->second, shares);
  }
  // Sharing anew must not look like a change of the labels.
  sealed->shared_changes = old.shared_changes;
  sealed->common = old.common;
  for (const auto& [site, example] : ExamplesOf(old.window, new_sites)) {
    WindowExample copy = *example;
    copy.sample = 0;
    sealed->window.Add(site, std::move(copy));
  }
  impl_ = std::move(sealed);
}

}  // namespace replyguard::classifier
