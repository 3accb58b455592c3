// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "service/cli/commands/tally.h"
#include "service/cli/frame/context.h"
#include "service/import/importer.h"

namespace replyguard::service::cli {

// What an import came to.
struct ImportOutcome {
  importing::ArchiveFormat format;
  importing::ImportReport report;
  bool taught = false;  // a server was taught; of a dry run `tally` says nothing
  Tally tally;
  double seconds = 0;
  std::string name{};  // of the import, when taught
  bool whole = true;   // else it was read only up to an error, and is no reason for warnings
};

// Onto `told`, for people or as one JSON object. Of a server that knew some already these count as
// duplicates and not as taken, and those that it refused as failed: rows = taken + duplicates +
// skipped + failed.
void PrintImport(Context& context, const ImportOutcome& outcome, std::ostream& told);

// What the classes found mean for training, a sentence each; empty when both are there.
std::vector<std::string> ImportWarnings(importing::ArchiveFormat format,
                                        const importing::ImportReport& report);

}  // namespace replyguard::service::cli
