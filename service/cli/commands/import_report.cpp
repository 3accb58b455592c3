// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/import_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "service/cli/commands/teach.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {
namespace {

template <typename Texts>
std::string ListJson(const Texts& texts) {
  std::string list;
  for (const std::string& text : texts) {
    absl::StrAppend(&list, list.empty() ? "" : ",", JsonString(text));
  }
  return absl::StrCat("[", list, "]");
}

std::vector<std::string> WarningsOf(const ImportOutcome& outcome) {
  if (!outcome.whole) return {};
  return ImportWarnings(outcome.format, outcome.report);
}

// The members that belong to both, then those of a server's answers.
std::string JsonOf(const ImportOutcome& outcome) {
  const importing::ImportReport& report = outcome.report;
  const Tally& tally = outcome.tally;
  const std::int64_t known = tally.count(kKnownAlready);
  std::string object = JsonObject({{"rows", report.rows},
                                   {"taken", report.taken - known - tally.failed()},
                                   {"duplicates", report.duplicates + known},
                                   {"skipped", JsonText{JsonCounts(report.skipped)}},
                                   {"spam", report.spam},
                                   {"ham", report.ham},
                                   {"unlabelled", report.unlabelled},
                                   {"repaired", JsonText{JsonCounts(report.repaired)}},
                                   {"fieldsNotRead", JsonText{ListJson(report.unread)}},
                                   {"warnings", JsonText{ListJson(WarningsOf(outcome))}},
                                   {"seconds", outcome.seconds}});
  if (!outcome.taught) return object;
  object.pop_back();
  const std::string taught = JsonObject({{"name", outcome.name},
                                         {"learnt", tally.count(kLearnt)},
                                         {"known", known},
                                         {"failed", tally.failed()},
                                         {"failedByCode", JsonText{JsonCounts(tally.failures())}}});
  return absl::StrCat(object, ",", taught.substr(1));
}

std::string_view MeaningOf(const std::string& kind) {
  if (kind == "CUT") return "a field was too long and was cut";
  if (kind == "DROPPED") return "an invalid address, link or time was left out";
  if (kind == "COMPLETED") return "a link got its http://";
  return "control characters or bad bytes were replaced";
}

}  // namespace

std::vector<std::string> ImportWarnings(importing::ArchiveFormat format,
                                        const importing::ImportReport& report) {
  constexpr const char* kNeed =
      "The classifier learns a site from comments of both classes, 20 of each at least: until then "
      "it "
      "has its starter model, and without that everything waits for a moderator.";
  std::vector<std::string> warnings;
  if (report.rows == 0) warnings.emplace_back("There are no comments in it.");
  if (report.taken == 0) return warnings;
  if (report.spam == 0) {
    warnings.push_back(
        absl::StrCat("There is no spam in it: ", std::string(importing::WhyNoSpam(format)), ". ",
                     kNeed, " Import spam from elsewhere too, or let moderators mark what comes."));
  }
  if (report.ham == 0) {
    warnings.push_back(absl::StrCat("There are no good comments in it. ", kNeed,
                                    " Import comments that you published too."));
  }
  return warnings;
}

void PrintImport(Context& context, const ImportOutcome& outcome, std::ostream& told) {
  if (context.json()) {
    told << JsonOf(outcome) << "\n";
    return;
  }
  const importing::ImportReport& report = outcome.report;
  const double rate = outcome.seconds > 0 ? static_cast<double>(report.rows) / outcome.seconds : 0;
  told << report.rows << " rows in "
       << absl::StrFormat("%.1f s (%.0f a second)", outcome.seconds, rate) << "\n"
       << "  " << report.taken << " taken: " << report.spam << " spam, " << report.ham << " ham, "
       << report.unlabelled << " unlabelled\n";
  if (report.duplicates > 0) {
    told << "  " << report.duplicates << " duplicates within the file\n";
  }
  for (const auto& [reason, count] : report.skipped) {
    told << "  " << count << " skipped: " << reason << "\n";
  }
  if (!report.unread.empty()) {
    told << "  not read: " << absl::StrJoin(report.unread, ", ") << "\n";
  }
  for (const auto& [kind, count] : report.repaired) {
    told << "  " << count << " mended: " << MeaningOf(kind) << "\n";
  }
  if (outcome.taught) {
    told << "The server learnt " << outcome.tally.count(kLearnt) << " as import " << outcome.name
         << " and knew " << outcome.tally.count(kKnownAlready) << " already";
    if (outcome.tally.failed() > 0) told << "; " << outcome.tally.failed() << " failed";
    told << "\n";
    for (const auto& [code, count] : outcome.tally.failures()) {
      told << "  " << count << " failed: " << code << "\n";
    }
  }
  for (const std::string& warning : WarningsOf(outcome)) {
    told << context.style.Yellow("warning: ") << warning << "\n";
  }
}

}  // namespace replyguard::service::cli
