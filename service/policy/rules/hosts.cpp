// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/hosts.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <utility>

#include "policy/rules/link_sign.h"
#include "policy/rules/odd_hosts.h"
#include "policy/rules/scan.h"

namespace replyguard::service::policy {
namespace {

constexpr std::size_t kPortDigitsMax = 5;
// The longest IPv6 address, and the brackets.
constexpr std::size_t kBracketedBytesMax = 47;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether a query or fragment ends for some program; rather too early.
bool EndsQuery(UChar32 c) {
  constexpr std::string_view kOfQuery = "-._~%&=+/:;@?#!$";
  if (c <= 0 || c >= 0x80) return true;
  return u_isalnum(c) == 0 && kOfQuery.find(static_cast<char>(c)) == std::string_view::npos;
}

// Whether an odd form of an address, behind slashes, is rather one than a number ("5//2.5").
bool MayBeAddress(std::string_view canonical, std::string_view name) {
  return IsDigit(canonical.back()) && !canonical.starts_with("0.") &&
         (!HasDot(name) || canonical == name || canonical.find(".0.") == std::string_view::npos);
}

// Whether anybody may have registered a name: labels that DNS takes, the last one no number.
bool LooksRegistered(std::string_view canonical) {
  constexpr std::size_t kLabelBytesMax = 63;
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(canonical.find('.', begin), canonical.size());
    if (end == begin || end - begin > kLabelBytesMax) return false;
    if (end == canonical.size()) return end - begin >= 2 && !IsDigit(canonical[begin]);
    begin = end + 1;
  }
}

// Whether browsers may go to a name that stands where they read one. What ends with a number is an
// address or none, and nothing is at "0.0.0.80".
bool MayLead(std::string_view canonical, std::string_view name, Lead lead) {
  const std::size_t dot = canonical.rfind('.');
  if (lead == Lead::kNone || dot == std::string_view::npos) return false;
  constexpr std::string_view kDigits = "0123456789", kOfAddress = "0123456789.";
  if (canonical.find_first_not_of(kDigits, dot + 1) != std::string_view::npos)
    return lead == Lead::kLink || LooksRegistered(canonical);
  if (canonical.find_first_not_of(kOfAddress) != std::string_view::npos) return false;
  return lead == Lead::kLink ? !canonical.starts_with("0.") : MayBeAddress(canonical, name);
}

// Whether a path ends at a backslash: behind it, or behind the "\n" it begins, there is a link.
bool LinkFollows(std::string_view backslash) {
  backslash.remove_prefix(1);
  const auto begins = [](std::string_view text) {
    return EndsWithNoCase(text.substr(0, 7), "http://") ||
           EndsWithNoCase(text.substr(0, 8), "https://");
  };
  if (begins(backslash)) return true;
  if (backslash.empty() || std::string_view("nrt").find(backslash[0]) == std::string_view::npos)
    return false;
  return begins(backslash.substr(1));
}

// Where the path ends that begins a text: at a link glued to it or within it, if there is one.
std::size_t PathEnd(std::string_view path) {
  constexpr std::string_view kSigns = ":\\";
  for (std::size_t at = path.find_first_of(kSigns); at != std::string_view::npos;
       at = path.find_first_of(kSigns, at + 1)) {
    if (path[at] == '\\' && LinkFollows(path.substr(at))) return at;
    const std::size_t scheme = WebSchemeBytes(path.substr(0, at + 1));
    if (scheme > 0 && path.substr(at, 3) == "://") return at + 1 - scheme;
  }
  return path.size();
}

// Gathers the hosts of a text.
class HostFinder {
 public:
  explicit HostFinder(std::string_view text) : text_(text), odd_(text) {}

  // Reads a run of host characters in every way; where to go on.
  std::size_t Read(std::size_t begin, std::size_t end) {
    const std::string_view run = text_.substr(begin, end - begin);
    before_ = SignBefore(begin);
    lead_ = LeadOf(begin);
    is_nested_ = begin == nested_;
    is_behind_slashes_ =
        before_ <= LinkSign::kName && IsDigit(run[0]) && EndsInSlashes(text_.substr(0, begin));
    first_ = hosts_.size();
    if (IsBehindMailbox(begin)) ForgetMailbox();
    if (before_ == LinkSign::kAnyHost) NoteAuthority(begin);
    if (before_ < LinkSign::kNumber && !is_behind_slashes_ && !HasDot(run))
      return ReadHidden(begin, end);
    Add(run);
    for (const std::string_view stretch : ScriptStretches(run)) {
      if (HasDot(stretch)) Add(stretch);
    }
    for (const std::string_view address : AddressStretches(run)) Add(address);
    if (first_ == hosts_.size()) return ReadHidden(begin, end);
    if (hosts_[first_].is_link) NoteAuthority(begin);
    return AddPath(end);
  }

