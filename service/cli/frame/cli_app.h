// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// CLI11's App by name only: its own headers cost a second or more in every file that includes them.
namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}
