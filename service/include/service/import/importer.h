// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Archived comments on their way in: mended, masked, told apart, counted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/import/source.h"
#include "service/validation/submission.h"
#include "storage/author_keyring.h"
#include "storage/enums.h"
#include "storage/submission.h"

namespace replyguard::service::importing {

// So many ids are remembered to find duplicates within one archive, in about 80 MB at most. Beyond
// them rows are taken unseen: a server refuses a second example of one id anyway.
inline constexpr std::size_t kIdsRememberedMax = std::size_t{4} * 1024 * 1024;

// What became of the rows so far. rows = taken + duplicates + all of skipped; taken = spam + ham +
// unlabelled.
struct ImportReport {
  std::int64_t rows = 0;
  std::int64_t taken = 0;
  std::int64_t duplicates = 0;                  // within the archive
  std::map<std::string, std::int64_t> skipped;  // by reason, skip::
  std::int64_t spam = 0;
  std::int64_t ham = 0;
  std::int64_t unlabelled = 0;
  // Rows in which something was mended, by validation::RepairKindName: a row may count in several.
  std::map<std::string, std::int64_t> repaired;
  // Source::unread(), at the end.
  std::set<std::string> unread;
};

// One comment to take.
struct Imported {
  std::int64_t line = 0;
  // Tells it from others, and is the same whenever it is imported again: 1 to 128 bytes of visible
  // ASCII, no address in it. Of our own formats it is the row's own id; of the others the archive's
  // id with the content's digest, as two blogs count from 1 alike; without an id, the digest.
  std::string external_id;
  storage::LabelClass label = storage::LabelClass::kNone;
  // Mended, so that a server refuses none of it. Raw: for the server's eyes, which masks it.
  storage::Submission submission;
  // Masked, as one line of JSON (without the newline) that evaluate, train and learn read.
  std::string json_line;
};

class Importer {
 public:
  // Tells what is wrong with a row that is skipped for it.
  using OnFault = std::function<void(std::int64_t line, std::string_view fault)>;

  // `archive` outlives the importer. `now` bounds the comments' times.
  static absl::StatusOr<Importer> Open(ArchiveFormat format, ArchiveStream& archive,
                                       const SourceOptions& options, validation::Time now,
                                       OnFault on_fault);

  // The next comment to take, or nothing at the end. Errors are those of Source::Next(); DATA_LOSS
  // also when compressed data are cut off. The report counts what came before.
  absl::StatusOr<std::optional<Imported>> Next();

  const ImportReport& report() const { return report_; }

  ~Importer();
  Importer(Importer&&) noexcept;
  Importer& operator=(Importer&&) noexcept;

 private:
  class Ids;
  Importer(ArchiveFormat format, ArchiveStream& archive, std::unique_ptr<Source> source,
           storage::AuthorKeyring keyring, validation::Time now, OnFault on_fault);

  // Nothing when it is not to be taken, which is counted.
  std::optional<Imported> Take(Row row);
  void Skip(std::string_view reason);

  ArchiveFormat format_;
  ArchiveStream* archive_;
  std::unique_ptr<Source> source_;
  storage::AuthorKeyring keyring_;
  validation::Time now_;
  OnFault on_fault_;
  std::unique_ptr<Ids> ids_;
  ImportReport report_;
};

// Whether archives of this format hold spam at all when nobody labelled it elsewhere; why not, in
// words, or empty.
std::string_view WhyNoSpam(ArchiveFormat format);

}  // namespace replyguard::service::importing
