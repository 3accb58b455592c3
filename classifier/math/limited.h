// How large a number of a model may be: far beyond any that labels lead to, and so small that
// learning on from whatever a file holds stays finite. Otherwise two infinities make a NaN, which
// no checkpoint is read with.
#pragma once

#include <algorithm>

namespace replyguard::classifier {

inline constexpr double kNumberMax = 1e9;

// REQUIRES: x is finite.
inline double Limited(double x) { return std::clamp(x, -kNumberMax, kNumberMax); }

}  // namespace replyguard::classifier
