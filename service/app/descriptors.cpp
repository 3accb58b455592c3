// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "service/app/library_log.h"
#include "service/rpc/grpc/connection_watch.h"
#include "storage/mutex.h"

namespace replyguard::service {
namespace {

// For PostgreSQL, webhooks, files.
constexpr std::size_t kApart = 256;
constexpr std::size_t kListeners = 2;

constexpr timespec kNap{0, 10'000'000};  // 10 ms
constexpr int kNapsMax = 100;

Mutex mutex;
int reserve REPLYGUARD_GUARDED_BY(mutex) = -1;

int Accept(int listener, sockaddr* address, socklen_t* size, int flags) {
  return static_cast<int>(syscall(SYS_accept4, listener, address, size, flags));
}

int OpenReserve() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

enum class Refusal { kDone, kNobodyWaits, kNoReserve };

// Takes the next connection by the descriptor that is kept for that, and ends it.
Refusal RefuseOne(int listener) {
  MutexLock lock(mutex);
  if (reserve < 0) reserve = OpenReserve();
  if (reserve < 0) return Refusal::kNoReserve;
  close(reserve);
  const int connection = Accept(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  const bool nobody = connection < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (connection >= 0) close(connection);
  reserve = OpenReserve();
  return nobody ? Refusal::kNobodyWaits : Refusal::kDone;
}

// Whether it may stay.
bool Admit(int connection) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  if (getpeername(connection, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return true;
  auto& watch = rpc::ConnectionWatch::OfProcess();
  return watch.Admits(peer) && watch.Accepted(connection, peer);
}

bool IsForWantOfDescriptors(int error) { return error == EMFILE || error == ENFILE; }
bool IsForWantOfMemory(int error) { return error == ENOBUFS || error == ENOMEM; }

}  // namespace

void PrepareDescriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  rpc::ConnectionWatch::OfProcess().SetTold(&LogOfConnection);
  MutexLock lock(mutex);
  if (reserve < 0) reserve = OpenReserve();
}

std::size_t ConnectionsMax(std::size_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const std::size_t all = limit.rlim_cur;
  return std::min(wanted, (all - std::min(kApart, all / 2)) / kListeners);
}

// "Try again" is said once nobody waits: gRPC is told of each newcomer once.
int AcceptOrRefuse(int listener, sockaddr* address, socklen_t* size, int flags) {
  for (int naps = 0; naps < kNapsMax;) {
    const int connection = Accept(listener, address, size, flags);
    if (connection >= 0) {
      if (Admit(connection)) return connection;
      close(connection);
      continue;
    }
    const bool descriptors = IsForWantOfDescriptors(errno);
    if (!descriptors && !IsForWantOfMemory(errno)) return connection;
    const Refusal refusal = descriptors ? RefuseOne(listener) : Refusal::kNoReserve;
    if (refusal == Refusal::kNobodyWaits) break;
    LogOfLibrary("grpc",
                 descriptors
                     ? "a connection was ended: no file descriptor is left, raise the limit of "
                       "open files (LimitNOFILE)"
                     : "a connection waits: the system is out of memory for it");
    if (refusal == Refusal::kDone) continue;
    nanosleep(&kNap, nullptr);
    ++naps;
  }
  errno = EAGAIN;
  return -1;
}

}  // namespace replyguard::service

// gRPC 1.51 never accepts again once accept4() has failed for want of descriptors, also when there
// are plenty later. It is linked dynamically, so that it finds this definition before the C
// library's.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's are reserved
extern "C" int accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
  return replyguard::service::AcceptOrRefuse(listener, address, size, flags);
}
