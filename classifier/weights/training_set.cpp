#include "weights/training_set.h"

#include "math/hash_table.h"

namespace replyguard::classifier {

TrainingSet::TrainingSet(std::span<const Example> examples) {
  constexpr std::size_t kAhead = 16;
  std::size_t total = 0;
  for (const Example& example : examples) total += example.features->size();
  numbers_.reserve(total);
  HashTable<std::uint32_t> numbers(total / 4);  // one up: 0 is a new feature's
  const auto number_of = [&](std::uint64_t hash) {
    std::uint32_t& number = numbers.Upsert(hash);
    if (number == 0) {
      hashes_.push_back(hash);
      number = static_cast<std::uint32_t>(hashes_.size());
    }
    return number - 1;
  };
  for (const Example& example : examples) {
    spam_.push_back(example.spam);
    const auto all = example.features->all();
    std::size_t at = 0;
    for (const Range& group : kGroups) {
      begins_.push_back(numbers_.size());
      for (const std::uint64_t hash : all.subspan(at, SizeOf(*example.features, group))) {
        if (at + kAhead < all.size()) numbers.Prefetch(all[at + kAhead]);
        ++at;
        numbers_.push_back(number_of(hash));
      }
    }
    sketch_begins_.push_back(sketches_.size());
    const std::size_t words = example.features->view(View::kWord).size();
    const std::uint32_t* const word_numbers =
        numbers_.data() + begins_[begins_.size() - kGroupCount + kWordGroup];
    for (const std::uint64_t hash : example.features->view(View::kSketch)) {
      const std::size_t word = SketchedWord(hash);
      sketches_.push_back(
          {number_of(hash & ~kSketchedWordMask), word < words ? word_numbers[word] : kNoWord});
    }
  }
  sketch_begins_.push_back(sketches_.size());
  begins_.push_back(numbers_.size());
}

}  // namespace replyguard::classifier
