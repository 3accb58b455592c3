#include "weights/log_odds_sum.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "math/exact_math.h"

// Two features at once, in vectors of GCC's and Clang's: no operation is other than its scalar
// (IEEE 754 and integers; no fused multiplication), so that results are the same everywhere.

namespace replyguard::classifier {
namespace {

using Doubles = double __attribute__((vector_size(16)));
using Bits = std::uint64_t __attribute__((vector_size(16)));
using Masks = std::int64_t __attribute__((vector_size(16)));  // of each all bits or none

// Integers below 2^52 are the lowest bits of themselves plus 2^52.
constexpr double kTwoTo52 = 4503599627370496.0;

Doubles ToDoubles(Bits below_two_to_52) {
  return std::bit_cast<Doubles>(below_two_to_52 | std::bit_cast<std::uint64_t>(kTwoTo52)) -
         kTwoTo52;
}

// REQUIRES: both below 2^32.
Bits Multiply(Bits a, Bits b) {
#if defined(__SSE2__)
  return std::bit_cast<Bits>(_mm_mul_epu32(std::bit_cast<__m128i>(a), std::bit_cast<__m128i>(b)));
#else
  return a * b;
#endif
}

// FastLogUnits of both.
Doubles LogUnits(Doubles x) {
  const auto look = [](Bits i) {
    const std::uint64_t* const table = internal::kLogTable.data();
    return Bits{table[i[0]], table[i[1]]};
  };
  return ToDoubles(internal::RaisedLogUnits(std::bit_cast<Bits>(x), look, Multiply)) -
         static_cast<double>(internal::kPositive >> internal::kDroppedBits);
}

// Both counts as they are in memory, on most machines.
constexpr std::uint64_t kSpamMask = 0xffffffff;
constexpr unsigned kHamShift = 32;
std::uint64_t PackCounts(const FeatureCounts& counts) {
  return std::uint64_t{counts.spam} | std::uint64_t{counts.ham} << kHamShift;
}

Doubles Where(Masks mask, Doubles value) {
  return std::bit_cast<Doubles>(std::bit_cast<Masks>(value) & mask);
}

RawScore Total(Doubles sums) { return static_cast<RawScore>(sums[0] + sums[1]); }

}  // namespace

void AddLogOdds(const LogOdds& log_odds, FeatureCounts* counts, std::size_t size, GroupSum* sum) {
  const double spam_total = log_odds.spam();
  const double ham_total = log_odds.ham();
  counts[size] = {};  // makes a pair of an odd one, and adds nothing
  Doubles all{}, positive{}, strongest_spam{}, strongest_ham{}, rare{}, uncommon{};
  Masks known{};
  for (std::size_t i = 0; i < size; i += 2) {
    const Bits pair = {PackCounts(counts[i]), PackCounts(counts[i + 1])};
    const Doubles spam = ToDoubles(pair & kSpamMask);
    const Doubles ham = ToDoubles(pair >> kHamShift);
    const Doubles s = spam * ham_total;
    const Doubles h = ham * spam_total;
    const Doubles n = spam + ham;
    const Doubles prior = 0.5 * LogOdds::kStrength * (s + h);
    const Masks is_known = n > 0.0;
    // Of what is not known the quotient is none, and is left out.
    const Doubles each = Where(is_known, LogUnits((prior + n * s) / (prior + n * h)));
    known += is_known;
    all += each;
    positive += Where(each > 0.0, each);
    strongest_spam = each > strongest_spam ? each : strongest_spam;
    strongest_ham = each < strongest_ham ? each : strongest_ham;
    rare += Where(n <= static_cast<double>(kRareMax), each);
    uncommon += Where(n <= static_cast<double>(kUncommonMax), each);
  }
  sum->all += Total(all);
  sum->spam += Total(positive);
  sum->strongest_spam = std::max(
      sum->strongest_spam, static_cast<RawScore>(std::max(strongest_spam[0], strongest_spam[1])));
  sum->strongest_ham = std::min(
      sum->strongest_ham, static_cast<RawScore>(std::min(strongest_ham[0], strongest_ham[1])));
  sum->rare += Total(rare);
  sum->uncommon += Total(uncommon);
  sum->known += static_cast<std::size_t>(-(known[0] + known[1]));
}

}  // namespace replyguard::classifier
