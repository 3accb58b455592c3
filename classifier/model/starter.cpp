// A starter model as bytes: magic, extractor version, how many chapters; of each its header of
// words (trust, totals, weights, how many features in how many bytes), then for each feature in
// ascending order the step from the key before, its counts and its corrector's weight, as variable-
// length numbers of seven bits a byte (LEB128); at the end a checksum.
#include "classifier/starter.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "model/bytes.h"
#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

constexpr std::uint64_t kMagic = 0x3274726174736772;  // "rgstart2"
constexpr std::size_t kChapterWords = 3 + kInputCount + 1 + kCorrectorCount + 2;
constexpr std::size_t kFeatureBytesMin = 4;
constexpr unsigned kKeyShift = 16;  // the lower bits of a key are 0
constexpr std::uint32_t kHeldMin = 2;

void AppendNumber(std::uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) out->push_back(static_cast<char>(number | 0x80));
  out->push_back(static_cast<char>(number));
}

// Nothing and *ok = false beyond the end or above 64 bits.
std::uint64_t TakeNumber(std::string_view* bytes, bool* ok) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return number;
  }
  *ok = false;
  return 0;
}

// Signed numbers near 0 become small unsigned ones.
std::uint64_t ZigZag(StoredWeight weight) {
  const auto wide = std::int64_t{weight};
  return static_cast<std::uint64_t>(wide * 2) ^ static_cast<std::uint64_t>(wide >> 63);
}
StoredWeight UnZigZag(std::uint64_t number) {
  return static_cast<StoredWeight>((number >> 1) ^ (~(number & 1) + 1));
}

void AppendFeatures(const std::vector<FeatureTable::Slot>& slots, std::string* bytes) {
  std::uint64_t last = 0;
  for (const FeatureTable::Slot& slot : slots) {
    const std::uint64_t key = slot.key() >> kKeyShift;
    AppendNumber(key - last, bytes);
    AppendNumber(slot.counts.spam, bytes);
    AppendNumber(slot.counts.ham, bytes);
    AppendNumber(ZigZag(slot.weight()), bytes);
    last = key;
  }
  bytes->resize((bytes->size() + kWordBytes - 1) / kWordBytes * kWordBytes, '\0');
}

// One chapter, with the features that at least `least` comments held.
std::string EncodeChapter(const SiteState& state, double trust, std::uint32_t least) {
  std::vector<FeatureTable::Slot> slots = state.counts.Sorted();
  std::erase_if(slots, [&](const FeatureTable::Slot& slot) {
    return std::uint64_t{slot.counts.spam} + slot.counts.ham < least;
  });
  std::string features;
  AppendFeatures(slots, &features);
  ByteWriter out;
  out.Double(trust);
  out.Word(state.totals.spam);
  out.Word(state.totals.ham);
  for (const double weight : state.combination.weights) out.Double(weight);
  out.Double(state.combination.bias);
  for (const double bias : state.corrector_biases) out.Double(bias);
  out.Word(slots.size());
  out.Word(features.size());
  return out.Take() + features;
}

bool ReadFeatures(std::string_view bytes, std::uint64_t count,
                  std::vector<FeatureTable::Slot>* slots) {
  bool ok = true;
  std::uint64_t key = 0;
  for (; ok && count > 0; --count) {
    const std::uint64_t step = TakeNumber(&bytes, &ok);
    const std::uint64_t spam = TakeNumber(&bytes, &ok);
    const std::uint64_t ham = TakeNumber(&bytes, &ok);
    const std::uint64_t weight = TakeNumber(&bytes, &ok);
    constexpr std::uint64_t kKeyMax = ~std::uint64_t{0} >> kKeyShift;
    if ((step == 0 && !slots->empty()) || step > kKeyMax - key || weight > 0xffff ||
        std::max(spam, ham) > 0xffffffff) {
      return false;
    }
    key += step;
    FeatureTable::Slot slot(key << kKeyShift);
    slot.counts = {static_cast<std::uint32_t>(spam), static_cast<std::uint32_t>(ham)};
    slot.set_weight(UnZigZag(weight));
    slots->push_back(slot);
  }
  return ok && bytes.size() < kWordBytes;
}

