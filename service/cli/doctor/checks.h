// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/doctor/report.h"
#include "service/cli/frame/context.h"

// The check-ups, each of one neighbour. None changes anything; each ends within some seconds. What
// is not configured is a warning where this machine may only be a client's.
namespace replyguard::service::cli {

void CheckConfiguration(const Context& context, Report& report);
void CheckSecrets(const Context& context, Report& report);
void CheckTls(const Context& context, Report& report);
void CheckDatabase(const Context& context, Report& report);
void CheckServer(const Context& context, Report& report);

}  // namespace replyguard::service::cli
