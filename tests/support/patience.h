// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How long a test waits for what must come: a bound against hangs, never a measure.
#pragma once

#include <chrono>

namespace replyguard::tests {

// As much longer in programs of a sanitizer as deploy/cmake/ReplyguardTest.cmake lets whole tests
// be.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr std::chrono::seconds kPatience{50};
#else
inline constexpr std::chrono::seconds kPatience{10};
#endif

}  // namespace replyguard::tests
