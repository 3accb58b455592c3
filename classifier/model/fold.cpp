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
  if (labelled.weight != 1) h = MixHash(h, labelled.weight);
  for (const std::uint64_t feature : labelled.features.all()) h = MixHash(h, feature);
  return h;
}

Fold::Fold(std::shared_ptr<const Starter> starter, std::uint32_t generation)
    : impl_(std::make_unique<Impl>(std::move(starter))) {
  impl_->id.generation = generation;
}
Fold::Fold(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fold::~Fold() = default;
Fold::Fold(Fold&&) noexcept = default;
Fold& Fold::operator=(Fold&&) noexcept = default;

void Fold::Impl::Count(SiteState* site, const Labelled& labelled) {
  feature_count -= site->counts.size();
  TotalOf(labelled.label, &site->totals) += labelled.weight;
  if (site->shares) shared_labels += labelled.weight;
  site->counts.Add(labelled.features.all(), labelled.label, labelled.weight);
  feature_count += site->counts.size();
}

void Fold::Impl::Uncount(SiteState* site, const Labelled& labelled) {
  feature_count -= site->counts.size();
  TotalOf(labelled.label, &site->totals) -= labelled.weight;
  if (site->shares) shared_labels -= labelled.weight;
  site->counts.Remove(labelled.features.all(), labelled.label, labelled.weight);
  feature_count += site->counts.size();
}

void Fold::Impl::AddToWindow(SiteId site, WindowExample example) {
  if (starter != nullptr) example.starter = starter->impl().Say(example.features);
  window.Add(site, std::move(example));
}

absl::Status Fold::Apply(const LabelChange& change) {
  Impl& fold = *impl_;
  if (change.position <= fold.id.position) {
    return absl::InvalidArgumentError("label position is not above the fold's");
  }
  const auto key = std::make_pair(change.site, change.sample);
  const auto held = fold.in_force.find(key);
  const bool holds = held != fold.in_force.end();
  // Known by what this began with, and sealed: nothing is taken away.
  const bool sealed = change.before && !holds && fold.sealed_position > 0;
  const bool takes = change.before && !sealed;
  if (takes != holds || (takes && DigestOf(*change.before) != held->second)) {
    return absl::FailedPreconditionError("label before the change is not the one in force");
  }
  fold.id.position = change.position;
  fold.snapshot.reset();
  const auto [at, is_new] = fold.sites.try_emplace(change.site);
  if (is_new) fold.stale.insert(change.site);
  SiteState& site = at->second;
  fold.Share(change.site, change.shares);
  const std::uint64_t after = change.after ? DigestOf(*change.after) : 0;
  const bool same = takes == change.after.has_value() && (!takes || after == held->second);
  if (same) {
    fold.GatherCommonIfDue();
    return absl::OkStatus();
  }
  std::optional<CorrectorMargins> margins;
  if (takes) {
    fold.Uncount(&site, *change.before);
    margins = fold.window.Remove(change.site, change.sample);
    fold.in_force.erase(held);
  }
  if (change.after) {
    fold.Count(&site, *change.after);
    WindowExample example{fold.ExamplePosition(), change.sample,        change.after->label,
                          change.after->author,   change.after->weight, change.after->features};
    // Of a comment that is judged anew they are from before it was learnt first.
    example.margins = margins ? *margins : MarginsOf(site, example.features);
    fold.AddToWindow(change.site, std::move(example));
    fold.in_force[key] = after;
  }
  ++site.changes;
  fold.stale.insert(change.site);
  if (site.shares) ++fold.shared_changes;
  fold.GatherCommonIfDue();
  fold.FitIfDue(change.site);
  fold.PruneIfLarge();
  return absl::OkStatus();
}

std::uint64_t Fold::position() const { return impl_->id.position; }
ModelId Fold::id() const { return impl_->id; }

bool Fold::Holds(SiteId site, SampleId sample) const {
  return impl_->in_force.contains(std::make_pair(site, sample));
}

namespace {

std::shared_ptr<const SiteModel> Publish(const SiteState& state, CountsView counts) {
  return std::make_shared<const SiteModel>(SiteModel{
      Knowledge(state.totals, state.combination, state.corrector_biases, std::move(counts)),
      state.shares});
}

// All but the sites.
std::shared_ptr<Model::Impl> WithoutSites(const Fold::Impl& fold) {
  auto model = std::make_shared<Model::Impl>();
  model->id = fold.id;
  model->feature_count = fold.feature_count;
  model->unknown = fold.unknown;
  model->common = fold.common;
  model->starter = fold.starter;
  if (fold.common != nullptr) {
    model->memory_bytes += fold.common->knowledge.counts().memory_bytes();
  }
  return model;
}

void AddSites(SiteModels sites, Model::Impl* model) {
  model->memory_bytes += sites.memory_bytes();
  model->sites = std::move(sites);
}

}  // namespace

std::shared_ptr<const Model> Fold::Snapshot() {
  Impl& fold = *impl_;
  if (fold.snapshot != nullptr) return fold.snapshot;
  const auto model = WithoutSites(fold);
  for (const SiteId site : fold.stale) {
    SiteState& state = fold.sites[site];
    fold.published.Put(site, Publish(state, state.counts.Snapshot()));
  }
  fold.stale.clear();
  AddSites(fold.published, model.get());
  fold.snapshot = std::make_shared<const Model>(model);
  return fold.snapshot;
}

std::shared_ptr<const Model> Fold::Present() const {
  const auto model = WithoutSites(*impl_);
  SiteModels sites;
  for (const auto& [site, state] : impl_->sites) {
    sites.Put(site, Publish(state, state.counts.Present()));
  }
  AddSites(std::move(sites), model.get());
  return std::make_shared<const Model>(model);
}

Fold Fold::Copy() {
  for (auto& [site, state] : impl_->sites) state.counts.ShareBase();
  return Fold(std::make_unique<Impl>(*impl_));
}

std::string Fold::Serialize() const { return SerializeFold(*impl_); }

absl::StatusOr<Fold> Fold::Deserialize(std::string_view bytes,
                                       std::shared_ptr<const Starter> starter,
                                       std::uint32_t generation) {
  auto impl = DeserializeFold(bytes, std::move(starter));
  if (!impl.ok()) return impl.status();
  (*impl)->id.generation = generation;
  return Fold(*std::move(impl));
}

std::uint64_t Fold::CountsDigest() const {
  std::uint64_t digest = 0;
  for (const auto& [site, state] : impl_->sites) {
    if (state.totals.spam + state.totals.ham == 0) continue;
    std::uint64_t of_site = 0;
    for (const FeatureTable::Slot& slot : state.counts.Sorted()) {
      of_site += MixHash(MixHash(slot.key(), slot.counts.spam + 1ULL), slot.counts.ham + 1ULL);
    }
    digest += MixHash(
        MixHash(MixHash(MixHash(site, 7), state.totals.spam + 1), state.totals.ham + 1), of_site);
  }
  return digest;
}

}  // namespace replyguard::classifier
