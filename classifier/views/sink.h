// Where views put their features: hashes always, and for explanations also the text and place of
// each.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/features.h"
#include "math/hash.h"
#include "views/wanted.h"

namespace replyguard::classifier {

// One occurrence of a feature, kept only while explaining.
struct Trace {
  std::uint64_t hash = 0;
  View view = View::kWord;
  std::uint32_t begin = 0;  // bytes of the body; begin == end: no place in the body
  std::uint32_t end = 0;
  std::string text;
};

class Sink {
 public:
  // Also collects the traces of the features in `wanted`, which must outlive the run; null: none.
  void Start(const Wanted* wanted);

  bool Traces(std::uint64_t hash) const { return wanted_ != nullptr && wanted_->Contains(hash); }
  static std::uint64_t Seed(View view) {
    return MixHash(static_cast<std::uint64_t>(view) + 1, kExtractorVersion);
  }

  // Adds a feature of `view` unless it is there already or the view is full.
  void Add(View view, std::uint64_t hash) {
    auto& hashes = hashes_[static_cast<std::size_t>(view)];
    if (hashes.size() < kViewFeaturesMax && Insert(hash)) hashes.push_back(hash);
  }

  // REQUIRES: Traces(trace.hash).
  void AddTrace(Trace trace) { traces_.push_back(std::move(trace)); }

  // A feature named by ASCII text, without a place: "honeypot filled".
  void AddNamed(View view, std::string_view name);
  // The same with a value after the name: "links 3".
  void AddNamed(View view, std::string_view name, std::uint64_t value);
  // The same for the hot path: `number` stands for the name, which `name()` gives only for
  // explanations.
  template <typename Name>
  void AddNumbered(View view, std::uint64_t number, std::uint64_t value, const Name& name) {
    const std::uint64_t hash = MixHash(MixHash(Seed(view), number), value);
    Add(view, hash);
    if (Traces(hash)) AddTrace({hash, view, 0, 0, name()});
  }

  void Finish(Features* out);
  std::vector<Trace>& traces() { return traces_; }

 private:
  struct Seen {
    std::uint64_t hash = 0;
    std::uint64_t round = 0;
  };

  // Whether `hash` is new to this document.
  bool Insert(std::uint64_t hash) {
    if ((seen_count_ + 1) * 2 > seen_.size()) Grow();
    for (std::size_t i = hash & (seen_.size() - 1);; i = (i + 1) & (seen_.size() - 1)) {
      if (seen_[i].round != round_) {
        seen_[i] = {hash, round_};
        ++seen_count_;
        return true;
      }
      if (seen_[i].hash == hash) return false;
    }
  }
  void Grow();

  const Wanted* wanted_ = nullptr;
  std::vector<Seen> seen_;  // open addressing; entries of earlier rounds are empty
  std::size_t seen_count_ = 0;
  std::uint64_t round_ = 0;
  std::array<std::vector<std::uint64_t>, kViewCount> hashes_;
  std::vector<std::uint64_t> all_;
  std::vector<Trace> traces_;
};

}  // namespace replyguard::classifier
