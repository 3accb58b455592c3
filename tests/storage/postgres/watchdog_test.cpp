// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/watchdog.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string_view>

namespace replyguard::storage {
namespace {

using std::chrono::steady_clock;

// Both ends of a connection.
class Connection {
 public:
  Connection() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~Connection() {
    CloseOwn();
    close(ends_[1]);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int own() const { return ends_[0]; }
  void CloseOwn() {
    if (ends_[0] >= 0) close(ends_[0]);
    ends_[0] = -1;
  }
  // Waits until the other end sees it shut.
  bool WaitUntilShut() const {
    pollfd end{ends_[1], POLLIN, 0};
    char c = 0;
    return poll(&end, 1, 60'000) == 1 && read(ends_[1], &c, 1) == 0;
  }
  bool Carries() const {
    char c = 0;
    return send(ends_[1], "x", 1, MSG_NOSIGNAL) == 1 && read(ends_[0], &c, 1) == 1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(Watchdog, ShutsWhatLastsTooLong) {
  Watchdog watchdog;
  const Connection late;
  const Connection other;
  const Watchdog::Guard guard(watchdog, late.own(), steady_clock::now());
  const Watchdog::Guard patient(watchdog, other.own(), Deadline::max());
  EXPECT_TRUE(late.WaitUntilShut());
  EXPECT_TRUE(other.Carries());
}

TEST(Watchdog, LeavesAloneWhoeverHasTheNumberOfWhatWasClosed) {
  Watchdog watchdog;
  Connection broken;
  const int number = broken.own();
  const Watchdog::Guard guard(watchdog, number, Deadline::max());
  broken.CloseOwn();
  const Connection next;
  ASSERT_EQ(next.own(), number) << "the lowest that is free";
  const Connection last;
  const Watchdog::Guard sign(watchdog, last.own(), Deadline::max());
  watchdog.EndBy(steady_clock::now());
  EXPECT_TRUE(last.WaitUntilShut()) << "it has looked at all of them";
  EXPECT_TRUE(next.Carries());
}

}  // namespace
}  // namespace replyguard::storage
