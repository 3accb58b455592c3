// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/tally.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/cli/client/call_error.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

constexpr std::int64_t kFailuresPrintedMax = 20;

}  // namespace

void Tally::CountFailure(Context& context, const std::string& code, std::int64_t line,
                         std::string_view message) {
  ++failures_[code];
  Tell(context, code, line, message);
}

void Tally::Tell(Context& context, const std::string& code, std::int64_t line,
                 std::string_view message) {
  if (printed_ > kFailuresPrintedMax) return;
  if (printed_++ == kFailuresPrintedMax) {
    if (!context.json()) context.err << "further failures are only counted\n";
    return;
  }
  if (context.json()) {
    context.err << JsonObject({{"line", line}, {"code", code}, {"message", std::string(message)}})
                << "\n";
  } else {
    context.err << "line " << line << ": " << SafeText(message, Newlines::kKeep) << "\n";
  }
}

std::int64_t Tally::failed() const {
  std::int64_t sum = 0;
  for (const auto& [code, count] : failures_) sum += count;
  return sum;
}

std::int64_t Tally::count(const std::string& outcome) const {
  const auto found = outcomes_.find(outcome);
  return found == outcomes_.end() ? 0 : found->second;
}

std::string Tally::Line() const {
  std::string line = absl::StrCat(total_, " done");
  for (const auto& [outcome, count] : outcomes_) absl::StrAppend(&line, ", ", count, " ", outcome);
  if (failed() > 0) absl::StrAppend(&line, ", ", failed(), " failed");
  return line;
}

void Tally::Print(Context& context, std::string_view noun, double seconds) const {
  const double rate = seconds > 0 ? static_cast<double>(total_) / seconds : 0;
  if (context.json()) {
    context.out << JsonObject({{"total", total_},
                               {"outcomes", JsonText{JsonCounts(outcomes_)}},
                               {"failed", failed()},
                               {"failedByCode", JsonText{JsonCounts(failures_)}},
                               {"retried", retried_},
                               {"retries", retries_},
                               {"seconds", seconds},
                               {"perSecond", rate}})
                << "\n";
    return;
  }
  context.out << total_ << " " << noun << " in "
              << absl::StrFormat("%.1f s (%.0f a second)", seconds, rate) << "\n";
  for (const auto& [outcome, count] : outcomes_)
    context.out << "  " << count << " " << outcome << "\n";
  for (const auto& [code, count] : failures_)
    context.out << "  " << count << " failed: " << code << "\n";
  if (retried_ > 0)
    context.out << "  " << retried_ << " were tried again, " << retries_ << " times in all\n";
}

ExitCode Tally::Code() const {
  std::map<ExitCode, std::int64_t> by_exit;
  for (const auto& [code, count] : failures_) by_exit[ExitCodeOfName(code)] += count;
  return CodeOfItems(total_, by_exit);
}

}  // namespace replyguard::service::cli
