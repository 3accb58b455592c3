// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "service/cli/frame/cli_app.h"

namespace replyguard::service::cli {

// A script that completes subcommands and flags, derived from the commands themselves, so that it
// cannot fall behind them. REQUIRES: shell is "bash", "zsh" or "fish".
std::string CompletionScript(const CLI::App& app, std::string_view shell);

}  // namespace replyguard::service::cli
