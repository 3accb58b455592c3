// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/outgoing/curl_poster.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/outgoing/curl_handle.h"
#include "service/outgoing/idle_connections.h"
#include "service/outgoing/public_address.h"
#include "service/outgoing/resolver.h"
#include "storage/masking.h"

namespace replyguard::service::outgoing {
namespace {

constexpr char kUserAgent[] = "replyguard";
// What libcurl is told to connect to, whatever the URL's host: it has the addresses that were
// checked, and libcurl never looks up a name by itself.
constexpr char kPinnedName[] = "pinned.invalid";

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

// Empty for a part that is not there.
std::string PartOf(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

absl::Status BadUrl(const char* why) { return absl::InvalidArgumentError(why); }

struct ReadUrl {
  Url url;
  Destination to;
  // What a connection is for, whatever it is asked there.
  std::string place;
};

// By libcurl's own parser, so that what is checked is what is called.
absl::StatusOr<ReadUrl> ReadBy(const std::string& text, bool allow_private) {
  if (text.size() > kUrlBytesMax) return BadUrl("the URL is too long");
  // libcurl forgives one slash, and three: it would call what stands where the path is.
  if (const std::size_t colon = text.find(':');
      colon != std::string::npos &&
      (text.compare(colon, 3, "://") != 0 || text.compare(colon, 4, ":///") == 0)) {
    return BadUrl("the URL has no host");
  }
  Url url(curl_url());
  if (url == nullptr ||
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return BadUrl("this is no URL that is called");
  }
  const std::string scheme = PartOf(url.get(), CURLUPART_SCHEME);
  if (scheme != "https" && !(allow_private && scheme == "http")) {
    return BadUrl("only https is called");
  }
  Destination to;
  to.host = absl::AsciiStrToLower(PartOf(url.get(), CURLUPART_HOST));
  if (to.host.starts_with('[')) to.host = to.host.substr(1, to.host.find(']') - 1);
  unsigned port = 0;
  if (!absl::SimpleAtoi(PartOf(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT), &port) ||
      port == 0 || port > 65'535) {
    return BadUrl("the URL has no port that is called");
  }
  to.port = static_cast<std::uint16_t>(port);
  if (to.host.empty()) return BadUrl("the URL has no host");
  std::string place = absl::StrCat(scheme, "://", to.host, " ", to.port);
  return ReadUrl{std::move(url), std::move(to), std::move(place)};
}

const sockaddr& Plain(const sockaddr_storage& address) {
  return reinterpret_cast<const sockaddr&>(address);
}

// Of IPv4 in whatever form: libcurl has made four numbers of the others, but not with a dot at the
// end, nor in figures of other scripts.
std::optional<sockaddr_storage> AddressInFigures(const std::string& host) {
  if (auto address = LiteralAddress(host.substr(0, host.find('%')))) return address;  // zone off
  // Addresses of mail have hosts, too: NFKC, UTS #46, a dot at the end off.
  std::string plain = storage::NormalizeEmail("@" + host).substr(1);
  if (plain.ends_with('.')) plain.pop_back();
  sockaddr_storage address{};
  address.ss_family = AF_INET;
  if (inet_aton(plain.c_str(), &reinterpret_cast<sockaddr_in&>(address).sin_addr) == 0) {
    return std::nullopt;
  }
  return address;
}

// Whether the host is an address in figures, and one that is never called.
bool IsPrivateLiteral(const std::string& host) {
  const auto address = AddressInFigures(host);
  return address && !IsPublicAddress(Plain(*address));
}

// In textual form, those to be connected to, of what the host's name resolves to.
absl::StatusOr<std::vector<std::string>> Checked(const std::vector<sockaddr_storage>& found,
                                                 bool allow_private) {
  std::vector<std::string> addresses;
  for (const sockaddr_storage& address : found) {
    // One bad address condemns the name: whoever answers for it chooses the order.
    if (!allow_private && !IsPublicAddress(Plain(address))) {
      return absl::PermissionDeniedError("the host has an address that is not public");
    }
    char text[NI_MAXHOST];
    if (addresses.size() < kAddressesMax &&
        getnameinfo(&Plain(address), sizeof address, text, sizeof text, nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text);
    }
  }
  if (addresses.empty()) return absl::UnavailableError("the host has no address");
  return addresses;
}

// What libcurl is about to connect to; the second look.
curl_socket_t OpenSocket(void* allow_private, curlsocktype, curl_sockaddr* address) {
  if (allow_private == nullptr && !IsPublicAddress(address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Receive(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > kAnswerBytesMax) return 0;  // ends the transfer
  body.append(bytes, size * count);
  return size * count;
}

int Progress(void* stopped, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool>*>(stopped)->load() ? 1 : 0;
}

class CurlPoster final : public Poster {
 public:
  explicit CurlPoster(PosterOptions options)
      : options_(std::move(options)), resolver_(options_.name_servers, options_.now) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  }

  absl::StatusOr<Destination> Read(const std::string& url) const override {
    auto read = ReadBy(url, options_.allow_private);
    if (!read.ok()) return read.status();
    read->to.forbidden = !options_.allow_private && IsPrivateLiteral(read->to.host);
    return std::move(read->to);
  }

  absl::StatusOr<OutgoingAnswer> Post(const OutgoingPost& post) override {
    if (stopped_.load()) return absl::UnavailableError("the server is stopping");
    auto read = ReadBy(post.url, options_.allow_private);
    if (!read.ok()) return read.status();
    const auto found = resolver_.Resolve(read->to.host, stopped_);
    if (!found.ok()) return found.status();
    const auto addresses = Checked(*found, options_.allow_private);
    if (!addresses.ok()) {
      resolver_.Forget(read->to.host);  // it may be mended by now
      return addresses.status();
    }
    Easy easy = idle_.Take(read->place, *addresses);
    if (easy == nullptr) easy.reset(curl_easy_init());
    if (easy == nullptr) return absl::ResourceExhaustedError("libcurl cannot start");
    auto answer = Call(easy.get(), *read, *addresses, post);
    if (answer.ok()) {
      idle_.Keep(read->place, std::move(easy));
    } else {
      resolver_.Forget(read->to.host);  // it may have moved
    }
    return answer;
  }

  void Stop() override {
    stopped_.store(true);
    idle_.Stop();
  }

 private:
  // With the handle's own connection where it is still open.
  absl::StatusOr<OutgoingAnswer> Call(CURL* easy, const ReadUrl& read,
                                      const std::vector<std::string>& addresses,
                                      const OutgoingPost& post) {
    const std::string port = std::to_string(read.to.port);
    List pinned, way, headers;
    Append(pinned, absl::StrCat(kPinnedName, ":", port, ":", ListOf(addresses)));
    Append(way, std::string("::") + kPinnedName + ":" + port);
    // Without it libcurl would wait for a 100 first.
    Append(headers, "Expect:");
    for (const auto& [name, value] : post.headers) Append(headers, absl::StrCat(name, ": ", value));
    OutgoingAnswer answer;
    curl_easy_setopt(easy, CURLOPT_CURLU, read.url.get());
    curl_easy_setopt(easy, CURLOPT_RESOLVE, pinned.get());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, way.get());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    SetUp(easy, post.body, &answer.body);
    const CURLcode code = curl_easy_perform(easy);
    if (code != CURLE_OK) return Failure(code);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
  }

  static void Append(List& list, const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  }

  // "address,address"
  static std::string ListOf(const std::vector<std::string>& addresses) {
    std::string list;
    for (const std::string& address : addresses) {
      if (!list.empty()) list += ',';
      list += address.find(':') == std::string::npos ? address : "[" + address + "]";
    }
    return list;
  }

  void SetUp(CURL* easy, const std::string& body, std::string* into) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA,
                     options_.allow_private ? static_cast<const void*>(this) : nullptr);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, options_.allow_private ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");  // none, whatever the environment says
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    // Every new connection looks at the whole certificate.
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &Progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &stopped_);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(kConnectTimeMax.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(kPostTimeMax.count()));
    curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, static_cast<long>(kConnectionAgeMax.count()));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, kUserAgent);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, into);
    if (!options_.ca_file.empty()) {
      curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    }
  }

  static absl::Status Failure(CURLcode code) {
    if (code == CURLE_WRITE_ERROR) return absl::UnavailableError("the answer is too long");
    return absl::UnavailableError(curl_easy_strerror(code));
  }

  const PosterOptions options_;
  std::atomic<bool> stopped_{false};
  Resolver resolver_;
  IdleConnections idle_;
};

}  // namespace

std::unique_ptr<Poster> MakeCurlPoster(PosterOptions options) {
  return std::make_unique<CurlPoster>(std::move(options));
}

}  // namespace replyguard::service::outgoing
