// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/import/importer.h"

#include <sodium.h>

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "import/json_line.h"
#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/text.h"
#include "storage/masked_comment.h"
#include "storage/masking.h"

namespace replyguard::service::importing {
namespace {

using storage::LabelClass;
using storage::MaskedComment;

// BLAKE2b of texts, each with its length, so that no two lists of texts read the same.
class Digest {
 public:
  template <std::size_t kBytes>
  static std::array<unsigned char, kBytes> Of(std::initializer_list<std::string_view> texts) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, kBytes);
    for (const std::string_view text : texts) {
      const std::string length = absl::StrCat(text.size(), ":");
      Add(state, length);
      Add(state, text);
    }
    std::array<unsigned char, kBytes> digest{};
    crypto_generichash_final(&state, digest.data(), digest.size());
    return digest;
  }

  template <std::size_t kBytes>
  static std::string HexOf(std::initializer_list<std::string_view> texts) {
    const auto digest = Of<kBytes>(texts);
    std::string text(2 * kBytes + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    text.pop_back();
    return text;
  }

 private:
  static void Add(crypto_generichash_state& state, std::string_view text) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
  }
};

// The hashes of this key reach nobody: they are not written, and end with the process.
absl::StatusOr<storage::AuthorKeyring> FreshKeyring() {
  storage::AuthorKeyring::KeyBytes bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return storage::AuthorKeyring::Create(1, {{1, bytes}});
}

storage::Submission CopyOf(const storage::Submission& from) {
  storage::Submission to;
  to.author_name = from.author_name;
  to.author_email = storage::SecretText(from.author_email.Reveal());
  to.author_url = from.author_url;
  to.body = from.body;
  to.author_ip = storage::SecretText(from.author_ip.Reveal());
  to.user_agent = from.user_agent;
  to.referrer = from.referrer;
  to.language = from.language;
  to.honeypot = from.honeypot;
  to.form_fill_time = from.form_fill_time;
  to.submit_time = from.submit_time;
  to.thread_uri = from.thread_uri;
  to.thread_publish_time = from.thread_publish_time;
  return to;
}

bool IsOwn(ArchiveFormat format) {
  return format == ArchiveFormat::kJsonLines || format == ArchiveFormat::kCsv;
}

// What ids of one system begin with; its exports share them.
std::string_view SystemOf(ArchiveFormat format) {
  return format == ArchiveFormat::kWxr || format == ArchiveFormat::kWpCommentsCsv
             ? "wp"
             : ArchiveFormatName(format);
}

// An id of an archive in a form that a server takes; empty when it cannot be used, as when an
// address stands in it.
std::string UsableId(const std::string& id, std::size_t bytes_max) {
  constexpr std::size_t kDigestBytes = 16;
  if (id.empty() || storage::MaskText(id).changed()) return {};
  if (id.size() <= bytes_max && validation::IsRequestId(id)) return id;
  return "h:" + Digest::HexOf<kDigestBytes>({id});
}

// Made of masked texts only, so that it says nothing of an address.
template <std::size_t kBytes>
std::string ContentDigest(const MaskedComment& comment) {
  return Digest::HexOf<kBytes>({comment.author_name(), comment.body()});
}

std::string FullDigest(const MaskedComment& comment) {
  constexpr std::size_t kDigestBytes = 16;
  const auto time = comment.submit_time();
  return Digest::HexOf<kDigestBytes>(
      {comment.author_name(), comment.email_masked(), comment.author_url(), comment.body(),
       time ? std::string(absl::StrCat(time->time_since_epoch().count())) : std::string()});
}

}  // namespace

// The ids of one archive, each as 64 bits of its digest.
class Importer::Ids {
 public:
  // Whether it is new, as far as can be told.
  bool Insert(std::string_view id) {
    const auto digest = Digest::Of<crypto_generichash_BYTES_MIN>({id});
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < sizeof(key); ++i) key = key << 8U | digest[i];
    if (seen_.size() >= kIdsRememberedMax) return !seen_.contains(key);
    return seen_.insert(key).second;
  }

 private:
  absl::flat_hash_set<std::uint64_t> seen_;
};

