#include "bench/classifier/models.h"

#include <cstdlib>
#include <map>

#include "bench/classifier/texts.h"

namespace replyguard::classifier {
namespace {

// A fold and where it is in the endless comments.
class Learner {
 public:
  void Learn(std::size_t labels) {
    for (; labels > 0; --labels) {
      if (!fold_.Apply(FirstLabel(comments_.Next(), ++position_, &extractor_)).ok()) std::abort();
    }
  }
  Fold& fold() { return fold_; }
  std::uint64_t position() const { return position_; }

 private:
  Fold fold_;
  Extractor extractor_;
  EndlessComments comments_;
  std::uint64_t position_ = 0;
};

Fold Load(const std::string& bytes) {
  auto fold = Fold::Deserialize(bytes);
  if (!fold.ok()) std::abort();
  return *std::move(fold);
}

}  // namespace

Fold FoldOf(std::size_t labels) {
  static std::map<std::size_t, std::string> bytes;
  std::string& known = bytes[labels];
  if (known.empty()) {
    Learner learner;
    learner.Learn(labels);
    known = learner.fold().Serialize();
  }
  return Load(known);
}

const SizedModel& ModelOfFeatures(std::size_t features) {
  constexpr std::size_t kLabelsAStep = 20;
  static std::map<std::size_t, SizedModel> models;
  static Learner learner;
  SizedModel& model = models[features];
  if (!model.bytes.empty()) return model;
  while (learner.fold().Snapshot()->feature_count() < features) learner.Learn(kLabelsAStep);
  model.bytes = learner.fold().Serialize();
  model.labels = learner.position();
  model.features = learner.fold().Snapshot()->feature_count();
  return model;
}

std::shared_ptr<const Model> Trained() {
  constexpr std::size_t kLabels = 4'000;
  static const std::shared_ptr<const Model> kModel = FoldOf(kLabels).Snapshot();
  return kModel;
}

}  // namespace replyguard::classifier
