// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "fuzz/import/import_fuzz.h"
#include "service/import/importer.h"
#include "service/validation/formats.h"
#include "service/validation/submission.h"
#include "service/validation/text.h"

namespace {

namespace importing = replyguard::service::importing;
namespace validation = replyguard::service::validation;

const validation::Time kNow{std::chrono::seconds(1'800'000'000)};

void Require(bool fine) {
  if (!fine) std::abort();
}

void RequireGood(importing::Imported& one) {
  Require(validation::IsRequestId(one.external_id));
  Require(validation::IsValidUtf8(one.json_line));
  Require(one.json_line.find('\n') == std::string::npos);
  const validation::SiteForm form{.author_name = false, .author_email = false};
  for (const auto& violation : validation::Validate(one.submission, form, kNow).List()) {
    Require(violation.field == "submission.thread");  // an example goes nowhere
  }
}

}  // namespace

int FuzzImport(importing::ArchiveFormat format,
               std::optional<replyguard::storage::LabelClass> label, const std::uint8_t* data,
               std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  importing::ArchiveStream archive(in);
  auto importer = importing::Importer::Open(
      format, archive, {label}, kNow, [](std::int64_t line, std::string_view fault) {
        Require(line > 0 && !fault.empty() && fault.size() < 200);
      });
  if (!importer.ok()) return 0;
  std::int64_t taken = 0;
  while (true) {
    auto next = importer->Next();
    Require(next.ok() || next.status().message().size() < 200);
    if (!next.ok() || !*next) break;
    RequireGood(**next);
    ++taken;
  }
  const importing::ImportReport& report = importer->report();
  std::int64_t skipped = 0;
  for (const auto& [reason, count] : report.skipped) skipped += count;
  Require(report.taken == taken && report.taken == report.spam + report.ham + report.unlabelled);
  Require(report.rows == report.taken + report.duplicates + skipped);
  return 0;
}
