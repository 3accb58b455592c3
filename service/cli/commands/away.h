// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What commands that make many calls do about a server that is away: the flag, and what they say.
#pragma once

#include <grpcpp/support/status.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

inline constexpr const char* kWaitDefault = "1m";

// --wait: how long many calls together wait for a server that is away. `condition` begins its help.
void AddWaitFlag(CLI::App& command, std::string& wait, const std::string& condition = {});
// INVALID_ARGUMENT when it does not say how long.
absl::StatusOr<std::chrono::milliseconds> WaitOf(const std::string& wait);

// Says on standard error that the server is away and waited for.
void TellAway(Context& context, const grpc::Status& status);
// Says that the wait was in vain, and how to go on. `line`: the last one read.
void TellGivenUp(Context& context, std::int64_t line);

}  // namespace replyguard::service::cli
