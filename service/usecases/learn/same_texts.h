// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which comments have the same text, or nearly.
//
// Two texts are the same when the classifier reads the same words, characters and links in them.
// They are nearly the same when their sets of character 4-grams and links resemble each other
// (Jaccard) by kNearResemblance, as MinHash estimates it (A. Broder, "On the resemblance and
// containment of documents", 1997): kHashes minima, and only texts that agree in a whole band of
// them are compared. Who wrote it does not matter.
//
// Thread-safety: none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "classifier/features.h"

namespace replyguard::service {

inline constexpr double kNearResemblance = 0.8;

class SameTexts {
 public:
  // Adds the next text, numbered from 0. About 300 bytes are kept of it.
  void Add(const classifier::Features& features);

  // Texts that belong together, each in ascending order; the groups by their first. Those alone are
  // left out, and those without any text. `same`: only equal ones.
  std::vector<std::vector<std::size_t>> Groups(bool same) const;

 private:
  static constexpr std::size_t kHashes = 64;
  static constexpr std::size_t kBand = 4;  // texts 0.8 alike meet in one of 16 with 0.9998
  using Signature = std::array<std::uint32_t, kHashes>;

  double Resemblance(std::size_t a, std::size_t b) const;

  std::vector<std::uint64_t> keys_;  // 0: no text
  std::vector<bool> long_enough_;    // to be nearly the same as another
  std::vector<Signature> signatures_;
};

}  // namespace replyguard::service
