// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/outgoing/idle_connections.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace replyguard::service::outgoing {
namespace {

using std::chrono::steady_clock;

// Where the connection of the handle's last call leads; empty when it is not open.
std::string OpenTo(CURL* easy) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  const char* address = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
      socket == CURL_SOCKET_BAD ||
      curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address) != CURLE_OK || address == nullptr) {
    return {};
  }
  return address;
}

}  // namespace

Easy IdleConnections::Take(const std::string& place, const std::vector<std::string>& addresses) {
  const auto now = steady_clock::now();
  MutexLock lock(mutex_);
  // The latest first: so the others come to their end.
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& idle) {
    return idle.place == place && idle.until > now &&
           std::find(addresses.begin(), addresses.end(), idle.address) != addresses.end();
  });
  if (found == idle_.rend()) return nullptr;
  Easy easy = std::move(found->easy);
  idle_.erase(std::next(found).base());
  return easy;
}

void IdleConnections::Keep(const std::string& place, Easy easy) {
  std::string address = OpenTo(easy.get());
  if (address.empty()) return;
  curl_easy_reset(easy.get());  // what the call lent it is gone
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  std::list<Idle> closed;  // outlives the lock: closing speaks to the other end
  MutexLock lock(mutex_);
  if (stopped_) return;
  idle_.push_back({place, std::move(address), std::move(easy), steady_clock::now() + kIdleTimeMax});
  if (idle_.size() > kIdleConnectionsMax) closed.splice(closed.end(), idle_, idle_.begin());
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (const std::system_error&) {
      closed.splice(closed.end(), idle_);  // nobody would close it in time
      return;
    }
  }
  changed_.NotifyAll();
}

void IdleConnections::Stop() {
  std::list<Idle> closed;
  std::thread thread;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    closed.swap(idle_);
    thread.swap(thread_);
    changed_.NotifyAll();
  }
  if (thread.joinable()) thread.join();
}

void IdleConnections::Run() {
  for (;;) {
    std::list<Idle> closed;
    MutexLock lock(mutex_);
    if (stopped_) return;
    if (idle_.empty()) {
      changed_.Wait(mutex_);
    } else if (idle_.front().until > steady_clock::now()) {
      changed_.WaitUntil(mutex_, idle_.front().until);
    } else {
      closed.splice(closed.end(), idle_, idle_.begin());
    }
  }
}

}  // namespace replyguard::service::outgoing
