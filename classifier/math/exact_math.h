// Logarithm and exponential that give the same bits on every CPU.
//
// libm's differ between versions and CPUs in the last place, and a score must not. These use
// nothing but IEEE 754 addition, multiplication and division (the build sets -ffp-contract=off),
// with errors of a few units in the last place over the ranges the classifier uses. Series:
// Abramowitz and Stegun, 4.1.27 and 4.2.1.
#pragma once

#include <cstdint>

namespace replyguard::classifier {

// Natural logarithm. REQUIRES: x is positive, finite and normal.
double ExactLog(double x);

// The same by a table, several times faster; within 1e-11 of the logarithm, and as repeatable.
double FastLog(double x);

// e^x. Clamps x to [-700, 700], so that the result is positive and finite.
double ExactExp(double x);

// x to the nearest integer, halves away from zero, kept within +-2^40.
std::int64_t RoundToScore(double x);

}  // namespace replyguard::classifier
