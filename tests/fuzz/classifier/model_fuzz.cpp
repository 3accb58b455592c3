// Hostile model bytes are refused, or can be used; either way reading them allocates no more than
// a small multiple of their size.
#include <cstdint>
#include <string>
#include <utility>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "edited_bytes.h"

namespace replyguard::classifier {
namespace {

std::string Sample() {
  Fold fold;
  Extractor extractor;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    LabelChange change;
    change.position = i;
    change.site = 1 + i % 2;
    change.sample = i;
    change.after.emplace();
    change.after->label = i % 3 == 0 ? Class::kSpam : Class::kHam;
    Document document;
    document.body = i % 3 == 0 ? "win" : "hi";
    change.after->features = extractor.Extract(document);
    Require(fold.Apply(change).ok());
  }
  return fold.Serialize();
}

void Use(Fold fold) {
  Document document;
  document.body = "win now";
  Extractor extractor;
  const auto model = fold.Snapshot();
  const Result result = Model::Finish(model->Score(1, extractor.Extract(document)), {});
  Require(result.probability >= 0 && result.probability <= 1);
  const std::string bytes = fold.Serialize();
  const auto again = Fold::Deserialize(bytes);
  Require(again.ok() && again->Serialize() == bytes);
}

// What is imported is sealed, and goes on learning.
void LearnOn(Fold fold) {
  const std::map<SiteId, SiteId> sites{{1, 7}};
  fold.Seal({.learnt_position = 3, .sites = &sites});
  Extractor extractor;
  for (std::uint64_t i = 1; i <= 12; ++i) {
    LabelChange change;
    change.position = 3 + i;
    change.site = 7;
    change.sample = i;
    change.after.emplace();
    change.after->label = i % 2 == 0 ? Class::kSpam : Class::kHam;
    Document document;
    document.body = i % 2 == 0 ? "win" : "hi";
    change.after->features = extractor.Extract(document);
    Require(fold.Apply(change).ok());
  }
  Use(std::move(fold));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kGood = Sample();
  const std::string bytes = Edited(kGood, data, size);
  auto fold = ReadWithinBounds(bytes.size(), [&] { return Fold::Deserialize(bytes); });
  if (bytes == kGood) Require(fold.ok() && fold->Serialize() == kGood);
  if (fold.ok()) {
    Use(fold->Copy());
    LearnOn(*std::move(fold));
  }
  return 0;
}

}  // namespace replyguard::classifier
