// The model as a fold over the label log: starter model + labels up to position N, nothing else.
//
// Counts are integers and exact: to learn, unlearn and learn again leaves no trace, and train(A +
// B) minus B equals train(A). What depends on many labels at once (view weights, calibration,
// pruning) changes only in numbered epochs, at positions that are a function of the log, so that a
// checkpoint plus the tail equals a rebuild bit for bit, on every machine.
//
// Thread-safety: none; one thread owns a Fold and hands out snapshots, which any thread may use.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/label.h"
#include "classifier/model.h"

namespace replyguard::classifier {

class Starter;

// What a fold knows of a site.
struct SiteContents {
  SiteId site = 0;
  std::uint64_t spam = 0;  // labels
  std::uint64_t ham = 0;
};

// How a fold becomes the beginning of another one.
struct Sealing {
  // What labels of the other log up to this position are: known already, whatever they say.
  std::uint64_t learnt_position = 0;
  // Its sites by their new numbers, no two of them the same; the others are forgotten. Null: as
  // they are.
  const std::map<SiteId, SiteId>* sites = nullptr;
};

class Fold {
 public:
  struct Impl;  // private to the classifier

  // `starter`: what every site begins with; null: nothing. `generation`: what the ids of its models
  // say; the state and the scores do not depend on it.
  explicit Fold(std::shared_ptr<const Starter> starter = nullptr, std::uint32_t generation = 1);
  ~Fold();
  Fold(Fold&&) noexcept;
  Fold& operator=(Fold&&) noexcept;

  // Applies the next row of the log. On an error the fold is unchanged.
  // InvalidArgument: the position is not above position(). FailedPrecondition: `before` is not what
  // this fold holds in force for the sample, or is missing although something is: the caller has
  // lost track, and only a rebuild helps. A change without effect advances the position.
  absl::Status Apply(const LabelChange& change);

  std::uint64_t position() const;
  ModelId id() const;

  // Whether a label of the sample is in force here.
  bool Holds(SiteId site, SampleId sample) const;
  // Of all sites that it knows, ascending.
  std::vector<SiteContents> Contents() const;

  // Makes this the beginning of a fold over another log: what it has learnt stays, with its weights
  // and what is needed to fit them anew, but can be taken away no more; position() is
  // learnt_position. With other labels before that a fold may be asked to take away what it cannot
  // know: Apply then takes nothing away.
  void Seal(const Sealing& sealing);

  // The model at this position, for any thread and as long as it is held. Cheap: shares the large
  // tables, copies the newest changes only.
  std::shared_ptr<const Model> Snapshot();

  // The same for the owner alone and only until the next call of a method that changes the fold:
  // copies nothing, and what is learnt next need not leave the old tables as they are.
  std::shared_ptr<const Model> Present() const;

  // The same state for another owner, on any thread. Cheap: shares the large tables, copies the
  // newest changes and what the next fit needs.
  Fold Copy();

  // The whole state: versioned, checksummed, equal bytes for equal folds.
  std::string Serialize() const;

  // DataLoss: torn or altered bytes. FailedPrecondition: another version, or another starter model;
  // the message tells which.
  // Reads at most `bytes`, and never allocates more than a small multiple of its size.
  static absl::StatusOr<Fold> Deserialize(std::string_view bytes,
                                          std::shared_ptr<const Starter> starter = nullptr,
                                          std::uint32_t generation = 1);

  // A digest of all counts, for tests and for comparing replicas: independent of the order of
  // labels.
  std::uint64_t CountsDigest() const;

  const Impl& impl() const { return *impl_; }

 private:
  explicit Fold(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace replyguard::classifier
