// A fold as bytes: magic, format, extractor version, state, checksum. Everything in ascending order
// of its key, so that equal folds give equal bytes.
#include <algorithm>
#include <string>
#include <vector>

#include "model/bytes.h"
#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

constexpr std::uint64_t kMagic = 0x6c646f6664726772;  // "rgrdfodl"
constexpr std::uint64_t kFormat = 5;                  // also when weights are fitted in another way
// Of a fold that began with a sealed one: the same, with what it began with after the position.
constexpr std::uint64_t kSealedFormat = 6;
constexpr std::uint64_t kPositionMax = std::uint64_t{1} << 62;

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

void WriteSlots(const std::vector<FeatureTable::Slot>& slots, ByteWriter* out) {
  out->Word(slots.size());
  for (const FeatureTable::Slot& slot : slots) {
    out->Word(slot.key_and_weight());
    out->Word(std::uint64_t{slot.counts.spam} << 32 | slot.counts.ham);
  }
}

std::vector<FeatureTable::Slot> ReadSlots(ByteReader* in) {
  std::vector<FeatureTable::Slot> slots;
  std::uint64_t count = in->Count(2);
  slots.reserve(count);
  for (; in->ok() && count > 0; --count) {
    FeatureTable::Slot slot(in->Word());
    const std::uint64_t both = in->Word();
    slot.counts = {static_cast<std::uint32_t>(both >> 32), static_cast<std::uint32_t>(both)};
    if (slot.counts.none() || (!slots.empty() && slot.key() <= slots.back().key())) in->Fail();
    slots.push_back(slot);
  }
  return slots;
}

void WriteTotals(const ClassTotals& totals, ByteWriter* out) {
  out->Word(totals.spam);
  out->Word(totals.ham);
}

ClassTotals ReadTotals(ByteReader* in) {
  ClassTotals totals;
  totals.spam = in->Word();
  totals.ham = in->Word();
  return totals;
}

void WriteSite(SiteId site, const SiteState& state, ByteWriter* out) {
  out->Word(site);
  WriteTotals(state.totals, out);
  out->Word(state.shares ? 1 : 0);
  out->Word(state.changes);
  for (const double weight : state.combination.weights) out->Double(weight);
  out->Double(state.combination.bias);
  for (const double bias : state.corrector_biases) out->Double(bias);
  WriteSlots(state.counts.Sorted(), out);
}

constexpr std::size_t kSiteWordsMin = 7 + kInputCount + kCorrectorCount;

void ReadSite(ByteReader* in, Fold::Impl* fold) {
  const SiteId site = in->Word();
  SiteState& state = fold->sites[site];
  fold->stale.insert(site);
  state.totals = ReadTotals(in);
  const bool shares = in->Word() != 0;
  state.changes = in->Word();
  for (double& weight : state.combination.weights) weight = in->Double();
  state.combination.bias = in->Double();
  for (double& bias : state.corrector_biases) bias = in->Double();
  const auto slots = ReadSlots(in);
  if (!in->ok()) return;
  state.counts.Assign(slots);
  fold->feature_count += state.counts.size();
  fold->Share(site, shares);
}

// What all sites know is as old as its epoch: it is kept, not gathered anew.
void WriteCommon(const Fold::Impl& fold, ByteWriter* out) {
  out->Word(fold.shared_changes);
  out->Word(fold.common == nullptr ? 0 : 1);
  if (fold.common == nullptr) return;
  out->Word(fold.common->position);
  WriteTotals(fold.common->knowledge.totals(), out);
  WriteSlots(fold.common->knowledge.counts().Sorted(), out);
}

void ReadCommon(ByteReader* in, Fold::Impl* fold) {
  fold->shared_changes = in->Word();
  if (in->Word() == 0) return;
  const std::uint64_t position = in->Word();
  const ClassTotals totals = ReadTotals(in);
  const auto slots = ReadSlots(in);
  if (!in->ok()) return;
  fold->common = std::make_shared<const Common>(
      Common{position, Knowledge(totals, Combination(), {}, CountsView::Of(slots))});
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
    out->Word(static_cast<std::uint64_t>(example->label) | std::uint64_t{example->weight - 1} << 1);
    out->Word(example->author);
    for (const double alpha : example->alphas) out->Double(alpha);
    for (const double margin : example->margins) out->Double(margin);
    WriteFeatures(example->features, out);
  }
}

