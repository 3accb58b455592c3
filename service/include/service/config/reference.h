// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// The table of options as a page for people: service/config/REFERENCE.md, which a test compares.
// Pure.
namespace replyguard::service::config {

// Markdown, ending in a newline.
std::string RenderReference();

}  // namespace replyguard::service::config
