// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace replyguard::service::cli {

// A threshold as people copy it: six decimals, rounded up so that the promise still holds, without
// zeros at the end. Pure.
std::string ThresholdText(double probability);

}  // namespace replyguard::service::cli
