// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/frame/context.h"
#include "service/cli/frame/exit_code.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {

// Shows a server's answer: as it is to machines, by `print` to people. One thread.
template <typename Print>
ExitCode ShowAnswer(Context& context, const google::protobuf::Message& answer, Print print) {
  if (context.json()) {
    context.out << JsonOf(answer) << "\n";
  } else {
    print();
  }
  return ExitCode::kOk;
}

}  // namespace replyguard::service::cli
