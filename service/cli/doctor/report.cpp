// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/doctor/report.h"

#include <algorithm>
#include <ostream>

#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

std::string Text(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarn:
      return "warn";
    case Health::kFail:
      return "fail";
  }
  return {};
}

std::string Coloured(Health health, const Style& style) {
  const std::string text = Text(health);
  const std::string padding(4 - text.size(), ' ');
  switch (health) {
    case Health::kOk:
      return style.Green(text) + padding;
    case Health::kWarn:
      return style.Yellow(text) + padding;
    case Health::kFail:
      return style.Red(text) + padding;
  }
  return {};
}

}  // namespace

ExitCode Report::Print(Context& context) const {
  bool good = true;
  for (const Line& line : lines_) {
    good = good && line.health != Health::kFail;
    if (context.json()) {
      context.out << JsonObject({{"health", Text(line.health)},
                                 {"check", line.check},
                                 {"found", line.found},
                                 {"advice", line.advice}})
                  << "\n";
      continue;
    }
    context.out << Coloured(line.health, context.style) << "  " << line.check << ": "
                << SafeText(line.found, Newlines::kEscape) << "\n";
    if (!line.advice.empty())
      context.out << "        " << SafeText(line.advice, Newlines::kEscape) << "\n";
  }
  return good ? ExitCode::kOk : ExitCode::kFailedItems;
}

}  // namespace replyguard::service::cli
