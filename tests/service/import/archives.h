// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <streambuf>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/import/importer.h"

// Archives for tests, and what comes of them.
namespace replyguard::service::importing {

struct Outcome {
  std::vector<Imported> taken;
  ImportReport report;
  absl::Status status;              // the end, or why it came early
  std::vector<std::string> faults;  // "line N: ..." of rows that were skipped

  // Everything that may be written or printed.
  std::string Shown() const;
};

Outcome Import(ArchiveFormat format, std::istream& in,
               std::optional<storage::LabelClass> label = std::nullopt);
Outcome ImportText(ArchiveFormat format, const std::string& text,
                   std::optional<storage::LabelClass> label = std::nullopt);

struct Fixture {
  const char* file;
  ArchiveFormat format;
  std::optional<storage::LabelClass> label = std::nullopt;
};
const std::vector<Fixture>& AllFixtures();
std::string TextOf(const Fixture& fixture);

// Bytes that are made as they are read: `next` answers the next piece, an empty one at the end.
class MadeStream : public std::streambuf {
 public:
  explicit MadeStream(std::function<std::string()> next) : next_(std::move(next)) {}

 protected:
  int_type underflow() override;

 private:
  std::function<std::string()> next_;
  std::string piece_;
};

// `begin`, then `count` times `piece`, then `end`.
std::function<std::string()> Repeated(std::string begin, std::string piece, std::int64_t count,
                                      std::string end);

}  // namespace replyguard::service::importing
