#include "weights/view_sums.h"

#include <cmath>

#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

double ComputeDamping(std::size_t m) {
  return m == 0 ? 0 : ExactExp(-0.8 * ExactLog(static_cast<double>(m)));
}

}  // namespace

double Damping(std::size_t size, std::size_t known) {
  const std::size_t m = (size + known + 1) / 2;
  static const auto kDampings = [] {
    std::array<double, 512> dampings{};
    for (std::size_t i = 0; i < dampings.size(); ++i) dampings[i] = ComputeDamping(i);
    return dampings;
  }();
  return m < kDampings.size() ? kDampings[m] : ComputeDamping(m);
}

// IEEE 754 requires an exactly rounded square root: the same bits everywhere.
double CorrectorScale(std::size_t size) {
  return size == 0 ? 0 : 1 / std::sqrt(static_cast<double>(size));
}

}  // namespace replyguard::classifier
