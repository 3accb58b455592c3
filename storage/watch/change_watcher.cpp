// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "watch/change_watcher.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace replyguard::storage {
namespace {

constexpr char kChannel[] = "replyguard_changes";

constexpr Statement kHeads{
    "heads",
    "SELECT (SELECT position FROM replyguard.label_head), "
    "(SELECT coalesce(sum(event_seq), 0)::bigint FROM replyguard.site_heads), "
    "(SELECT revision FROM replyguard.config_head), pg_is_in_recovery()"};

// Sent by the watchers only, at most once a look: NOTIFY takes a lock over all commits, so that
// writers must not.
constexpr Statement kNotify{"notify", "SELECT pg_notify('replyguard_changes', '')"};

constexpr std::chrono::seconds kLookTimeMax{5};
// Notifications that come faster are answered together.
constexpr std::chrono::milliseconds kLookPause{20};

// libpqxx delivers to a receiver; poll() on the socket has done the waking already.
class Wakeup final : public pqxx::notification_receiver {
 public:
  explicit Wakeup(pqxx::connection_base& connection)
      : pqxx::notification_receiver(connection, kChannel) {}
  void operator()(const std::string&, int) override {}
};

}  // namespace

PostgresChangeWatcher::PostgresChangeWatcher(WatcherOptions options, Watchdog& watchdog)
    : options_(std::move(options)), watchdog_(watchdog) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
    wake_read_ = ends[0];
    wake_write_ = ends[1];
  }
  thread_ = std::thread([this] { Run(); });
}

PostgresChangeWatcher::~PostgresChangeWatcher() {
  Stop();
  thread_.join();
  if (wake_read_ >= 0) ::close(wake_read_);
  if (wake_write_ >= 0) ::close(wake_write_);
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

void PostgresChangeWatcher::Stop() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
  }
  moved_.NotifyAll();
  const char byte = 0;
  if (wake_write_ >= 0 && ::write(wake_write_, &byte, 1) < 0) {
    // The pipe is full: the thread is being woken already.
  }
}

void PostgresChangeWatcher::Run() {
  std::unique_ptr<Session> session;
  std::unique_ptr<Wakeup> wakeup;
  for (;;) {
    {
      const MutexLock lock(mutex_);
      if (stopped_) break;
    }
    try {
      if (session == nullptr) {
        session = std::make_unique<Session>(options_.connection_string, false, watchdog_);
        wakeup = std::make_unique<Wakeup>(session->connection());
      }
      session->connection().get_notifs();
      Look(*session);
    } catch (...) {
      TranslateException(std::current_exception(), "watch", options_.log_sink);
      wakeup.reset();
      session.reset();
    }
    Rest(session.get());
  }
  wakeup.reset();
}

void PostgresChangeWatcher::Look(Session& session) {
  Tx tx(session, std::chrono::steady_clock::now() + kLookTimeMax, TxMode::kNormal);
  const pqxx::row row = tx.Exec(kHeads)[0];
  LogHeads heads;
  heads.label_position = row[0].as<std::int64_t>();
  heads.event_sum = row[1].as<std::int64_t>();
  heads.config_revision = row[2].as<std::int64_t>();
  bool moved = false;
  {
    const MutexLock lock(mutex_);
    moved = !(heads == heads_);
    heads_ = heads;
  }
  if (!moved) return;
  moved_.NotifyAll();
  if (row[3].as<bool>()) return;  // a standby cannot notify
  tx.Exec(kNotify);
  tx.Commit();
}

void PostgresChangeWatcher::Rest(Session* session) {
  std::array<pollfd, 2> fds{};
  fds[0] = pollfd{wake_read_, POLLIN, 0};
  fds[1] = pollfd{session == nullptr ? -1 : session->connection().sock(), POLLIN, 0};
  const auto began = std::chrono::steady_clock::now();
  ::poll(fds.data(), fds.size(), static_cast<int>(options_.poll_interval.count()));
  if (fds[0].revents != 0) return;
  const auto rested = std::chrono::steady_clock::now() - began;
  if (rested < kLookPause) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(kLookPause - rested);
    ::poll(fds.data(), 1, static_cast<int>(left.count()));
  }
}

}  // namespace replyguard::storage