  // Reads the IPv6 address in brackets that may begin at `begin`, in a link; where to go on.
  std::size_t ReadAddress(std::size_t begin) {
    before_ = SignBefore(begin);
    lead_ = LeadOf(begin);
    is_nested_ = begin == nested_;
    const std::size_t size = text_.substr(begin, kBracketedBytesMax).find(']') + 1;
    const bool is_hidden = before_ == LinkSign::kNone;
    if ((is_hidden && lead_ == Lead::kNone) || size == 0) return begin + 1;
    first_ = hosts_.size();
    Host host;
    host.name = CanonicalHost(text_.substr(begin, size));
    if (host.name.empty()) return begin + 1;
    if (IsBehindMailbox(begin)) ForgetMailbox();
    host.is_link = !is_hidden && !is_nested_;
    host.may_be_link = true;
    host.begin = static_cast<std::uint32_t>(begin);
    host.end = static_cast<std::uint32_t>(begin + size);
    hosts_.push_back(std::move(host));
    if (is_hidden) return begin + 1;
    return AddPath(begin + size);
  }

  // Notes what is no host at `at`, where a link may begin without one ("http://:@").
  void Pass(std::size_t at) {
    first_ = hosts_.size();
    if (at == 0 || IsSlash(text_[at])) return;
    before_ = IsSlash(text_[at - 1]) ? LinkBefore(text_.substr(0, at)) : LinkSign::kNone;
    lead_ = LeadOf(at);
    if (before_ == LinkSign::kAnyHost) NoteAuthority(at);
    if (before_ == LinkSign::kAnyHost || lead_ == Lead::kLink) NoteOddHost(at, at);
  }

  std::vector<Host> Take() { return std::move(hosts_); }

 private:
  // In a link the host is what follows the last "@".
  bool IsBehindMailbox(std::size_t at) const {
    return at > 0 && at <= authority_end_ && text_[at - 1] == '@';
  }
  LinkSign SignBefore(std::size_t at) const {
    return IsBehindMailbox(at) ? LinkSign::kAnyHost : LinkBefore(text_.substr(0, at));
  }
  // Of what is no link's host to readers, nor in the query of a link.
  Lead LeadOf(std::size_t at) const {
    if (before_ == LinkSign::kAnyHost || at < query_end_) return Lead::kNone;
    return LeadBefore(text_.substr(0, at));
  }
  // Reads a run that is a host to browsers only, if to any; where to go on.
  std::size_t ReadHidden(std::size_t begin, std::size_t end) {
    if (lead_ == Lead::kNone) return end;
    Host host;
    const std::string_view run = text_.substr(begin, end - begin);
    host.name = CanonicalHost(run);
    host.may_be_link = true;
    host.begin = static_cast<std::uint32_t>(begin);
    host.end = static_cast<std::uint32_t>(end);
    if (MayLead(host.name, run, lead_)) hosts_.push_back(std::move(host));
    if (lead_ == Lead::kLink) NoteOddHost(begin, AfterPort(end));
    return end;
  }
  // What looked like the host of the link before its "@" was seen is a mention. Some programs make
  // a link of it all the same, and masking may have hidden a host there.
  void ForgetMailbox() {
    for (; mailbox_ < hosts_.size(); ++mailbox_) {
      hosts_[mailbox_].is_link = false;
    }
  }

  void NoteAuthority(std::size_t begin) {
    if (begin < authority_end_) return;
    authority_end_ = ScanTo(text_, begin, EndsAuthority);
    mailbox_ = first_;
  }

  // Adds a host without a name if browsers may read one that began at `begin` and goes on at `at`.
  void NoteOddHost(std::size_t begin, std::size_t at) {
    const bool is_plain = !IsBehindMailbox(begin) && !IsInValue(text_.substr(0, begin));
    const bool has_label = odd_.GoesOnToLabel(at) && !(is_plain && odd_.IsOfSentence(at));
    const bool is_hidden =
        lead_ == Lead::kLink && (first_ == hosts_.size() || !hosts_[first_].is_link);
    const bool has_mailbox = is_hidden ? odd_.GoesOnToSign(at) : odd_.GoesOnToMailbox(at);
    if (!has_label && !has_mailbox) return;
    Host host;
    host.may_be_link = true;
    host.begin = static_cast<std::uint32_t>(at);
    host.end = static_cast<std::uint32_t>(odd_.EndAt(at));
    hosts_.push_back(std::move(host));
  }