Importer::Importer(ArchiveFormat format, ArchiveStream& archive, std::unique_ptr<Source> source,
                   storage::AuthorKeyring keyring, validation::Time now, OnFault on_fault)
    : format_(format),
      archive_(&archive),
      source_(std::move(source)),
      keyring_(std::move(keyring)),
      now_(now),
      on_fault_(std::move(on_fault)),
      ids_(std::make_unique<Ids>()) {}
Importer::~Importer() = default;
Importer::Importer(Importer&&) noexcept = default;
Importer& Importer::operator=(Importer&&) noexcept = default;

absl::StatusOr<Importer> Importer::Open(ArchiveFormat format, ArchiveStream& archive,
                                        const SourceOptions& options, validation::Time now,
                                        OnFault on_fault) {
  auto source = OpenSource(format, archive, options);
  if (!source.ok()) return source.status();
  auto keyring = FreshKeyring();
  if (!keyring.ok()) return keyring.status();
  return Importer(format, archive, *std::move(source), *std::move(keyring), now,
                  std::move(on_fault));
}

absl::StatusOr<std::optional<Imported>> Importer::Next() {
  while (source_ != nullptr) {
    auto row = source_->Next();
    if (!row.ok() || !*row) {
      report_.unread = source_->unread();
      source_.reset();
      // Compressed data that end early explain why the rest is not whole.
      if (!archive_->error().empty()) return absl::DataLossError("it " + archive_->error());
      if (!row.ok()) return row.status();
      break;
    }
    ++report_.rows;
    if (auto taken = Take(**std::move(row))) return taken;
  }
  return std::optional<Imported>();
}

void Importer::Skip(std::string_view reason) { ++report_.skipped[std::string(reason)]; }

std::optional<Imported> Importer::Take(Row row) {
  if (!row.fault.empty()) on_fault_(row.line, row.fault);
  if (!row.skip.empty()) {
    Skip(row.skip);
    return std::nullopt;
  }
  const std::vector<validation::RepairNote> notes = validation::Repair(row.submission, now_);
  if (validation::IsBlank(row.submission.body)) {
    Skip(skip::kEmpty);
    return std::nullopt;
  }
  const MaskedComment masked = storage::Mask(CopyOf(row.submission), keyring_);
  constexpr std::size_t kIdBesideDigestBytesMax = 64;
  const std::string own_id =
      UsableId(row.id, IsOwn(format_) ? validation::kRequestIdBytesMax : kIdBesideDigestBytesMax);
  const std::string digest = own_id.empty() ? "c:" + FullDigest(masked) : std::string();
  if (!ids_->Insert(own_id.empty() ? digest : own_id)) {
    ++report_.duplicates;
    return std::nullopt;
  }
  constexpr std::size_t kDigestBytes = crypto_generichash_BYTES_MIN;
  Imported imported;
  imported.line = row.line;
  imported.label = row.label;
  imported.external_id = digest;
  if (!own_id.empty()) {
    imported.external_id = IsOwn(format_) ? own_id
                                          : std::string(SystemOf(format_)) + ":" + own_id + ":" +
                                                ContentDigest<kDigestBytes>(masked);
  }
  imported.json_line = JsonLineOf(imported.external_id, row.label, masked, notes);
  imported.submission = std::move(row.submission);

  ++report_.taken;
  ++(row.label == LabelClass::kSpam  ? report_.spam
     : row.label == LabelClass::kHam ? report_.ham
                                     : report_.unlabelled);
  std::set<std::string> kinds;
  for (const auto& note : notes) kinds.emplace(validation::RepairKindName(note.kind));
  for (const std::string& kind : kinds) ++report_.repaired[kind];
  return imported;
}

std::string_view WhyNoSpam(ArchiveFormat format) {
  switch (format) {
    case ArchiveFormat::kWxr:
      return "WordPress leaves spam out of its export; a CSV of its table wp_comments has it "
             "(--from wp-comments-csv)";
    case ArchiveFormat::kDisqus:
      return "none of its posts says isSpam";
    case ArchiveFormat::kIsso:
      return "Isso keeps none";
    case ArchiveFormat::kRemark42:
      return "Remark42 keeps none";
    case ArchiveFormat::kWpCommentsCsv:
    case ArchiveFormat::kJsonLines:
    case ArchiveFormat::kCsv:
    case ArchiveFormat::kTgSpam:
      return "none of its rows says so";
  }
  return {};
}

}  // namespace replyguard::service::importing
