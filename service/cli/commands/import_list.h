// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "service/cli/client/connection.h"
#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

// Adds "list" to the command import.
void AddImportList(CLI::App& import, Selection& selection);

// Whether `site` ("sites/{site}") has labels of an import of this name; false too when it cannot be
// asked.
bool HasImport(const Connection& connection, const std::string& site, const std::string& name);

}  // namespace replyguard::service::cli
