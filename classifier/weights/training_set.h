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
#include "weights/view_sums.h"

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
  std::span<const std::uint64_t> hashes() const { return hashes_; }

  // The features of an example but its sketches: of one group, and of some groups next to each
  // other.
  std::span<const std::uint32_t> group(std::size_t example, std::size_t group) const {
    return groups(example, {group, group + 1});
  }
  std::span<const std::uint32_t> groups(std::size_t example, Range groups) const {
    const std::size_t begin = begins_[example * kGroupCount + groups.begin];
    return std::span(numbers_).subspan(begin, begins_[example * kGroupCount + groups.end] - begin);
  }

  // A sketch of an example: its number, and that of the word that it stands for, or kNoWord.
  struct Sketch {
    std::uint32_t number = 0;
    std::uint32_t word = 0;
  };
  static constexpr std::uint32_t kNoWord = 0xffffffff;
  std::span<const Sketch> sketches(std::size_t example) const {
    const std::size_t begin = sketch_begins_[example];
    return std::span(sketches_).subspan(begin, sketch_begins_[example + 1] - begin);
  }

 private:
  std::vector<bool> spam_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::size_t> begins_;  // of each group of each example, and the end
  std::vector<Sketch> sketches_;
  std::vector<std::size_t> sketch_begins_;  // of each example, and the end
};

}  // namespace replyguard::classifier
