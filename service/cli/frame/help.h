// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

namespace replyguard::service::cli {

// How --help prints an option: its name and its default. Choices, bounds and what excludes what are
// in the descriptions, in words. To be set before commands are added: they inherit it.
std::shared_ptr<CLI::Formatter> HelpFormatter();

}  // namespace replyguard::service::cli
