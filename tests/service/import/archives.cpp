// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/archives.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace replyguard::service::importing {

std::string Outcome::Shown() const {
  std::string shown(status.message());
  for (const std::string& fault : faults) shown += "\n" + fault;
  for (const Imported& one : taken) shown += "\n" + one.external_id + "\n" + one.json_line;
  return shown;
}

Outcome Import(ArchiveFormat format, std::istream& in, std::optional<storage::LabelClass> label) {
  Outcome outcome;
  ArchiveStream archive(in);
  auto importer = Importer::Open(
      format, archive, {label}, validation::Time{std::chrono::seconds(1'800'000'000)},
      [&](std::int64_t line, std::string_view fault) {
        outcome.faults.push_back("line " + std::to_string(line) + ": " + std::string(fault));
      });
  outcome.status = importer.status();
  if (!importer.ok()) return outcome;
  while (true) {
    auto next = importer->Next();
    outcome.status = next.status();
    if (!next.ok() || !*next) break;
    outcome.taken.push_back(**std::move(next));
  }
  outcome.report = importer->report();
  return outcome;
}

Outcome ImportText(ArchiveFormat format, const std::string& text,
                   std::optional<storage::LabelClass> label) {
  std::istringstream in(text);
  return Import(format, in, label);
}

const std::vector<Fixture>& AllFixtures() {
  static const std::vector<Fixture> kFixtures = {
      {"blog.wxr.xml", ArchiveFormat::kWxr},
      {"blog.wp-comments.csv", ArchiveFormat::kWpCommentsCsv},
      {"forum.disqus.xml", ArchiveFormat::kDisqus},
      {"spam-samples.txt", ArchiveFormat::kTgSpam, storage::LabelClass::kSpam},
      {"samples.tg-spam.json", ArchiveFormat::kTgSpam, storage::LabelClass::kHam},
      {"isso.json", ArchiveFormat::kIsso},
      {"isso-table.json", ArchiveFormat::kIsso},
      {"backup.remark42.jsonl", ArchiveFormat::kRemark42},
      {"comments.csv", ArchiveFormat::kCsv},
      {"comments.jsonl", ArchiveFormat::kJsonLines}};
  return kFixtures;
}

std::string TextOf(const Fixture& fixture) {
  std::ifstream in(std::filesystem::path(REPLYGUARD_IMPORT_FIXTURES) / fixture.file,
                   std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

MadeStream::int_type MadeStream::underflow() {
  if (gptr() == egptr()) {
    piece_ = next_();
    setg(piece_.data(), piece_.data(), piece_.data() + piece_.size());
  }
  return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
}

std::function<std::string()> Repeated(std::string begin, std::string piece, std::int64_t count,
                                      std::string end) {
  return [=, at = std::int64_t{-1}]() mutable -> std::string {
    ++at;
    if (at == 0) return begin;
    if (at <= count) return piece;
    return at == count + 1 ? end : std::string();
  };
}

}  // namespace replyguard::service::importing
