// A fold as bytes: magic, format, extractor version, state, checksum. Everything in ascending order
// of its key, so that equal folds give equal bytes.
#include <algorithm>
#include <vector>

#include "model/bytes.h"
#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

constexpr std::uint64_t kMagic = 0x6c646f6664726772;  // "rgrdfodl"
constexpr std::uint64_t kFormat = 2;                  // also when weights are fitted in another way

void WriteFeatures(const Features& features, ByteWriter* out) {
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto hashes = features.view(static_cast<View>(v));
    out->Word(hashes.size());
    for (const std::uint64_t hash : hashes) out->Word(hash);
  }
}

Features ReadFeatures(ByteReader* in) {
  std::vector<std::uint64_t> hashes;
  std::array<std::uint32_t, kViewCount + 1> ends{};
  for (std::size_t v = 0; v < kViewCount; ++v) {
    std::uint64_t count = in->Count(1);
    if (count > kViewFeaturesMax) in->Fail();
    for (; in->ok() && count > 0; --count) {
      hashes.push_back(in->Word());
    }
    ends[v + 1] = static_cast<std::uint32_t>(hashes.size());
  }
  Features features;
  features.Assign(hashes, ends);
  return features;
}

void WriteSite(SiteId site, const SiteState& state, ByteWriter* out) {
  out->Word(site);
  out->Word(state.totals.spam);
  out->Word(state.totals.ham);
  out->Word(state.changes);
  for (const double weight : state.combination.weights) out->Double(weight);
  out->Double(state.combination.bias);
  out->Double(state.corrector.bias);
  std::vector<std::pair<std::uint64_t, double>> weights;
  state.corrector.weights->ForEach(
      [&](std::uint64_t key, double weight) { weights.emplace_back(key, weight); });
  std::sort(weights.begin(), weights.end());
  out->Word(weights.size());
  for (const auto& [key, weight] : weights) {
    out->Word(key);
    out->Double(weight);
  }
}

constexpr std::size_t kSiteWordsMin = 7 + kInputCount;

void ReadSite(ByteReader* in, std::map<SiteId, SiteState>* sites) {
  const SiteId site = in->Word();
  SiteState& state = (*sites)[site];
  state.totals.spam = in->Word();
  state.totals.ham = in->Word();
  state.changes = in->Word();
  for (double& weight : state.combination.weights) weight = in->Double();
  state.combination.bias = in->Double();
  state.corrector.bias = in->Double();
  std::uint64_t count = in->Count(2);
  auto table = std::make_shared<FeatureWeights>(count);
  for (; in->ok() && count > 0; --count) {
    const std::uint64_t key = in->Word();
    table->Upsert(key) = in->Double();
  }
  state.corrector.weights = std::move(table);
}

void WriteWindow(const Window& window, ByteWriter* out) {
  std::vector<std::pair<SiteId, const WindowExample*>> examples;
  for (const auto& [site, of_site] : window.sites()) {
    for (const WindowExample& example : of_site) examples.emplace_back(site, &example);
  }
  std::sort(examples.begin(), examples.end(),
            [](const auto& a, const auto& b) { return a.second->position < b.second->position; });
  out->Word(examples.size());
  for (const auto& [site, example] : examples) {
    out->Word(site);
    out->Word(example->position);
    out->Word(example->sample);
    out->Word(static_cast<std::uint64_t>(example->label));
    out->Double(example->alpha);
    WriteFeatures(example->features, out);
  }
}

void ReadWindow(ByteReader* in, Window* window) {
  std::uint64_t last = 0;
  for (std::uint64_t count = in->Count(5 + kViewCount); in->ok() && count > 0; --count) {
    const SiteId site = in->Word();
    WindowExample example;
    example.position = in->Word();
    example.sample = in->Word();
    example.label = in->Word() == 0 ? Class::kHam : Class::kSpam;
    example.alpha = in->Double();
    example.features = ReadFeatures(in);
    if (example.position <= last) in->Fail();
    last = example.position;
    if (in->ok()) window->Add(site, std::move(example));
  }
}

void ReadCounts(ByteReader* in, Counts* counts) {
  std::vector<std::pair<std::uint64_t, FeatureCounts>> sorted;
  std::uint64_t count = in->Count(2);
  sorted.reserve(count);
  for (; in->ok() && count > 0; --count) {
    const std::uint64_t key = in->Word();
    const std::uint64_t both = in->Word();
    const FeatureCounts value{static_cast<std::uint32_t>(both >> 32),
                              static_cast<std::uint32_t>(both)};
    if (value.none() || (!sorted.empty() && key <= sorted.back().first)) in->Fail();
    sorted.emplace_back(key, value);
  }
  if (in->ok()) counts->Assign(sorted);
}

}  // namespace

std::string SerializeFold(const Fold::Impl& fold) {
  ByteWriter out;
  out.Word(kMagic);
  out.Word(kFormat);
  out.Word(kExtractorVersion);
  out.Word(fold.id.epoch);
  out.Word(fold.id.position);
  out.Word(fold.sites.size());
  for (const auto& [site, state] : fold.sites) WriteSite(site, state, &out);
  WriteWindow(fold.window, &out);
  std::vector<std::pair<std::pair<SiteId, SampleId>, std::uint64_t>> in_force(fold.in_force.begin(),
                                                                              fold.in_force.end());
  std::sort(in_force.begin(), in_force.end());
  out.Word(in_force.size());
  for (const auto& [key, digest] : in_force) {
    out.Word(key.first);
    out.Word(key.second);
    out.Word(digest);
  }
  const auto counts = fold.counts.Sorted();
  out.Word(counts.size());
  for (const auto& [key, value] : counts) {
    out.Word(key);
    out.Word(std::uint64_t{value.spam} << 32 | value.ham);
  }
  return out.Finish();
}

absl::StatusOr<std::unique_ptr<Fold::Impl>> DeserializeFold(std::string_view bytes) {
  constexpr std::size_t kWordsMin = 10;
  if (bytes.size() < kWordsMin * kWordBytes || bytes.size() % kWordBytes != 0 ||
      LoadWord(bytes, 0) != kMagic) {
    return absl::DataLossError("not a model");
  }
  const std::string_view content = bytes.substr(0, bytes.size() - kWordBytes);
  if (ChecksumWords(content) != LoadWord(bytes, content.size())) {
    return absl::DataLossError("a model's checksum does not match");
  }
  ByteReader in(content);
  in.Word();
  if (in.Word() != kFormat || in.Word() != kExtractorVersion) {
    return absl::FailedPreconditionError("a model of another version");
  }
  auto fold = std::make_unique<Fold::Impl>();
  fold->id.epoch = in.Word();
  fold->id.position = in.Word();
  for (std::uint64_t n = in.Count(kSiteWordsMin); in.ok() && n > 0; --n)
    ReadSite(&in, &fold->sites);
  ReadWindow(&in, &fold->window);
  for (std::uint64_t n = in.Count(3); in.ok() && n > 0; --n) {
    const SiteId site = in.Word();
    const SampleId sample = in.Word();
    fold->in_force[{site, sample}] = in.Word();
  }
  ReadCounts(&in, &fold->counts);
  if (!in.AtEnd()) return absl::DataLossError("a model's sections do not fit");
  return fold;
}

}  // namespace replyguard::classifier
