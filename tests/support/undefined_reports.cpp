// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Puts the place of what UndefinedBehaviorSanitizer finds where AddressSanitizer's reports go, too:
// beside it, it heeds no log_path. Part of every program of preset asan.
#include <sanitizer/common_interface_defs.h>

extern "C" void __ubsan_on_report();   // NOLINT(bugprone-reserved-identifier)
extern "C" void __ubsan_on_report() {  // NOLINT(bugprone-reserved-identifier)
  __sanitizer_print_stack_trace();
}
