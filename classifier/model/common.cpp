#include "model/common.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <vector>

#include "math/hash_table.h"

namespace replyguard::classifier {
namespace {

constexpr unsigned kKeyShift = 16;  // features that share these bits are one feature

// Calls use(number of the site, example) for each example of the sharing sites, site by site.
template <typename Use>
void ForEachShared(const Window& window, const std::function<bool(SiteId)>& shares,
                   const Use& use) {
  std::uint32_t number = 0;
  for (const auto& [site, examples] : window.sites()) {
    if (examples.empty() || !shares(site)) continue;
    ++number;
    for (const WindowExample& example : examples) use(number, example);
  }
}

// How many sites have a feature, never too few: most features are of one site, and those need no
// slot in a table. Sites come one after the other.
class SiteSketch {
 public:
  explicit SiteSketch(std::size_t features)
      : cells_(std::bit_ceil(std::clamp<std::size_t>(features, kCellsMin, kCellsMax))) {}

  void Add(std::uint64_t hash, std::uint32_t site) {
    Cell& cell = At(hash);
    if (cell.last == site) return;
    cell.last = site;
    if (cell.sites < kCommonSitesMin) ++cell.sites;
  }
  bool MayBeCommon(std::uint64_t hash) { return At(hash).sites >= kCommonSitesMin; }

 private:
  static constexpr std::size_t kCellsMin = std::size_t{1} << 12;
  static constexpr std::size_t kCellsMax = std::size_t{1} << 22;  // 32 MiB
  struct Cell {
    std::uint32_t last = 0;
    std::uint32_t sites = 0;
  };
  Cell& At(std::uint64_t hash) { return cells_[(hash >> 20) & (cells_.size() - 1)]; }

  std::vector<Cell> cells_;
};

struct Held {
  FeatureCounts counts;
  std::uint32_t last_site = 0;
  std::uint32_t sites = 0;
  std::array<AuthorHash, kCommonAuthorsMin - 1> authors{};  // the site's first different ones
  std::uint32_t author_count = 0;                           // of the site, until there are enough

  void Add(std::uint32_t site, const WindowExample& example) {
    ++(example.label == Class::kSpam ? counts.spam : counts.ham);
    if (site != last_site) {
      ++sites;
      if (author_count < kCommonAuthorsMin) author_count = 0;
    }
    last_site = site;
    if (author_count >= kCommonAuthorsMin) return;
    const auto known = authors.begin() + author_count;
    if (std::find(authors.begin(), known, example.author) != known) return;
    if (author_count < authors.size()) authors[author_count] = example.author;
    ++author_count;
  }
  bool common() const { return sites >= kCommonSitesMin && author_count >= kCommonAuthorsMin; }
};

}  // namespace

Knowledge GatherCommon(const Window& window, const std::function<bool(SiteId)>& shares) {
  std::size_t features = 0;
  ForEachShared(window, shares, [&](std::uint32_t, const WindowExample& example) {
    features += example.features.size();
  });
  SiteSketch sketch(features);
  ClassTotals totals;
  ForEachShared(window, shares, [&](std::uint32_t site, const WindowExample& example) {
    ++(example.label == Class::kSpam ? totals.spam : totals.ham);
    for (const std::uint64_t hash : example.features.all()) sketch.Add(hash, site);
  });
  HashTable<Held> held;
  ForEachShared(window, shares, [&](std::uint32_t site, const WindowExample& example) {
    for (const std::uint64_t hash : example.features.all()) {
      if (sketch.MayBeCommon(hash)) held.Upsert(hash >> kKeyShift).Add(site, example);
    }
  });
  auto table = std::make_shared<FeatureTable>();
  held.ForEach([&](std::uint64_t key, const Held& feature) {
    if (feature.common()) table->Upsert(key << kKeyShift).counts = feature.counts;
  });
  return Knowledge(totals, Combination(), {},
                   CountsView(std::move(table), std::make_shared<const FeatureTable>()));
}

}  // namespace replyguard::classifier
