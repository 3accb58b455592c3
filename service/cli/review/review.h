// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "service/cli/frame/context.h"
#include "service/cli/review/desk.h"
#include "service/cli/review/terminal.h"

// The two appearances of a review.
namespace replyguard::service::cli {

// A card for people: the comment with its marked words and reasons, why and since when it waits.
std::string CardText(const v1::QueueItem& item, const Style& style);

// How a review on a screen ended; to be told once the terminal is as it was.
struct ReviewEnd {
  std::string summary;    // "12 decided: ..."
  std::string last_word;  // of a decision that failed at the very end; empty for none
  grpc::Status trouble;   // what the server refused for good; OK otherwise
};

// With single keys on a terminal, until the moderator ends it. What was in hand has been given back
// when it answers.
ReviewEnd ReviewOnScreen(Context& context, Desk& desk, Terminal& terminal,
                         std::chrono::milliseconds lease);

// A command a line, for pipes and for terminals that can do no more; ends with the input, or when
// nothing waits.
ExitCode ReviewByLines(Context& context, Desk& desk, std::chrono::milliseconds lease);

}  // namespace replyguard::service::cli
