// The features that an explanation names: for these alone text and places are kept.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <vector>

namespace replyguard::classifier {

// Thread-safety: const methods may run concurrently.
class Wanted {
 public:
  // No feature at all.
  void Clear() {
    hashes_.clear();
    maybe_.reset();
  }
  // Call Seal() after the last.
  void Add(std::uint64_t hash) {
    hashes_.push_back(hash);
    maybe_.set(hash % kBits);
  }
  void Seal() { std::sort(hashes_.begin(), hashes_.end()); }

  bool Contains(std::uint64_t hash) const {
    return maybe_[hash % kBits] && std::binary_search(hashes_.begin(), hashes_.end(), hash);
  }

 private:
  static constexpr std::size_t kBits = 4096;  // few are wanted: most others stop here

  std::vector<std::uint64_t> hashes_;
  std::bitset<kBits> maybe_;
};

}  // namespace replyguard::classifier
