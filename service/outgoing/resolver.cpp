// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/outgoing/resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>

namespace replyguard::service::outgoing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long one name server is waited for before the next one is asked, and how often all are.
constexpr milliseconds kTryTime{1'000};
constexpr int kTries = 2;
// How often it is looked whether to stop.
constexpr milliseconds kLookInterval{100};

struct ChannelDeleter {
  void operator()(ares_channel channel) const { ares_destroy(channel); }
};
using Channel = std::unique_ptr<ares_channeldata, ChannelDeleter>;

struct Found {
  bool done = false;
  std::vector<sockaddr_storage> addresses;
  std::chrono::seconds keep = kNameKeptMax;  // the shortest of its records
};

void Take(void* into, int status, int /*timeouts*/, ares_addrinfo* list) {
  auto& found = *static_cast<Found*>(into);
  found.done = true;
  if (status == ARES_SUCCESS && list != nullptr) {
    for (const ares_addrinfo_node* at = list->nodes; at != nullptr; at = at->ai_next) {
      sockaddr_storage address{};
      if (at->ai_addrlen > sizeof address) continue;
      std::memcpy(&address, at->ai_addr, at->ai_addrlen);
      found.addresses.push_back(address);
      found.keep = std::min(found.keep, std::chrono::seconds(at->ai_ttl));
    }
    for (const ares_addrinfo_cname* at = list->cnames; at != nullptr; at = at->next) {
      found.keep = std::min(found.keep, std::chrono::seconds(at->ttl));
    }
  }
  if (list != nullptr) ares_freeaddrinfo(list);
}

Channel Open(const std::string& name_servers) {
  static std::once_flag once;
  std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
  ares_options options{};
  options.timeout = static_cast<int>(kTryTime.count());
  options.tries = kTries;
  ares_channel channel = nullptr;
  if (ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) != ARES_SUCCESS) {
    return nullptr;
  }
  Channel opened(channel);
  if (!name_servers.empty() &&
      ares_set_servers_ports_csv(channel, name_servers.c_str()) != ARES_SUCCESS) {
    return nullptr;
  }
  return opened;
}

// Waits until a name server has answered, its time is over, or `most` has passed.
void Work(ares_channel channel, milliseconds most) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const int wanted = ares_getsock(channel, sockets.data(), static_cast<int>(sockets.size()));
  std::array<pollfd, ARES_GETSOCK_MAXNUM> polled{};
  nfds_t count = 0;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    const auto bit = static_cast<int>(i);
    short events = 0;
    if (ARES_GETSOCK_READABLE(wanted, bit)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(wanted, bit)) events |= POLLOUT;
    if (events != 0) polled[count++] = {sockets[i], events, 0};
  }
  timeval bound{0, static_cast<suseconds_t>(std::chrono::microseconds(most).count())};
  timeval left{};
  const timeval* wait = ares_timeout(channel, &bound, &left);
  poll(polled.data(), count, static_cast<int>(wait->tv_sec * 1'000 + wait->tv_usec / 1'000 + 1));
  for (nfds_t i = 0; i < count; ++i) {
    const bool readable = (polled[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool writable = (polled[i].revents & POLLOUT) != 0;
    ares_process_fd(channel, readable ? polled[i].fd : ARES_SOCKET_BAD,
                    writable ? polled[i].fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // whose time is over
}

void Ask(ares_channel channel, const std::string& host, int family, Found& found) {
  ares_addrinfo_hints hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(channel, host.c_str(), nullptr, &hints, &Take, &found);
}

absl::StatusOr<Found> AskFor(const std::string& host, const std::string& name_servers,
                             const std::atomic<bool>& stopped) {
  // Where nobody answers about IPv6, what is known of IPv4 would be kept back until all name
  // servers have been waited for: so it is asked for apart, too.
  Found both;  // these outlive the channel, whose end is told to them
  Found ipv4;
  const Channel channel = Open(name_servers);
  if (channel == nullptr) return absl::UnavailableError("no name server can be asked");
  const auto begun = steady_clock::now();
  Ask(channel.get(), host, AF_UNSPEC, both);
  Ask(channel.get(), host, AF_INET, ipv4);
  const auto is_enough = [&](steady_clock::time_point now) {
    if (!both.addresses.empty() || (both.done && ipv4.done)) return true;
    return !ipv4.addresses.empty() && now >= begun + kBothKindsTime;
  };
  for (auto now = begun; !is_enough(now); now = steady_clock::now()) {
    if (stopped.load()) return absl::UnavailableError("the server is stopping");
    const auto left = std::chrono::ceil<milliseconds>(begun + kResolveTimeMax - now);
    if (left.count() <= 0) {
      return absl::UnavailableError("the host's name does not resolve in time");
    }
    Work(channel.get(), std::min(left, kLookInterval));
  }
  Found& found = both.addresses.empty() ? ipv4 : both;
  if (found.addresses.empty()) return absl::UnavailableError("the host's name does not resolve");
  return std::move(found);
}

}  // namespace

std::optional<sockaddr_storage> LiteralAddress(const std::string& host) {
  sockaddr_storage address{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    address.ss_family = AF_INET;
  } else if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    address.ss_family = AF_INET6;
  } else {
    return std::nullopt;
  }
  return address;
}

Resolver::Resolver(std::string name_servers, Now now, std::size_t addresses_kept_max)
    : name_servers_(std::move(name_servers)),
      now_(std::move(now)),
      addresses_kept_max_(addresses_kept_max) {}

absl::StatusOr<std::vector<sockaddr_storage>> Resolver::Resolve(const std::string& host,
                                                                const std::atomic<bool>& stopped) {
  if (const auto literal = LiteralAddress(host)) return std::vector{*literal};
  {
    MutexLock lock(mutex_);
    const auto kept = kept_.find(host);
    if (kept != kept_.end() && now_() < kept->second.until) return kept->second.addresses;
  }
  auto found = AskFor(host, name_servers_, stopped);
  if (!found.ok()) return found.status();
  if (found->addresses.size() > addresses_kept_max_) return std::move(found->addresses);
  const auto now = now_();
  MutexLock lock(mutex_);
  if (kept_.size() >= kNamesKeptMax) {
    std::erase_if(kept_, [now](const auto& kept) { return kept.second.until <= now; });
  }
  if (kept_.size() >= kNamesKeptMax) kept_.clear();
  kept_[host] = {found->addresses, now + std::max(found->keep, kNameKeptMin)};
  return std::move(found->addresses);
}

void Resolver::Forget(const std::string& host) {
  MutexLock lock(mutex_);
  kept_.erase(host);
}

}  // namespace replyguard::service::outgoing
