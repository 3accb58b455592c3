#include "classifier/fold.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "math/hash.h"
#include "model/state.h"

namespace replyguard::classifier {
namespace {

constexpr std::uint64_t kMagic = 0x31636c6773796c72;  // "rlysglc1"

std::uint64_t Digest(const Labelled& labelled) {
  std::uint64_t h = MixHash(labelled.author, static_cast<std::uint64_t>(labelled.label) + 1);
  for (const std::uint64_t feature : labelled.features.all()) h = MixHash(h, feature);
  return h;
}

void Count(const Labelled& labelled, SiteId site, std::uint32_t delta, State* state) {
  const bool spam = labelled.label == Class::kSpam;
  SiteTotals& totals = state->totals[site];
  (spam ? totals.spam : totals.ham) += static_cast<std::uint64_t>(static_cast<std::int32_t>(delta));
  for (const std::uint64_t feature : labelled.features.all()) {
    const std::uint64_t key = MixHash(site, feature);
    FeatureCounts& counts = state->counts[key];
    (spam ? counts.spam : counts.ham) += delta;
    if (counts.spam == 0 && counts.ham == 0) state->counts.erase(key);
  }
}

void Put(std::uint64_t value, std::string* out) {
  for (int i = 0; i < 8; ++i) out->push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

std::uint64_t Get(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

std::uint64_t Checksum(std::string_view bytes) {
  std::uint64_t h = bytes.size();
  for (const char c : bytes) h = MixHash(h, static_cast<unsigned char>(c) + 0x100ULL);
  return h;
}

}  // namespace

Fold::Fold() : impl_(std::make_unique<Impl>()) {}
Fold::Fold(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fold::~Fold() = default;
Fold::Fold(Fold&&) noexcept = default;
Fold& Fold::operator=(Fold&&) noexcept = default;

absl::Status Fold::Apply(const LabelChange& change) {
  State& state = impl_->state;
  if (change.position <= state.id.position) {
    return absl::InvalidArgumentError("label position is not above the fold's");
  }
  const auto key = std::make_pair(change.site, change.sample);
  const auto held = state.in_force.find(key);
  if (change.before.has_value() != (held != state.in_force.end()) ||
      (change.before && Digest(*change.before) != held->second)) {
    return absl::FailedPreconditionError("label before the change is not the one in force");
  }
  state.id.position = change.position;
  impl_->snapshot.reset();
  if (change.before) {
    Count(*change.before, change.site, static_cast<std::uint32_t>(-1), &state);
    state.in_force.erase(held);
  }
  if (change.after) {
    Count(*change.after, change.site, 1, &state);
    state.in_force[key] = Digest(*change.after);
  }
  return absl::OkStatus();
}

std::uint64_t Fold::position() const { return impl_->state.id.position; }
ModelId Fold::id() const { return impl_->state.id; }

std::shared_ptr<const Model> Fold::Snapshot() {
  if (impl_->snapshot == nullptr) {
    impl_->snapshot = std::make_shared<const Model>(
        std::make_shared<const Model::Impl>(Model::Impl{impl_->state}));
  }
  return impl_->snapshot;
}

std::string Fold::Serialize() const {
  const State& state = impl_->state;
  std::string out;
  Put(kMagic, &out);
  Put(kExtractorVersion, &out);
  Put(state.id.epoch, &out);
  Put(state.id.position, &out);
  Put(state.totals.size(), &out);
  for (const auto& [site, totals] : state.totals) {
    Put(site, &out);
    Put(totals.spam, &out);
    Put(totals.ham, &out);
  }
  Put(state.in_force.size(), &out);
  for (const auto& [key, digest] : state.in_force) {
    Put(key.first, &out);
    Put(key.second, &out);
    Put(digest, &out);
  }
  std::vector<std::pair<std::uint64_t, FeatureCounts>> counts(state.counts.begin(),
                                                              state.counts.end());
  std::sort(counts.begin(), counts.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  Put(counts.size(), &out);
  for (const auto& [key, value] : counts) {
    Put(key, &out);
    Put(value.spam, &out);
    Put(value.ham, &out);
  }
  Put(Checksum(out), &out);
  return out;
}

absl::StatusOr<Fold> Fold::Deserialize(std::string_view bytes) {
  constexpr std::size_t kWord = 8;
  if (bytes.size() < 8 * kWord || bytes.size() % kWord != 0 || Get(bytes, 0) != kMagic) {
    return absl::DataLossError("not a model");
  }
  if (Checksum(bytes.substr(0, bytes.size() - kWord)) != Get(bytes, bytes.size() - kWord)) {
    return absl::DataLossError("a model's checksum does not match");
  }
  if (Get(bytes, kWord) != kExtractorVersion) {
    return absl::FailedPreconditionError("a model of another extractor version");
  }
  auto impl = std::make_unique<Impl>();
  State& state = impl->state;
  state.id.epoch = Get(bytes, 2 * kWord);
  state.id.position = Get(bytes, 3 * kWord);
  std::size_t at = 4 * kWord;
  // Reads the length of a section of triples; false if the bytes do not hold it.
  const auto section = [&](std::uint64_t* count) {
    if (at + kWord > bytes.size() - kWord) return false;
    *count = Get(bytes, at);
    at += kWord;
    return *count <= (bytes.size() - kWord - at) / (3 * kWord);
  };
  std::uint64_t count = 0;
  if (!section(&count)) return absl::DataLossError("a model's sections do not fit");
  for (; count > 0; --count, at += 3 * kWord) {
    state.totals[Get(bytes, at)] = {Get(bytes, at + kWord), Get(bytes, at + 2 * kWord)};
  }
  if (!section(&count)) return absl::DataLossError("a model's sections do not fit");
  for (; count > 0; --count, at += 3 * kWord) {
    state.in_force[{Get(bytes, at), Get(bytes, at + kWord)}] = Get(bytes, at + 2 * kWord);
  }
  if (!section(&count)) return absl::DataLossError("a model's sections do not fit");
  for (; count > 0; --count, at += 3 * kWord) {
    state.counts[Get(bytes, at)] = {static_cast<std::uint32_t>(Get(bytes, at + kWord)),
                                    static_cast<std::uint32_t>(Get(bytes, at + 2 * kWord))};
  }
  return Fold(std::move(impl));
}

std::uint64_t Fold::CountsDigest() const {
  std::uint64_t digest = 0;
  for (const auto& [key, counts] : impl_->state.counts) {
    digest += MixHash(MixHash(key, counts.spam + 1ULL), counts.ham + 1ULL);
  }
  for (const auto& [site, totals] : impl_->state.totals) {
    digest += MixHash(MixHash(MixHash(site, 7), totals.spam + 1), totals.ham + 1);
  }
  return digest;
}

}  // namespace replyguard::classifier
