// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// An evaluation as one page of HTML that needs nothing else: no script, no font, no request.
//
// Thread-safety: pure functions. Texts in it are the masked ones, escaped.
#pragma once

#include <string>
#include <vector>

#include "service/usecases/evaluate/evaluate.h"

namespace replyguard::service {

struct StreamReport {
  std::string name;
  std::string protocol;  // "online", "cv" or "static"
  const std::vector<Example>* examples = nullptr;
  const Evaluation* evaluation = nullptr;
};

// ROC curve (logarithmic ham loss), reliability, histogram of probabilities, learning curve and the
// costliest mistakes of each stream, one after the other.
std::string HtmlReport(const std::vector<StreamReport>& streams);

}  // namespace replyguard::service