// Fails the reader on anything that does not fit.
Starter::Impl::Chapter ReadChapter(ByteReader* in) {
  const double trust = in->Double();
  ClassTotals totals;
  totals.spam = in->Word();
  totals.ham = in->Word();
  Combination combination;
  for (double& weight : combination.weights) weight = in->Double();
  combination.bias = in->Double();
  CorrectorBiases corrector_biases{};
  for (double& bias : corrector_biases) bias = in->Double();
  const std::uint64_t count = in->Word();
  const std::string_view bytes = in->Bytes(in->Word());
  std::vector<FeatureTable::Slot> slots;
  if (!(trust > 0 && trust <= 1) || count > bytes.size() / kFeatureBytesMin) in->Fail();
  if (in->ok() && !ReadFeatures(bytes, count, &slots)) in->Fail();
  return {trust, Knowledge(totals, combination, corrector_biases, CountsView::Of(slots))};
}

}  // namespace

Starter::Starter(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
std::uint32_t Starter::id() const { return impl_->id; }

std::uint64_t Starter::spam() const {
  std::uint64_t spam = 0;
  for (const auto& chapter : impl_->chapters) spam += chapter.knowledge.totals().spam;
  return spam;
}

std::uint64_t Starter::ham() const {
  std::uint64_t ham = 0;
  for (const auto& chapter : impl_->chapters) ham += chapter.knowledge.totals().ham;
  return ham;
}

absl::StatusOr<std::shared_ptr<const Starter>> Starter::Parse(std::string_view bytes) {
  constexpr std::size_t kWordsMin = 4;
  if (bytes.size() < kWordsMin * kWordBytes || bytes.size() % kWordBytes != 0 ||
      LoadWord(bytes, 0) != kMagic) {
    return absl::DataLossError("not a starter model");
  }
  const std::string_view content = bytes.substr(0, bytes.size() - kWordBytes);
  const std::uint64_t checksum = LoadWord(bytes, content.size());
  if (ChecksumWords(content) != checksum) {
    return absl::DataLossError("a starter model's checksum does not match");
  }
  ByteReader in(content);
  in.Word();
  if (in.Word() != kExtractorVersion) {
    return absl::FailedPreconditionError("a starter model of another version");
  }
  auto impl = std::make_shared<Impl>();
  impl->id = std::max<std::uint32_t>(static_cast<std::uint32_t>(checksum), 1);
  std::uint64_t chapters = in.Count(kChapterWords);
  if (chapters > kStarterChaptersMax) in.Fail();
  for (; in.ok() && chapters > 0; --chapters) impl->chapters.push_back(ReadChapter(&in));
  if (!in.AtEnd()) return absl::DataLossError("a starter model's sections do not fit");
  return std::make_shared<const Starter>(std::move(impl));
}

std::string MakeStarter(const Fold& fold, std::span<const StarterChapter> chapters) {
  const auto& sites = fold.impl().sites;
  const SiteState none;
  for (std::uint32_t least = kHeldMin;; ++least) {
    ByteWriter header;
    header.Word(kMagic);
    header.Word(kExtractorVersion);
    header.Word(chapters.size());
    std::string bytes = header.Take();
    for (const StarterChapter& chapter : chapters) {
      const auto found = sites.find(chapter.site);
      bytes += EncodeChapter(found == sites.end() ? none : found->second, chapter.trust, least);
    }
    ByteWriter checksum;
    checksum.Word(ChecksumWords(bytes));
    bytes += checksum.Take();
    if (bytes.size() <= kStarterBytesMax) return bytes;
  }
}

}  // namespace replyguard::classifier
