// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "replyguard/v1/comment_service.pb.h"
#include "service/cli/client/connection.h"
#include "service/cli/commands/away.h"
#include "service/cli/frame/context.h"
#include "service/cli/input/comment_flags.h"

namespace replyguard::service::cli {

struct StreamFlags {
  int in_flight = 32;
  int retries = 8;
  std::string wait = kWaitDefault;  // how long the server may be away
  bool each = false;
};

// Submits every line of `comment.from`, many in flight, in the order of the file but for what
// retries change. A reply waits until its parent of the same file is answered; of lines with one id
// the first alone is submitted, the others are counted. Prints the summary. The exit code is that
// of CodeOfItems (frame/exit_code.h).
ExitCode SubmitStream(Context& context, const Connection& connection, const CommentFlags& comment,
                      const StreamFlags& flags);

// Submits one, tried again where that may help.
grpc::Status SubmitWithRetries(const Connection& connection,
                               const v1::SubmitCommentRequest& request, int retries_max,
                               v1::SubmitCommentResponse& response);

}  // namespace replyguard::service::cli
