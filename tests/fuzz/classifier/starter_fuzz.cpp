// Hostile bytes of a starter model are refused, or can be used; either way reading them allocates
// no more than a small multiple of their size.
#include <cstdint>
#include <memory>
#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "classifier/starter.h"
#include "edited_bytes.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSites = 2;

std::string Sample() {
  Fold fold;
  Extractor extractor;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    LabelChange change;
    change.position = i;
    change.site = 1 + i % kSites;
    change.sample = i;
    change.after.emplace();
    change.after->label = i % 3 == 0 ? Class::kSpam : Class::kHam;
    Document document;
    document.body = i % 3 == 0 ? "win now" : "hi you";
    change.after->features = extractor.Extract(document);
    Require(fold.Apply(change).ok());
  }
  const StarterChapter chapters[] = {{1, 1.0}, {2, 0.5}};
  return MakeStarter(fold, chapters);
}

void Use(const std::shared_ptr<const Starter>& starter) {
  Document document;
  document.body = "win now";
  Extractor extractor;
  Fold fold(starter);
  const auto model = fold.Snapshot();
  const Result result = Model::Finish(model->Score(1, extractor.Extract(document)), {});
  Require(result.probability >= 0 && result.probability <= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kGood = Sample();
  const std::string bytes = Edited(kGood, data, size);
  const auto starter = ReadWithinBounds(bytes.size(), [&] { return Starter::Parse(bytes); });
  if (bytes == kGood) Require(starter.ok() && (*starter)->spam() > 0 && (*starter)->ham() > 0);
  if (starter.ok()) Use(*starter);
  return 0;
}

}  // namespace replyguard::classifier
