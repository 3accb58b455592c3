// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/source.h"

#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "import/sources.h"

namespace replyguard::service::importing {
namespace {

constexpr std::array<std::pair<std::string_view, ArchiveFormat>, 8> kFormats = {{
    {"wxr", ArchiveFormat::kWxr},
    {"wp-comments-csv", ArchiveFormat::kWpCommentsCsv},
    {"disqus", ArchiveFormat::kDisqus},
    {"jsonl", ArchiveFormat::kJsonLines},
    {"csv", ArchiveFormat::kCsv},
    {"tg-spam", ArchiveFormat::kTgSpam},
    {"isso", ArchiveFormat::kIsso},
    {"remark42", ArchiveFormat::kRemark42},
}};

bool IsXml(ArchiveFormat format) {
  return format == ArchiveFormat::kWxr || format == ArchiveFormat::kDisqus;
}

// What the archive is instead of text; empty when it may be text.
std::string_view OtherThanText(std::string_view begin, ArchiveFormat format) {
  if (begin.starts_with("PK\x03\x04")) return "is a ZIP archive: unpack it first";
  if (begin.starts_with("SQLite format 3")) {
    return "is an SQLite database: give what sqlite3 -json FILE 'SELECT * FROM comments' prints";
  }
  if (!IsXml(format) && (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF"))) {
    return "is UTF-16: save it as UTF-8";
  }
  return {};
}

std::string_view WithoutBlanks(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? std::string_view() : text.substr(at);
}

}  // namespace

std::optional<ArchiveFormat> ArchiveFormatOf(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

std::string_view ArchiveFormatName(ArchiveFormat format) {
  for (const auto& [name, known] : kFormats) {
    if (known == format) return name;
  }
  return {};
}

absl::StatusOr<std::unique_ptr<Source>> OpenSource(ArchiveFormat format, ArchiveStream& archive,
                                                   const SourceOptions& options) {
  const std::string_view ahead = archive.Ahead();
  if (const std::string_view other = OtherThanText(ahead, format); !other.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("it ", std::string(other)));
  }
  switch (format) {
    case ArchiveFormat::kWxr:
      return MakeWxrSource(archive);
    case ArchiveFormat::kWpCommentsCsv:
      return MakeWpCommentsCsvSource(archive);
    case ArchiveFormat::kDisqus:
      return MakeDisqusSource(archive);
    case ArchiveFormat::kJsonLines:
      return MakeJsonLinesSource(archive);
    case ArchiveFormat::kCsv:
      return MakeCsvSource(archive);
    case ArchiveFormat::kTgSpam:
      if (WithoutBlanks(ahead).starts_with("{\"")) return MakeTgSpamJsonSource(archive);
      if (options.label) return MakeTgSpamTextSource(archive, *options.label);
      return absl::InvalidArgumentError(
          "whether its lines are spam or ham must be said: --label spam or --label ham");
    case ArchiveFormat::kIsso:
      return MakeIssoSource(archive);
    case ArchiveFormat::kRemark42:
      return MakeRemark42Source(archive);
  }
  return absl::InternalError("no such format");
}

}  // namespace replyguard::service::importing
