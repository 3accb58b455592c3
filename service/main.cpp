// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/frame/run.h"

int main(int argument_count, char** arguments) {
  return replyguard::service::cli::Run(argument_count, arguments);
}
