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
  // `tracing`: also collect traces.
  void Start(bool tracing);

  bool tracing() const { return tracing_; }
  static std::uint64_t Seed(View view) {
    return MixHash(static_cast<std::uint64_t>(view) + 1, kExtractorVersion);
  }

  // Adds a feature of `view`; what exceeds kViewFeaturesMax distinct features is dropped by Finish.
  void Add(View view, std::uint64_t hash) {
    hashes_[static_cast<std::size_t>(view)].push_back(hash);
  }

  // REQUIRES: tracing().
  void AddTrace(Trace trace) { traces_.push_back(std::move(trace)); }

  // A feature named by ASCII text, without a place: "links:3".
  void AddNamed(View view, std::string_view name);
  // The same with a value after the name.
  void AddNamed(View view, std::string_view name, std::uint64_t value);

  void Finish(Features* out);
  std::vector<Trace>& traces() { return traces_; }

 private:
  bool tracing_ = false;
  std::array<std::vector<std::uint64_t>, kViewCount> hashes_;
  std::vector<std::uint64_t> all_;
  std::vector<Trace> traces_;
};

}  // namespace replyguard::classifier