void ReadWindow(ByteReader* in, Fold::Impl* fold) {
  std::uint64_t last = 0;
  for (std::uint64_t count = in->Count(5 + 2 * kCorrectorCount + kViewCount); in->ok() && count > 0;
       --count) {
    const SiteId site = in->Word();
    WindowExample example;
    example.position = in->Word();
    example.sample = in->Word();
    const std::uint64_t label = in->Word();
    example.label = (label & 1) == 0 ? Class::kHam : Class::kSpam;
    if (label >> 1 >= kLabelWeightMax) in->Fail();
    example.weight = static_cast<std::uint32_t>(label >> 1) + 1;
    example.author = in->Word();
    for (double& alpha : example.alphas) alpha = in->Double();
    for (double& margin : example.margins) margin = in->Double();
    example.features = ReadFeatures(in);
    if (example.position <= last || example.position > fold->ExamplePosition()) in->Fail();
    last = example.position;
    if (in->ok()) fold->AddToWindow(site, std::move(example));
  }
}

// Whether a model of this format and of the versions that follow can be read here.
absl::Status CheckKind(std::uint64_t format, ByteReader* in, const ModelId& here) {
  const std::uint64_t extractor = in->Word();
  const std::uint64_t starter = in->Word();
  if (format != kFormat && format != kSealedFormat) {
    return absl::FailedPreconditionError("a model of another format, " + std::to_string(format) +
                                         "; this program reads " + std::to_string(kFormat) +
                                         " and " + std::to_string(kSealedFormat));
  }
  if (extractor != kExtractorVersion) {
    return absl::FailedPreconditionError("a model of another version: made by version " +
                                         std::to_string(extractor) + " of the extractor, this is " +
                                         std::to_string(kExtractorVersion));
  }
  if (starter != here.starter) {
    const auto name = [](std::uint64_t id) { return id == 0 ? "none" : "s" + std::to_string(id); };
    return absl::FailedPreconditionError("a model that began with another starter model (" +
                                         name(starter) + "; here it is " + name(here.starter) +
                                         ")");
  }
  return absl::OkStatus();
}

}  // namespace

std::string SerializeFold(const Fold::Impl& fold) {
  ByteWriter out;
  const bool sealed = fold.sealed_span > 0 || fold.sealed_position > 0;
  out.Word(kMagic);
  out.Word(sealed ? kSealedFormat : kFormat);
  out.Word(kExtractorVersion);
  out.Word(fold.id.starter);
  out.Word(fold.id.epoch);
  out.Word(fold.id.position);
  if (sealed) {
    out.Word(fold.sealed_span);
    out.Word(fold.sealed_position);
  }
  out.Word(fold.sites.size());
  for (const auto& [site, state] : fold.sites) WriteSite(site, state, &out);
  WriteCommon(fold, &out);
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
  return out.Finish();
}

absl::StatusOr<std::unique_ptr<Fold::Impl>> DeserializeFold(
    std::string_view bytes, std::shared_ptr<const Starter> starter) {
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
  const std::uint64_t format = in.Word();
  auto fold = std::make_unique<Fold::Impl>(std::move(starter));
  if (absl::Status status = CheckKind(format, &in, fold->id); !status.ok()) return status;
  fold->id.epoch = in.Word();
  fold->id.position = in.Word();
  if (format == kSealedFormat) {
    fold->sealed_span = in.Word();
    fold->sealed_position = in.Word();
  }
  if (std::max(fold->sealed_span, fold->id.position) > kPositionMax ||
      fold->sealed_position > fold->id.position) {
    in.Fail();
  }
  for (std::uint64_t n = in.Count(kSiteWordsMin); in.ok() && n > 0; --n) ReadSite(&in, fold.get());
  ReadCommon(&in, fold.get());
  ReadWindow(&in, fold.get());
  for (std::uint64_t n = in.Count(3); in.ok() && n > 0; --n) {
    const SiteId site = in.Word();
    const SampleId sample = in.Word();
    fold->in_force[{site, sample}] = in.Word();
  }
  if (!in.AtEnd()) return absl::DataLossError("a model's sections do not fit");
  return fold;
}

}  // namespace replyguard::classifier
