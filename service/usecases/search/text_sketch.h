// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// 64 bits and eight bands of a text, by which texts that are nearly the same find each other.
//
// What is compared are the sets of character 4-grams and links, as for SameTexts. Their hashes fall
// into 64 bins, each of which keeps its least one (one permutation hashing: Li, Owen and Zhang
// 2012); an empty bin borrows that of the next that is not, mixed with the distance (Shrivastava
// and Li 2014). Two texts agree in a bin with the probability of their resemblance (Jaccard), J.
// The sketch keeps one bit a bin (b-bit minwise hashing: Li and Koenig 2010), so that two sketches
// differ in 32 (1 - J) bits on average: 12 bits apart is a resemblance of about 0.6. A band is four
// bins: texts of resemblance 0.8 have one of eight in common with 0.98, of 0.6 with 0.67, and of
// 0.2 with 0.01.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "classifier/features.h"

namespace replyguard::service {

struct TextSketch {
  std::uint64_t bits = 0;
  std::array<std::uint64_t, 8> bands{};
};

// Nothing for a text of fewer than 20 such features: a few letters would make the difference.
std::optional<TextSketch> SketchOf(const classifier::Features& features);

}  // namespace replyguard::service
