// A site's newest labelled comments with their features as dense numbers, as what is fitted on them
// goes over them many times.
//
// Thread-safety: immutable once made. Ownership: points into the examples' features no longer than
// the constructor runs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "classifier/features.h"

namespace replyguard::classifier {

class TrainingSet {
 public:
  struct Example {
    const Features* features = nullptr;
    bool spam = false;
  };

  explicit TrainingSet(std::span<const Example> examples);

  std::size_t size() const { return spam_.size(); }
  bool spam(std::size_t example) const { return spam_[example]; }
  // Distinct features of all examples; their numbers are below it.
  std::size_t feature_count() const { return hashes_.size(); }
  std::uint64_t hash(std::uint32_t number) const { return hashes_[number]; }

  // The features of one view of an example, and where they stand among those of all examples.
  std::span<const std::uint32_t> view(std::size_t example, std::size_t view) const {
    return std::span(numbers_).subspan(begin(example, view),
                                       begin(example, view + 1) - begin(example, view));
  }
  std::span<const std::uint32_t> all(std::size_t example) const {
    return std::span(numbers_).subspan(begin(example, 0), begin(example + 1, 0) - begin(example, 0));
  }
  std::size_t begin(std::size_t example, std::size_t view) const {
    return begins_[example * kViewCount + view];
  }
  std::size_t total() const { return numbers_.size(); }

 private:
  std::vector<bool> spam_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::size_t> begins_;  // of each view of each example, and the end
};

}  // namespace replyguard::classifier
