// Logarithm and exponential that give the same bits on every CPU.
//
// libm's differ between versions and CPUs in the last place, and a score must not. These use
// nothing but IEEE 754 addition, multiplication and division (the build sets -ffp-contract=off),
// with errors of a few units in the last place over the ranges the classifier uses. Series:
// Abramowitz and Stegun, 4.1.27 and 4.2.1.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace replyguard::classifier {

// Natural logarithm. REQUIRES: x is positive, finite and normal.
double ExactLog(double x);

// The natural logarithm in units of 2^-20, rounded: by linear interpolation in a table of 1,024
// stretches, within 1.2e-7 of the logarithm before rounding. Integers: the same bits everywhere.
// REQUIRES: as ExactLog.
inline std::int64_t FastLogUnits(double x);

// e^x. Clamps x to [-700, 700], so that the result is positive and finite.
double ExactExp(double x);

// x to the nearest integer, halves away from zero, kept within +-2^40.
inline std::int64_t RoundToScore(double x);

namespace internal {

inline constexpr unsigned kLogTableBits = 10;
inline constexpr unsigned kLogFractionBits = 32;
// ln(1 + i / 1024), i from 0 to 1024, in units of 2^-32.
extern const std::array<std::int64_t, (std::size_t{1} << kLogTableBits) + 1> kLogTable;

}  // namespace internal

inline std::int64_t FastLogUnits(double x) {
  using internal::kLogTable;
  constexpr std::int64_t kLn2 = 2977044472;  // ln 2 in units of 2^-32
  constexpr unsigned kStepBits = 20;         // of a stretch, that interpolation looks at
  constexpr unsigned kMantissaBits = 52;
  constexpr unsigned kScoreBits = 20;
  constexpr unsigned kDroppedBits = internal::kLogFractionBits - kScoreBits;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const auto exponent = static_cast<std::int64_t>(bits >> kMantissaBits) - 1023;
  const std::size_t stretch = bits >> (kMantissaBits - internal::kLogTableBits) &
                              ((std::size_t{1} << internal::kLogTableBits) - 1);
  const auto step =
      static_cast<std::int64_t>(bits >> (kMantissaBits - internal::kLogTableBits - kStepBits) &
                                ((std::uint64_t{1} << kStepBits) - 1));
  const std::int64_t* const at = kLogTable.data() + stretch;
  const std::int64_t log = exponent * kLn2 + at[0] + ((at[1] - at[0]) * step >> kStepBits);
  return (log + (std::int64_t{1} << (kDroppedBits - 1))) >> kDroppedBits;
}

inline std::int64_t RoundToScore(double x) {
  constexpr double kMax = 1099511627776.0;  // 2^40
  if (x != x) return 0;
  if (x > kMax) return static_cast<std::int64_t>(kMax);
  if (x < -kMax) return -static_cast<std::int64_t>(kMax);
  return static_cast<std::int64_t>(x + (x >= 0 ? 0.5 : -0.5));
}

}  // namespace replyguard::classifier
