#include "weights/training_set.h"

#include "math/hash_table.h"

namespace replyguard::classifier {

TrainingSet::TrainingSet(std::span<const Example> examples) {
  constexpr std::size_t kAhead = 16;
  std::size_t total = 0;
  for (const Example& example : examples) total += example.features->size();
  numbers_.reserve(total);
  HashTable<std::uint32_t> numbers(total / 4);  // one up: 0 is a new feature's
  for (const Example& example : examples) {
    spam_.push_back(example.spam);
    const auto all = example.features->all();
    std::size_t at = 0;
    for (const Range& group : kGroups) {
      begins_.push_back(numbers_.size());
      for (const std::uint64_t hash : all.subspan(at, SizeOf(*example.features, group))) {
        if (at + kAhead < all.size()) numbers.Prefetch(all[at + kAhead]);
        ++at;
        std::uint32_t& number = numbers.Upsert(hash);
        if (number == 0) {
          hashes_.push_back(hash);
          number = static_cast<std::uint32_t>(hashes_.size());
        }
        numbers_.push_back(number - 1);
      }
    }
  }
  begins_.push_back(numbers_.size());
}

}  // namespace replyguard::classifier
