// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "watch/change_watcher.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <utility>

#include "postgres/place.h"

namespace replyguard::storage {
namespace {

constexpr char kChannel[] = "replyguard_changes";

constexpr Statement kHeads{
    "heads",
    "SELECT (SELECT position FROM replyguard.label_head), "
    // Modulo 2^62: what was restored has large numbers (deploy/lib/after_restore.sql).
    "(SELECT (coalesce(sum(event_seq), 0) % 4611686018427387904)::bigint FROM "
    "replyguard.site_heads), "
    "(SELECT revision FROM replyguard.config_head), pg_is_in_recovery()"};

// Sent by the watchers only, at most once a look: NOTIFY takes a lock over all commits, so that
// writers must not.
constexpr Statement kNotify{"notify", "SELECT pg_notify('replyguard_changes', '')"};

constexpr std::chrono::seconds kLookTimeMax{5};
// Notifications that come faster are answered together.
constexpr std::chrono::milliseconds kLookPause{20};
// What cannot be listened on is looked for every poll interval: there is no hurry.
constexpr std::chrono::seconds kListenPause{2};

// libpqxx delivers to a receiver; poll() on the socket has done the waking already.
class Wakeup final : public pqxx::notification_receiver {
 public:
  explicit Wakeup(pqxx::connection_base& connection)
      : pqxx::notification_receiver(connection, kChannel) {}
  void operator()(const std::string&, int) override {}
};

}  // namespace

PostgresChangeWatcher::PostgresChangeWatcher(WatcherOptions options, Pool& pool, Watchdog& watchdog)
    : options_(std::move(options)), pool_(pool), watchdog_(watchdog) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
    stop_read_ = ends[0];
    stop_write_ = ends[1];
  }
  watching_ = std::thread([this] { Watch(); });
  listening_ = std::thread([this] { Listen(); });
}

PostgresChangeWatcher::~PostgresChangeWatcher() {
  Stop();
  watching_.join();
  listening_.join();
  if (stop_read_ >= 0) ::close(stop_read_);
  if (stop_write_ >= 0) ::close(stop_write_);
}

LogHeads PostgresChangeWatcher::WaitForChange(const LogHeads& seen, Deadline deadline) {
  const MutexLock lock(mutex_);
  while (!stopped_ && heads_ == seen) {
    if (!moved_.WaitUntil(mutex_, deadline)) break;
  }
  return heads_;
}

LogHeads PostgresChangeWatcher::Present() const {
  const MutexLock lock(mutex_);
  return heads_;
}

Deadline PostgresChangeWatcher::LookedAt() const {
  return Deadline(Deadline::duration(looked_at_.load(std::memory_order_acquire)));
}

void PostgresChangeWatcher::Stop() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
  }
  moved_.NotifyAll();
  told_changed_.NotifyAll();
  const char byte = 0;
  if (stop_write_ >= 0 && ::write(stop_write_, &byte, 1) < 0) {
    // The pipe is full: it is readable already.
  }
}

bool PostgresChangeWatcher::stopped() const {
  const MutexLock lock(mutex_);
  return stopped_;
}

void PostgresChangeWatcher::Watch() {
  while (!stopped()) {
    Look();
    Rest();
  }
}

void PostgresChangeWatcher::Look() {
  const Deadline began = std::chrono::steady_clock::now();
  // What went wrong is in the log; the next look comes soon.
  RunTransaction(pool_, began + kLookTimeMax, [&](Tx& tx) -> absl::Status {
    const pqxx::row row = tx.Exec(kHeads)[0];
    LogHeads heads;
    heads.label_position = row[0].as<std::int64_t>();
    heads.event_sum = row[1].as<std::int64_t>();
    heads.config_revision = row[2].as<std::int64_t>();
    const bool standby = row[3].as<bool>();  // which cannot notify
    if (Note(heads, began) && !standby) tx.Exec(kNotify);
    return absl::OkStatus();
  }).IgnoreError();
}

bool PostgresChangeWatcher::Note(const LogHeads& heads, Deadline looked_at) {
  bool moved = false;
  {
    const MutexLock lock(mutex_);
    moved = !(heads == heads_);
    heads_ = heads;
    // After the heads: whoever reads the time first sees heads that are no older.
    looked_at_.store(looked_at.time_since_epoch().count(), std::memory_order_release);
  }
  if (moved) moved_.NotifyAll();
  return moved;
}

void PostgresChangeWatcher::Rest() {
  const Deadline began = std::chrono::steady_clock::now();
  const MutexLock lock(mutex_);
  while (!stopped_ && !told_) {
    if (!told_changed_.WaitUntil(mutex_, began + options_.poll_interval)) break;
  }
  while (!stopped_) {
    if (!told_changed_.WaitUntil(mutex_, began + kLookPause)) break;
  }
  told_ = false;
}

void PostgresChangeWatcher::Listen() {
  bool told = false;  // once, until it leads here again
  while (!stopped()) {
    try {
      Session session(options_.connection_string, false, watchdog_);
      if (LeadsWhereThePoolDoes(session)) {
        told = false;
        ListenOn(session);
      } else if (options_.log_sink && !std::exchange(told, true)) {
        options_.log_sink("listen", "",
                          "database.direct_url leads to another database than database.url");
      }
    } catch (...) {
      TranslateException(std::current_exception(), "listen", options_.log_sink);
    }
    pollfd stop{stop_read_, POLLIN, 0};
    ::poll(&stop, 1, static_cast<int>(std::chrono::milliseconds(kListenPause).count()));
  }
}

void PostgresChangeWatcher::ListenOn(Session& session) {
  // LISTEN is cut if it hangs.
  std::optional<Watchdog::Guard> guard(std::in_place, watchdog_, session.connection().sock(),
                                       std::chrono::steady_clock::now() + kLookTimeMax);
  const Wakeup wakeup(session.connection());
  guard.reset();
  std::array<pollfd, 2> fds{};
  fds[0] = pollfd{stop_read_, POLLIN, 0};
  // Without a pipe nobody else could wake this.
  const int wait = stop_read_ >= 0 ? -1 : static_cast<int>(options_.poll_interval.count());
  do {
    session.connection().get_notifs();
    {
      const MutexLock lock(mutex_);
      told_ = true;
    }
    told_changed_.NotifyAll();
    if (!session.connection().is_open()) break;
    fds[1] = pollfd{session.connection().sock(), POLLIN, 0};
    ::poll(fds.data(), fds.size(), wait);
  } while (!stopped());
  // Or the receiver would send UNLISTEN, and wait for an answer.
  session.connection().disconnect();
}

bool PostgresChangeWatcher::LeadsWhereThePoolDoes(Session& session) {
  const Deadline deadline = std::chrono::steady_clock::now() + kLookTimeMax;
  const auto pooled = RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::string> {
    return TextAt(tx.Exec(kPlace)[0][0]);
  });
  Tx tx(session, deadline, TxMode::kNormal);
  return !pooled.ok() || *pooled == TextAt(tx.Exec(kPlace)[0][0]);
}

}  // namespace replyguard::storage
