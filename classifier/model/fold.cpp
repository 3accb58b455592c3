#include "classifier/fold.h"

#include "math/hash.h"
#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

std::uint64_t& TotalOf(Class label, ClassTotals* totals) {
  return label == Class::kSpam ? totals->spam : totals->ham;
}

}  // namespace

std::uint64_t DigestOf(const Labelled& labelled) {
  std::uint64_t h = MixHash(labelled.author, static_cast<std::uint64_t>(labelled.label) + 1);
  for (const std::uint64_t feature : labelled.features.all()) h = MixHash(h, feature);
  return h;
}

Fold::Fold() : impl_(std::make_unique<Impl>()) {}
Fold::Fold(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fold::~Fold() = default;
Fold::Fold(Fold&&) noexcept = default;
Fold& Fold::operator=(Fold&&) noexcept = default;

void Fold::Impl::Count(SiteId site, const Labelled& labelled) {
  ++TotalOf(labelled.label, &sites[site].totals);
  for (const std::uint64_t feature : labelled.features.all()) {
    counts.Add(CountKey(site, feature), labelled.label);
  }
}

void Fold::Impl::Uncount(SiteId site, const Labelled& labelled) {
  --TotalOf(labelled.label, &sites[site].totals);
  for (const std::uint64_t feature : labelled.features.all()) {
    counts.Remove(CountKey(site, feature), labelled.label);
  }
}

absl::Status Fold::Apply(const LabelChange& change) {
  Impl& fold = *impl_;
  if (change.position <= fold.id.position) {
    return absl::InvalidArgumentError("label position is not above the fold's");
  }
  const auto key = std::make_pair(change.site, change.sample);
  const auto held = fold.in_force.find(key);
  if (change.before.has_value() != (held != fold.in_force.end()) ||
      (change.before && DigestOf(*change.before) != held->second)) {
    return absl::FailedPreconditionError("label before the change is not the one in force");
  }
  fold.id.position = change.position;
  fold.snapshot.reset();
  const std::uint64_t after = change.after ? DigestOf(*change.after) : 0;
  const bool same = change.before.has_value() == change.after.has_value() &&
                    (!change.before || after == held->second);
  if (same) return absl::OkStatus();
  if (change.before) {
    fold.Uncount(change.site, *change.before);
    fold.window.Remove(change.site, change.sample);
    fold.in_force.erase(held);
  }
  if (change.after) {
    fold.Count(change.site, *change.after);
    fold.window.Add(change.site, {change.position, change.sample, change.after->label,
                                  change.after->features, 0});
    fold.in_force[key] = after;
  }
  SiteState& site = fold.sites[change.site];
  ++site.changes;
  site.published.reset();
  fold.FitIfDue(change.site);
  fold.PruneIfLarge();
  return absl::OkStatus();
}

std::uint64_t Fold::position() const { return impl_->id.position; }
ModelId Fold::id() const { return impl_->id; }

std::shared_ptr<const Model> Fold::Snapshot() {
  Impl& fold = *impl_;
  if (fold.snapshot != nullptr) return fold.snapshot;
  auto model = std::make_shared<Model::Impl>();
  model->id = fold.id;
  model->counts = fold.counts.Snapshot();
  model->feature_count = fold.counts.size();
  model->unknown = fold.unknown;
  for (auto& [site, state] : fold.sites) {
    if (state.published == nullptr) {
      state.published =
          std::make_shared<const SiteModel>(state.totals, state.combination, state.corrector);
    }
    model->sites.emplace(site, state.published);
  }
  fold.snapshot = std::make_shared<const Model>(std::move(model));
  return fold.snapshot;
}

std::string Fold::Serialize() const { return SerializeFold(*impl_); }

absl::StatusOr<Fold> Fold::Deserialize(std::string_view bytes) {
  auto impl = DeserializeFold(bytes);
  if (!impl.ok()) return impl.status();
  return Fold(*std::move(impl));
}

std::uint64_t Fold::CountsDigest() const {
  std::uint64_t digest = 0;
  for (const auto& [key, counts] : impl_->counts.Sorted()) {
    digest += MixHash(MixHash(key, counts.spam + 1ULL), counts.ham + 1ULL);
  }
  for (const auto& [site, state] : impl_->sites) {
    if (state.totals.spam + state.totals.ham == 0) continue;
    digest += MixHash(MixHash(MixHash(site, 7), state.totals.spam + 1), state.totals.ham + 1);
  }
  return digest;
}

}  // namespace replyguard::classifier
