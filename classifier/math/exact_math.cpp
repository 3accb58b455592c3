#include "math/exact_math.h"

#include <array>
#include <bit>
#include <cstddef>

namespace replyguard::classifier {
namespace {

constexpr double kLn2High =
    6.93147180369123816490e-01;  // the upper bits of ln 2, exact in products with
constexpr double kLn2Low = 1.90821492927058770002e-10;  // small integers; and what remains
constexpr double kLog2E = 1.44269504088896338700e+00;
constexpr double kSqrtHalf = 7.07106781186547524400e-01;
constexpr double kInverseFactorials[] = {1.0,
                                         1.0,
                                         1.0 / 2,
                                         1.0 / 6,
                                         1.0 / 24,
                                         1.0 / 120,
                                         1.0 / 720,
                                         1.0 / 5040,
                                         1.0 / 40320,
                                         1.0 / 362880,
                                         1.0 / 3628800,
                                         1.0 / 39916800,
                                         1.0 / 479001600,
                                         1.0 / 6227020800};
constexpr double kOddInverses[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9, 1.0 / 11,
                                   1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};

constexpr double LogOf(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1022;
  double mantissa =
      std::bit_cast<double>((bits & 0x000fffffffffffffULL) | 0x3fe0000000000000ULL);  // [0.5, 1)
  if (mantissa < kSqrtHalf) {
    mantissa *= 2;
    --exponent;
  }
  // ln m = 2 atanh(z), z = (m - 1) / (m + 1), |z| <= 0.172
  const double z = (mantissa - 1) / (mantissa + 1);
  const double z2 = z * z;
  double series = 0;
  for (std::size_t k = 11; k-- > 0;) series = series * z2 + kOddInverses[k];
  const double e = exponent;
  return e * kLn2High + (2 * z * series + e * kLn2Low);
}

}  // namespace

namespace internal {

constinit const std::array<std::uint64_t, std::size_t{1} << kLogTableBits> kLogTable = [] {
  std::array<std::uint64_t, std::size_t{1} << kLogTableBits> table{};
  constexpr auto kUnits = static_cast<double>(std::int64_t{1} << kLogFractionBits);
  const auto log_at = [&](std::size_t i) {
    const double at = static_cast<double>(i) / static_cast<double>(table.size());
    return static_cast<std::uint64_t>(LogOf(1 + at) * kUnits + 0.5);
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = log_at(i) | (log_at(i + 1) - log_at(i)) << kLogFractionBits;
  }
  return table;
}();

}  // namespace internal

double ExactLog(double x) { return LogOf(x); }

double ExactExp(double x) {
  if (!(x > -700)) x = -700;
  if (x > 700) x = 700;
  const double scaled = x * kLog2E;
  const int k = static_cast<int>(scaled + (scaled >= 0 ? 0.5 : -0.5));
  const double kd = k;
  const double r = (x - kd * kLn2High) - kd * kLn2Low;  // |r| <= 0.35
  double series = kInverseFactorials[13];
  for (std::size_t n = 13; n-- > 0;) series = series * r + kInverseFactorials[n];
  return series * std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

}  // namespace replyguard::classifier