  void Add(std::string_view name) {
    Host host;
    host.name = CanonicalHost(name);
    host.is_part = hosts_.size() > first_;
    const bool needs_dot = before_ != LinkSign::kAnyHost || host.is_part;
    if (host.name.empty() || (needs_dot && host.name.find('.') == std::string::npos)) return;
    const bool is_address = is_behind_slashes_ && MayBeAddress(host.name, name);
    // "1.5" is an address to browsers, in links.
    if (before_ <= LinkSign::kName && !is_address && IsDigit(host.name.back()) &&
        SpelledHost(name) != host.name)
      return;
    host.begin = static_cast<std::uint32_t>(name.data() - text_.data());
    host.end = static_cast<std::uint32_t>(host.begin + name.size());
    const bool has_sign = before_ != LinkSign::kNone || host.name.starts_with("www.");
    host.is_link = has_sign && !is_nested_;
    const bool may_lead = !host.is_part && MayLead(host.name, name, lead_);
    host.may_be_link =
        has_sign || is_address || may_lead || (!IsSpokenFor(host.begin) && MayBecomeLink(name));
    if (host.is_part && host.is_link) hosts_[first_].is_link = true;
    hosts_.push_back(std::move(host));
  }

  // In the query of a link, or behind a masked mailbox.
  bool IsSpokenFor(std::size_t at) const {
    return at < query_end_ || text_.substr(0, at).ends_with("*@");
  }

  // Notes how far the query or fragment of the present run reaches, if one begins there.
  void NoteQuery(std::size_t at) {
    if (at < query_end_ || at == text_.size() || !hosts_[first_].is_link) return;
    if (text_[at] == '?' || text_[at] == '#') query_end_ = ScanTo(text_, at, EndsQuery);
  }

  // Notes where the host of a link begins that is part of the path before it ("/web/http://...").
  void NoteNested(std::size_t at) {
    if (at == paths_end_ || (text_[at - 1] != '/' && text_[at - 1] != '=')) return;
    nested_ = text_.find("://", at) + 3;
  }

  // A backslash begins one in links, which browsers read; elsewhere it is "\n".
  bool BeginsPath(std::size_t at) const {
    if (at == text_.size()) return false;
    return text_[at] == '/' || (text_[at] == '\\' && hosts_[first_].is_link);
  }

  // Gives what follows a run to the hosts that end with it; where it ends.
  std::size_t AddPath(std::size_t at) {
    const std::size_t begin = AfterPort(at);
    if (!BeginsPath(begin)) {
      NoteQuery(begin);
      if (hosts_[first_].may_be_link) NoteOddHost(hosts_[first_].begin, begin);
      return at;
    }
    // Scanned once for all the links in it.
    if (begin >= paths_end_) paths_end_ = ScanTo(text_, begin, EndsPath);
    const std::size_t end = begin + PathEnd(text_.substr(begin, paths_end_ - begin));
    NoteQuery(end);
    NoteNested(end);
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
  OddHosts odd_;
  std::vector<Host> hosts_;
  std::size_t first_ = 0;          // of the present run
  std::size_t authority_end_ = 0;  // of the last link
  std::size_t mailbox_ = 0;        // the first host in it that may turn out to be none
  std::size_t query_end_ = 0;      // of the last link with one
  std::size_t paths_end_ = 0;      // of the last path and all that is glued to it
  std::size_t nested_ = 0;         // where the host of a link within the last path begins
  // Of the present run:
  LinkSign before_ = LinkSign::kNone;
  Lead lead_ = Lead::kNone;
  bool is_nested_ = false;
  bool is_behind_slashes_ = false;  // a number that is
};

// Tags of HTML and BBCode.
std::size_t CountLinkTags(std::string_view text) {
  std::size_t tags = 0;
  for (std::size_t at = text.find_first_of("<["); at != std::string_view::npos;
       at = text.find_first_of("<[", at + 1)) {
    const std::string_view tag = text.substr(at, 5);
    const bool is_anchor = tag.size() > 2 && tag[0] == '<' && (tag[1] | 32) == 'a' &&
                           (tag[2] == '/' || u_isUWhiteSpace(static_cast<UChar32>(tag[2])) != 0);
    if (is_anchor || EndsWithNoCase(tag, "[url]") || EndsWithNoCase(tag, "[url=")) ++tags;
  }
  return tags;
}

}  // namespace

std::vector<Host> FindHosts(std::string_view text) {
  HostFinder finder(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (text[begin] == '[') {
      at = finder.ReadAddress(begin);
      continue;
    }
    at = ScanTo(text, begin,
                [](UChar32 c) { return c < 0 || !IsHostChar(static_cast<char32_t>(c)); });
    if (at == begin) {
      finder.Pass(begin);
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
  return std::max(links, CountLinkTags(text));
}

}  // namespace replyguard::service::policy
