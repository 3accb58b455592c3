// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/client/work_state.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "service/cli/client/state_files.h"
#include "service/cli/frame/settings_source.h"

namespace replyguard::service::cli {
namespace {

constexpr const char* kLeasesFile = "leases";
constexpr const char* kDecisionFile = "last-decision";
constexpr std::size_t kFileBytesMax = 64 * 1024;

}  // namespace

WorkState::WorkState(const std::function<std::string(const char*)>& environment, std::string server)
    : folder_(StateFolder(environment)), server_(std::move(server)) {}

std::vector<std::vector<std::string>> WorkState::Read(const std::string& file) const {
  std::vector<std::vector<std::string>> rows;
  if (folder_.empty()) return rows;
  const auto text = ReadSmallFile(folder_ + "/" + file, kFileBytesMax);
  if (!text.ok()) return rows;
  for (const absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    std::vector<std::string> row = absl::StrSplit(line, '\t');
    if (row.front() != server_) continue;
    row.erase(row.begin());
    rows.push_back(std::move(row));
  }
  return rows;
}

absl::Status WorkState::Write(const std::string& file,
                              const std::vector<std::vector<std::string>>& rows) const {
  std::string text;
  for (const auto& row : rows)
    absl::StrAppend(&text, server_, "\t", absl::StrJoin(row, "\t"), "\n");

  return WriteStateFile(folder_, file, text);
}

std::vector<WorkState::Held> WorkState::Leases() const {
  std::vector<Held> held;
  for (const auto& row : Read(kLeasesFile)) {
    if (row.size() == 3) held.push_back({row[0], row[1], row[2]});
  }
  return held;
}

std::string WorkState::LastDecision() const {
  const auto rows = Read(kDecisionFile);
  return rows.empty() || rows.front().empty() ? "" : rows.front().front();
}

absl::Status WorkState::SaveLeases(const std::vector<Held>& held) const {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(held.size());
  for (const Held& one : held) rows.push_back({one.comment, one.lease_token, one.etag});
  return Write(kLeasesFile, rows);
}

absl::Status WorkState::SaveDecision(const std::string& decision) const {
  std::vector<std::vector<std::string>> rows;
  if (!decision.empty()) rows.push_back({decision});
  return Write(kDecisionFile, rows);
}

}  // namespace replyguard::service::cli
