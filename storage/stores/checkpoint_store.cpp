// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/checkpoint_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

// Whether c is of the log, as far as marks tell.
#define RG_FITS                                                                              \
  "c.position <= (SELECT h.position FROM replyguard.label_head h) AND NOT EXISTS (SELECT 1 " \
  "FROM replyguard.labels l WHERE l.position = c.position AND l.mark <> c.mark)"

constexpr Statement kOfTheLog{
    "checkpoint_of_the_log",
    "SELECT EXISTS (SELECT 1 FROM replyguard.labels l WHERE l.position = $1::bigint AND "
    "coalesce(l.mark = $2::uuid, true))"};

constexpr Statement kPut{
    "checkpoint_put",
    "INSERT INTO replyguard.checkpoints (position, extractor_version, starter, generation, epoch, "
    "checksum, bytes, checked, mark) VALUES ($1::bigint, $2::integer, $3::bigint, $4::bigint, "
    "$5::bigint, $6::text, $7::bytea, true, $8::uuid) "
    "ON CONFLICT ON CONSTRAINT checkpoints_of_a_model DO NOTHING RETURNING checkpoint_id"};

// Blanking has it alone, and then deletes what still holds the text.
constexpr Statement kLockBlanking{"checkpoint_lock",
                                  "SELECT pg_advisory_xact_lock_shared(7310861220470394184)"};

// Samples whose text is blanked, of which a model that ends here has seen the lesson and not the
// retraction. It may have read it blank.
constexpr Statement kBlanked{
    "checkpoint_blanked",
    "SELECT DISTINCT l.site_id, l.sample_id FROM replyguard.label_erasures e JOIN "
    "replyguard.labels l ON l.site_id = e.site_id AND l.sample_id = e.sample_id AND l.position <= "
    "$1::bigint WHERE e.position > $1::bigint AND l.erased"};

constexpr Statement kList{
    "checkpoint_list",
    "SELECT checkpoint_id, position, extractor_version, starter, generation, epoch, "
    "octet_length(bytes), checksum, " RG_US(
        "created_at") ", mark, " RG_FITS
                      " FROM replyguard.checkpoints c WHERE extractor_version = $1::integer "
                      "AND starter = $2::bigint AND generation = $3::bigint "
                      "ORDER BY position DESC, epoch DESC LIMIT $4::bigint"};

constexpr Statement kNewestKind{
    "checkpoint_newest",
    "SELECT extractor_version, starter, generation FROM replyguard.checkpoints "
    "ORDER BY checkpoint_id DESC LIMIT 1"};

constexpr Statement kReadPiece{"checkpoint_read",
                               "SELECT substring(bytes FROM $2::integer FOR $3::integer) "
                               "FROM replyguard.checkpoints WHERE checkpoint_id = $1::bigint"};

constexpr Statement kPrune{
    "checkpoint_prune",
    "DELETE FROM replyguard.checkpoints WHERE checkpoint_id IN (SELECT p.checkpoint_id FROM "
    "(SELECT c.checkpoint_id, f.fits, row_number() OVER (ORDER BY f.fits DESC, c.position DESC, "
    "c.epoch DESC) AS place FROM replyguard.checkpoints c, LATERAL (SELECT " RG_FITS
    " AS fits) f WHERE c.extractor_version = $1::integer AND c.starter = $2::bigint "
    "AND c.generation = $3::bigint) p WHERE NOT p.fits OR p.place > $4::bigint)"};

constexpr std::int32_t kPieceBytes = 16 * 1024 * 1024;

CheckpointKind KindAt(const pqxx::row& row, pqxx::row::size_type at) {
  return {row[at].as<std::int32_t>(), row[at + 1].as<std::int64_t>(),
          row[at + 2].as<std::int64_t>()};
}

}  // namespace

std::optional<std::string> ReadInPieces(Tx& tx, const Statement& read, std::int64_t row) {
  std::string bytes;
  for (;;) {
    const auto from = static_cast<std::int64_t>(bytes.size()) + 1;
    const pqxx::result rows = tx.Exec(read, row, from, kPieceBytes);
    if (rows.empty()) return std::nullopt;
    const std::string piece = BytesAt(rows[0][0]);
    bytes += piece;
    if (piece.size() < static_cast<std::size_t>(kPieceBytes)) return bytes;
  }
}

absl::StatusOr<std::int64_t> PostgresCheckpointStore::Put(const CheckpointInfo& info,
                                                          std::string_view bytes,
                                                          const Holds& holds, Deadline deadline) {
  if (bytes.size() > kCheckpointBytesMax)
    return absl::InvalidArgumentError("the checkpoint is too large");
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
    // A connection leads to one database, and marks never change.
    if (info.mark && !tx.Exec(kOfTheLog, info.position, Id(*info.mark))[0][0].as<bool>()) {
      return absl::AbortedError("the checkpoint is of another label log");
    }
    const pqxx::result rows = tx.Exec(kPut, info.position, info.kind.extractor_version,
                                      info.kind.starter, info.kind.generation, info.epoch,
                                      Text(info.checksum), Bytes(bytes), OptId(info.mark));
    // Servers of one database store the same ones: no fault, and nothing to warn of.
    if (rows.empty()) return absl::AlreadyExistsError("the checkpoint is stored already");
    tx.Exec(kLockBlanking);
    for (const auto& row : tx.Exec(kBlanked, info.position)) {
      if (holds && holds(row[0].as<SiteId>(), TextAt(row[1]))) {
        return absl::AbortedError("the model holds a text that was erased meanwhile");
      }
    }
    return rows[0][0].as<std::int64_t>();
  });
}

absl::StatusOr<std::vector<CheckpointInfo>> PostgresCheckpointStore::List(
    const CheckpointKind& kind, std::int32_t limit, Deadline deadline) {
  return RunTransaction(
      pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<CheckpointInfo>> {
        std::vector<CheckpointInfo> out;
        for (const auto& row : tx.Exec(kList, kind.extractor_version, kind.starter, kind.generation,
                                       std::clamp(limit, 1, 1000))) {
          CheckpointInfo info;
          info.checkpoint_id = row[0].as<std::int64_t>();
          info.position = row[1].as<std::int64_t>();
          info.kind = KindAt(row, 2);
          info.epoch = row[5].as<std::int64_t>();
          info.size_bytes = row[6].as<std::int64_t>();
          info.checksum = TextAt(row[7]);
          info.created_at = TimeAt(row[8]);
          info.mark = OptUuidAt(row[9]);
          info.fits = row[10].as<bool>();
          out.push_back(std::move(info));
        }
        return out;
      });
}

absl::StatusOr<CheckpointKind> PostgresCheckpointStore::NewestKind(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<CheckpointKind> {
    const pqxx::result rows = tx.Exec(kNewestKind);
    if (rows.empty()) return absl::NotFoundError("there is no checkpoint");
    return KindAt(rows[0], 0);
  });
}

absl::StatusOr<std::string> PostgresCheckpointStore::ReadBytes(std::int64_t checkpoint_id,
                                                               Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::string> {
    auto bytes = ReadInPieces(tx, kReadPiece, checkpoint_id);
    if (!bytes) return absl::NotFoundError("there is no such checkpoint");
    return *std::move(bytes);
  });
}

absl::StatusOr<std::int64_t> PostgresCheckpointStore::Prune(const CheckpointKind& kind,
                                                            std::int32_t keep, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
    return static_cast<std::int64_t>(
        tx.Exec(kPrune, kind.extractor_version, kind.starter, kind.generation, std::max(keep, 1))
            .affected_rows());
  });
}

}  // namespace replyguard::storage
