// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/client/work_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "service/cli/frame/settings_source.h"

namespace replyguard::service::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLeasesFile = "leases";
constexpr const char* kDecisionFile = "last-decision";
constexpr std::size_t kFileBytesMax = 64 * 1024;

std::string FolderFrom(const std::function<std::string(const char*)>& environment) {
  if (const std::string state = environment("XDG_STATE_HOME"); !state.empty()) {
    return state + "/replyguard";
  }
  const std::string home = environment("HOME");
  return home.empty() ? "" : home + "/.local/state/replyguard";
}

std::error_code LastError() { return {errno, std::generic_category()}; }

absl::Status CannotWrite(const std::string& path, const std::error_code& why) {
  return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", why.message()));
}

}  // namespace

WorkState::WorkState(const std::function<std::string(const char*)>& environment, std::string server)
    : folder_(FolderFrom(environment)), server_(std::move(server)) {}

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
  if (folder_.empty()) return absl::UnavailableError("there is no home folder to remember in");
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return CannotWrite(folder_, error);
  std::string text;
  for (const auto& row : rows)
    absl::StrAppend(&text, server_, "\t", absl::StrJoin(row, "\t"), "\n");

  const std::string path = folder_ + "/" + file;
  const std::string draft = absl::StrCat(path, ".", getpid());
  const int out = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return CannotWrite(draft, LastError());
  const bool written = write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = close(out) == 0;
  if (!written || !closed || std::rename(draft.c_str(), path.c_str()) != 0) {
    const std::error_code why = LastError();
    unlink(draft.c_str());
    return CannotWrite(path, why);
  }
  return absl::OkStatus();
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
