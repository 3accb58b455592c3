// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Archives of comments, read row by row in constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/import/archive_stream.h"
#include "storage/enums.h"
#include "storage/submission.h"

namespace replyguard::service::importing {

enum class ArchiveFormat {
  kWxr,            // "wxr": WordPress's own export, XML
  kWpCommentsCsv,  // "wp-comments-csv": its table wp_comments
  kDisqus,         // "disqus": XML
  kJsonLines,      // "jsonl": one object a line
  kCsv,            // "csv": a first row of names
  kTgSpam,         // "tg-spam": a file of one class, or the JSON of GET /samples
  kIsso,           // "isso": generic JSON, or sqlite3 -json of its table
  kRemark42,       // "remark42": backup, JSON lines
};
// Nothing for anything but the names above.
std::optional<ArchiveFormat> ArchiveFormatOf(std::string_view name);
std::string_view ArchiveFormatName(ArchiveFormat format);

// Bounds on what one archive may ask for. A longer field is kept up to its bound and cut.
inline constexpr std::size_t kFieldBytesMax = 256 * 1024;
inline constexpr std::size_t kRecordBytesMax = 1024 * 1024;  // of CSV, of a JSON value, of a tag
inline constexpr std::size_t kDepthMax = 64;                 // elements or brackets in each other
inline constexpr std::size_t kColumnsMax = 256;              // of CSV
inline constexpr std::size_t kUnreadNamesMax = 32;           // that are told

// Why a row is not taken.
namespace skip {
inline constexpr std::string_view kMalformed = "malformed";
inline constexpr std::string_view kTooLong = "too_long";   // a line over its bound
inline constexpr std::string_view kEmpty = "empty";        // nothing to read in it
inline constexpr std::string_view kDeleted = "deleted";    // a tombstone
inline constexpr std::string_view kPingback = "pingback";  // written by a program
inline constexpr std::string_view kTrackback = "trackback";
inline constexpr std::string_view kOtherType = "other_type";  // a note of a shop, and the like
// A label, but none that there is: to take it for none would lose what somebody meant.
inline constexpr std::string_view kLabelUnknown = "label_not_understood";
}  // namespace skip

// One comment as the archive has it: raw, unmasked, unvalidated. Moves, like its submission.
struct Row {
  std::int64_t line = 0;  // where it begins, from 1
  std::string id;         // the archive's own; empty when it has none
  storage::LabelClass label = storage::LabelClass::kNone;
  storage::Submission submission;
  // One of skip:: when it is no comment to take; the rest means nothing then.
  std::string_view skip;
  // For kMalformed, kTooLong and kLabelUnknown: what is wrong with it, never its content.
  std::string fault;
};

// Rows of one archive. One thread.
class Source {
 public:
  virtual ~Source() = default;
  // The next row, or nothing at the end. INVALID_ARGUMENT (not what it should be, hostile) and
  // DATA_LOSS (cut off) name the line or row and what is wrong, never its content; the rows before
  // were good, and there are none after.
  virtual absl::StatusOr<std::optional<Row>> Next() = 0;
  // Names of the fields or columns that were there so far and mean nothing here, of our own
  // formats: at most kUnreadNamesMax, such as can be printed.
  virtual const std::set<std::string>& unread() const {
    static const std::set<std::string> kNone;
    return kNone;
  }
};

struct SourceOptions {
  // Of rows that do not say themselves what they are: tg-spam's text files. Absent: they must say.
  std::optional<storage::LabelClass> label;
};

// `archive` outlives the source. INVALID_ARGUMENT when its beginning is plainly something else.
absl::StatusOr<std::unique_ptr<Source>> OpenSource(ArchiveFormat format, ArchiveStream& archive,
                                                   const SourceOptions& options);

}  // namespace replyguard::service::importing
