// Logarithm and exponential that give the same bits on every CPU.
//
// libm's differ between versions and CPUs in the last place, and a score must not. These use
// nothing but IEEE 754 addition, multiplication and division (the build sets -ffp-contract=off),
// with errors of a few units in the last place over the ranges the classifier uses. Series:
// Abramowitz and Stegun, 4.1.27 and 4.2.1.
#pragma once

#include <array>
#include <bit>
#include <cmath>
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
inline constexpr unsigned kLogStepBits = 20;  // of a stretch, that interpolation looks at
inline constexpr unsigned kMantissaBits = 52;
inline constexpr unsigned kScoreBits = 20;
inline constexpr unsigned kDroppedBits = kLogFractionBits - kScoreBits;
inline constexpr std::uint64_t kLn2 = 2977044472;  // ln 2 in units of 2^-32
inline constexpr std::uint64_t kExponentBias = 1023;
// Added before the last shift: half a unit, the exponent's bias taken off, and so much that
// logarithms are positive.
inline constexpr std::uint64_t kPositive = std::uint64_t{1} << 44;
inline constexpr std::uint64_t kLogOffset =
    kPositive - kExponentBias * kLn2 + (std::uint64_t{1} << (kDroppedBits - 1));
// In the lower 32 bits ln(1 + i / 1024), i from 0 to 1023, in units of 2^-32, in the upper how far
// it is to the next.
extern const std::array<std::uint64_t, std::size_t{1} << kLogTableBits> kLogTable;

// FastLogUnits, kPositive / 2^kDroppedBits too high, from the bits of one double or of a vector of
// them: `look` looks each of its numbers up in kLogTable, `multiply` multiplies numbers below 2^32.
template <typename Bits, typename Look, typename Multiply>
Bits RaisedLogUnits(Bits bits, const Look& look, const Multiply& multiply) {
  const auto lowest = [](Bits of, unsigned count) {
    return of & ((std::uint64_t{1} << count) - 1);
  };
  const Bits at = look(lowest(bits >> (kMantissaBits - kLogTableBits), kLogTableBits));
  const Bits step = lowest(bits >> (kMantissaBits - kLogTableBits - kLogStepBits), kLogStepBits);
  const Bits log = multiply(bits >> kMantissaBits, Bits{} + kLn2) + lowest(at, kLogFractionBits) +
                   (multiply(at >> kLogFractionBits, step) >> kLogStepBits);
  return (log + kLogOffset) >> kDroppedBits;
}

}  // namespace internal

inline std::int64_t FastLogUnits(double x) {
  const std::uint64_t raised = internal::RaisedLogUnits(
      std::bit_cast<std::uint64_t>(x), [](std::uint64_t i) { return internal::kLogTable[i]; },
      [](std::uint64_t a, std::uint64_t b) { return a * b; });
  return static_cast<std::int64_t>(raised) -
         static_cast<std::int64_t>(internal::kPositive >> internal::kDroppedBits);
}

inline std::int64_t RoundToScore(double x) {
  constexpr double kMax = 1099511627776.0;  // 2^40
  if (x != x) return 0;
  if (x > kMax) return static_cast<std::int64_t>(kMax);
  if (x < -kMax) return -static_cast<std::int64_t>(kMax);
  return static_cast<std::int64_t>(x + std::copysign(0.5, x));
}

}  // namespace replyguard::classifier
