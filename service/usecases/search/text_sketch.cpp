// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/search/text_sketch.h"

#include <algorithm>
#include <cstddef>

#include "usecases/mix64.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kBins = 64;
constexpr unsigned kBinShift = 58;  // the upper six bits choose the bin
constexpr std::uint64_t kEmpty = ~std::uint64_t{0};
constexpr std::size_t kBandBins = 4;
constexpr std::size_t kFeaturesMin = 20;

using Bins = std::array<std::uint64_t, kBins>;

// REQUIRES: one is not empty.
Bins Filled(const Bins& least) {
  Bins filled = least;
  for (std::size_t i = 0; i < kBins; ++i) {
    std::size_t distance = 0;
    while (least[(i + distance) % kBins] == kEmpty) ++distance;
    filled[i] = Mix64(least[(i + distance) % kBins] + distance);
  }
  return filled;
}

}  // namespace

std::optional<TextSketch> SketchOf(const classifier::Features& features) {
  Bins least;
  least.fill(kEmpty);
  std::size_t count = 0;
  for (const classifier::View view : {classifier::View::kChar4, classifier::View::kLink}) {
    for (const std::uint64_t feature : features.view(view)) {
      const std::uint64_t hash = Mix64(feature);
      std::uint64_t& bin = least[hash >> kBinShift];
      bin = std::min(bin, hash);
      ++count;
    }
  }
  if (count < kFeaturesMin) return std::nullopt;
  const Bins bins = Filled(least);
  TextSketch sketch;
  for (std::size_t i = 0; i < kBins; ++i) sketch.bits |= (bins[i] & 1U) << i;
  for (std::size_t band = 0; band < sketch.bands.size(); ++band) {
    std::uint64_t mixed = band;
    for (std::size_t i = 0; i < kBandBins; ++i) mixed = Mix64(mixed ^ bins[band * kBandBins + i]);
    sketch.bands[band] = mixed;
  }
  return sketch;
}

}  // namespace replyguard::service
