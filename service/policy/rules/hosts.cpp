// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/hosts.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <utility>

namespace replyguard::service::policy {
namespace {

constexpr std::size_t kPortDigitsMax = 5;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Browsers read both alike.
bool IsSlash(char c) { return c == '/' || c == '\\'; }

bool EndsPath(UChar32 c) {
  return c < 0 || c == '"' || c == '\'' || c == '<' || c == '>' || c == '[' || c == ']' ||
         c == '?' || c == '#' || u_isUWhiteSpace(c);
}

// Where the characters that `ends` refuses begin.
template <typename Ends>
std::size_t ScanTo(std::string_view text, std::size_t at, Ends ends) {
  while (at < text.size()) {
    std::size_t next = at;
    if (ends(NextChar(text, next))) break;
    at = next;
  }
  return at;
}

// Gathers the hosts of a text.
class HostFinder {
 public:
  explicit HostFinder(std::string_view text) : text_(text) {}

  // Reads a run of host characters in every way; where to go on.
  std::size_t Read(std::size_t begin, std::size_t end) {
    const std::string_view run = text_.substr(begin, end - begin);
    has_scheme_ = begin >= 3 && text_.substr(begin - 3, 3) == "://";
    if (!has_scheme_ && !HasDot(run)) return end;
    first_ = hosts_.size();
    Add(run);
    for (const std::string_view stretch : ScriptStretches(run)) {
      if (HasDot(stretch)) Add(stretch);
    }
    if (first_ == hosts_.size()) return end;
    return AddPath(end);
  }

  std::vector<Host> Take() { return std::move(hosts_); }

 private:
  void Add(std::string_view name) {
    Host host;
    host.name = CanonicalHost(name);
    host.is_part = hosts_.size() > first_;
    const bool needs_dot = !has_scheme_ || host.is_part;
    if (host.name.empty() || (needs_dot && host.name.find('.') == std::string::npos)) return;
    host.begin = static_cast<std::uint32_t>(name.data() - text_.data());
    host.end = static_cast<std::uint32_t>(host.begin + name.size());
    if (has_scheme_ || host.name.starts_with("www.")) host.is_link = true;
    if (host.is_part && host.is_link) hosts_[first_].is_link = true;
    hosts_.push_back(std::move(host));
  }

  // Gives what follows a run to the hosts that end with it; where it ends.
  std::size_t AddPath(std::size_t at) {
    const std::size_t begin = AfterPort(at);
    if (begin == text_.size() || !IsSlash(text_[begin])) return at;
    const std::size_t end = ScanTo(text_, begin, EndsPath);
    for (std::size_t i = first_; i < hosts_.size(); ++i) {
      if (hosts_[i].end != at) continue;
      hosts_[i].path = text_.substr(begin, end - begin);
      hosts_[i].end = static_cast<std::uint32_t>(end);
    }
    return end;
  }

  std::size_t AfterPort(std::size_t at) const {
    if (at == text_.size() || text_[at] != ':') return at;
    std::size_t digit = at + 1;
    while (digit < text_.size() && digit - at <= kPortDigitsMax && IsDigit(text_[digit])) ++digit;
    return digit;
  }

  std::string_view text_;
  std::vector<Host> hosts_;
  std::size_t first_ = 0;  // of the present run
  bool has_scheme_ = false;
};

std::size_t CountAnchors(std::string_view text) {
  std::size_t anchors = 0;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (at + 2 >= text.size() || Lower(text[at + 1]) != 'a' || !u_isUWhiteSpace(text[at + 2]))
      continue;
    ++anchors;
  }
  return anchors;
}

}  // namespace

std::vector<Host> FindHosts(std::string_view text) {
  HostFinder finder(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    at = ScanTo(text, begin,
                [](UChar32 c) { return c < 0 || !IsHostChar(static_cast<char32_t>(c)); });
    if (at == begin) {
      NextChar(text, at);
    } else {
      at = finder.Read(begin, at);
    }
  }
  return finder.Take();
}

std::size_t CountLinks(std::string_view text) {
  const std::vector<Host> hosts = FindHosts(text);
  const auto links = static_cast<std::size_t>(std::count_if(
      hosts.begin(), hosts.end(), [](const Host& host) { return host.is_link && !host.is_part; }));
  return std::max(links, CountAnchors(text));
}

}  // namespace replyguard::service::policy
