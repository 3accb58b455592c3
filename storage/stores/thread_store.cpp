// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/thread_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/outbox.h"

namespace replyguard::storage {
namespace {

constexpr Statement kGet{"thread_get", "SELECT " RG_THREAD_COLUMNS
                                       " FROM replyguard.threads t WHERE t.site_id = $1::bigint "
                                       "AND t.thread_key = $2::text"};

constexpr Statement kLock{"thread_lock", "SELECT " RG_THREAD_COLUMNS
                                         " FROM replyguard.threads t WHERE t.site_id = $1::bigint "
                                         "AND t.thread_key = $2::text FOR UPDATE"};

constexpr Statement kList{"thread_list",
                          "SELECT " RG_THREAD_COLUMNS
                          " FROM replyguard.threads t WHERE t.site_id = $1::bigint "
                          "AND t.thread_key > $2::text ORDER BY t.thread_key LIMIT $3::bigint"};

constexpr Statement kCreate{"thread_create",
                            "INSERT INTO replyguard.threads (site_id, thread_id, thread_key, uri, "
                            "title, state, created_at) "
                            "VALUES ($1::bigint, gen_random_uuid(), $2::text, '', '', 1, "
                            "$3::timestamptz) ON CONFLICT DO NOTHING"};

constexpr Statement kChange{
    "thread_change",
    "UPDATE replyguard.threads t SET uri = $3::text, title = $4::text, state = $5::smallint, "
    "published_at = $6::timestamptz, revision = t.revision + 1 "
    "WHERE t.site_id = $1::bigint AND t.thread_id = $2::uuid RETURNING " RG_THREAD_COLUMNS};

constexpr Statement kMove{
    "thread_move",
    "UPDATE replyguard.threads t SET thread_key = $3::text, revision = t.revision + 1 "
    "WHERE t.site_id = $1::bigint AND t.thread_id = $2::uuid RETURNING " RG_THREAD_COLUMNS};

absl::Status NoThread() { return absl::NotFoundError("there is no such thread"); }

absl::Status Announce(Tx& tx, const ThreadRecord& thread, Timestamp now) {
  NewEvent event;
  event.site_id = thread.site_id;
  event.type = EventType::kThreadChanged;
  event.thread_id = thread.thread_id;
  event.created_at = now;
  return AppendEvents(tx, {std::move(event)});
}

// Empty when there is none. One that was there and is moved away between the statements is made
// anew.
pqxx::result LockThread(Tx& tx, const ThreadChange& change) {
  constexpr int kTriesMax = 3;
  pqxx::result rows;
  for (int i = 0; i < kTriesMax && rows.empty(); ++i) {
    if (change.create) tx.Exec(kCreate, change.site_id, Text(change.key), Time(change.now));
    rows = tx.Exec(kLock, change.site_id, Text(change.key));
    if (!change.create) break;
  }
  return rows;
}

absl::StatusOr<ThreadRecord> ChangeIn(Tx& tx, const ThreadChange& change) {
  const pqxx::result rows = LockThread(tx, change);
  if (rows.empty()) return NoThread();
  const ThreadRecord before = ReadThread(rows[0]);
  if (change.expected_revision && *change.expected_revision != before.revision) {
    return absl::AbortedError("the thread has changed since it was read");
  }
  const ThreadState state = change.state.value_or(before.state);
  const ThreadRecord after = ReadThread(
      tx.Exec(kChange, change.site_id, Id(before.thread_id), Text(change.uri.value_or(before.uri)),
              Text(change.title.value_or(before.title)), static_cast<int>(state),
              OptTime(change.published_at.value_or(before.published_at)))[0]);
  if (state == before.state) return after;
  if (const absl::Status status = Announce(tx, after, change.now); !status.ok()) return status;
  return after;
}

}  // namespace

absl::StatusOr<ThreadRecord> PostgresThreadStore::Get(SiteId site_id, const std::string& key,
                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<ThreadRecord> {
    const pqxx::result rows = tx.Exec(kGet, site_id, Text(key));
    if (rows.empty()) return NoThread();
    return ReadThread(rows[0]);
  });
}

absl::StatusOr<std::vector<ThreadRecord>> PostgresThreadStore::List(SiteId site_id,
                                                                    const std::string& after,
                                                                    std::int32_t limit,
                                                                    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<ThreadRecord>> {
    std::vector<ThreadRecord> out;
    for (const auto& row :
         tx.Exec(kList, site_id, Text(after), std::clamp(limit, 1, kThreadPageMax))) {
      out.push_back(ReadThread(row));
    }
    return out;
  });
}

absl::StatusOr<ThreadRecord> PostgresThreadStore::Change(const ThreadChange& change,
                                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return ChangeIn(tx, change); });
}

absl::StatusOr<ThreadRecord> PostgresThreadStore::Move(SiteId site_id, const std::string& key,
                                                       const std::string& new_key, Timestamp now,
                                                       Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<ThreadRecord> {
    const pqxx::result rows = tx.Exec(kLock, site_id, Text(key));
    if (rows.empty()) return NoThread();
    const ThreadRecord before = ReadThread(rows[0]);
    if (key == new_key) return before;
    // A taken key breaks the unique key: ALREADY_EXISTS.
    const ThreadRecord after =
        ReadThread(tx.Exec(kMove, site_id, Id(before.thread_id), Text(new_key))[0]);
    if (const absl::Status status = Announce(tx, after, now); !status.ok()) return status;
    return after;
  });
}

}  // namespace replyguard::storage
