// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/validation/violation.h"
#include "storage/enums.h"

namespace replyguard::service::policy {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

inline constexpr std::size_t kRulePatternBytesMax = 500;
inline constexpr std::size_t kRuleReasonBytesMax = 500;
// Rules in one set.
inline constexpr std::size_t kRulesMax = 10'000;
// Places of one rule that are reported.
inline constexpr std::size_t kSpansMax = 16;

// A stretch of the stored body: bytes, half open.
struct Span {
  std::int32_t begin = 0;
  std::int32_t end = 0;
  bool operator==(const Span&) const = default;
};

// A site's own rule. Patterns by kind:
//   kWord    a word or phrase. It matches whole words, whatever their case, width or normal form,
//   in the body, the
//            name and the website ("cialis" does not match "specialist"); in scripts without
//            spaces, and in Hangul, it matches anywhere. It also matches in disguise: letters of
//            other scripts that look alike, small capitals, digits and signs for letters (v1agra,
//            ca$ino), accents, letters spaced or dotted out (v i a g r a), escapes and inline tags
//            inside words (ca<b>si</b>no).
//   kDomain  "example.org": the host of a link or of a bare host name in the body, of the website
//   or of the email
//            address, subdomains included. With a path ("example.org/user") only links whose path
//            is that or lies under it, escapes and dot segments resolved. Or an address,
//            "192.0.2.7" or "[2001:db8::1]", in whatever form a link has it.
//   kCidr    "203.0.113.0/24", "2001:db8::/32" or one address.
//   kAuthor  Author.author_id: 32 lower-case hexadecimal digits.
struct Rule {
  std::string id;
  storage::RuleKind kind = storage::RuleKind::kWord;
  storage::RuleAction action = storage::RuleAction::kHold;
  std::string pattern;
  std::string reason;
  // Only noted in the reasons; decides nothing.
  bool log_only = false;
  // What it decides becomes a label. Not of kHold, and not with log_only.
  bool teaches = false;
  // From then on it no longer counts.
  std::optional<Time> expires_at = std::nullopt;
};

// Everything wrong with a rule as given by an operator, all at once; normalises `pattern` and
// `reason` first (white space at the ends, a domain's case and international form, a network's host
// bits).
validation::Violations CheckRule(Rule& rule, std::string_view path = "rule.");

// What rules look at. Views into masked text; must outlive the call only.
struct CommentText {
  std::string_view body;
  std::string_view author_name;
  std::string_view author_url;
  std::string_view email_domain;
  // Author ids under every kept key.
  std::vector<std::string> author_ids;
};

// Which network rules the plain address fell under, computed while it is still there and carried on
// after masking. Holds rule numbers of the set that made it, and no address. Empty when no address
// was given.
class NetworkEvidence {
 public:
  NetworkEvidence() = default;

 private:
  friend class RuleSet;
  std::vector<std::uint32_t> rules_;
  std::vector<std::uint32_t> narrower_;  // may match: only the masked address is known
  const void* made_by_ = nullptr;
};

struct RuleMatch {
  const Rule* rule = nullptr;  // owned by the set
  // Where in the body, at most kSpansMax, ascending; empty when it matched elsewhere.
  std::vector<Span> spans;
  // "body", "author_name", "author_url", "author_email", "author_ip", "author": the first place it
  // matched.
  std::string_view field;
  // It matched only in disguise.
  bool disguised = false;
  // Of kDomain and kAuthor, what a rule that approves may rest on: it matched the author's id or
  // email address, which is worth something once it is vouched for; a link in the body or the
  // website leads there, and so does all else there that is, or may be taken for, a link.
  bool by_identity = false;
  bool by_all_links = false;
};

// A site's rules, compiled. Immutable; const calls may run concurrently; share it by shared_ptr and
// replace it whole. Match costs one pass over the text, whatever the number of rules (an automaton
// over words, run again over an undisguised reading where the text may have one): about 10 us for a
// common comment, 0.1 us a byte. Networks: one look-up a prefix length in use.
class RuleSet {
 public:
  // Rules that CheckRule refuses are left out and listed in skipped().
  static std::shared_ptr<const RuleSet> Compile(std::vector<Rule> rules);
  ~RuleSet();
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  // Call it with the plain address, before Mask(). Evidence of another set than the one Match is
  // called on is ignored there, so keep the shared_ptr from one to the other.
  NetworkEvidence MatchNetwork(std::string_view plain_ip) const;

  // For a stored comment, of which the masked network is left ("192.0.2.0/24"): rules about that
  // network or a wider one match; whether narrower ones do cannot be told (MayMatch).
  NetworkEvidence MatchMaskedNetwork(std::string_view masked_ip) const;

  // Whether a rule in force could match the address of which the evidence knows the network only.
  bool MayMatch(const NetworkEvidence& network, Time now) const;

  // Every rule that matches and has not expired at `now`, in the order in which they were given.
  std::vector<RuleMatch> Match(const CommentText& text, const NetworkEvidence& network,
                               Time now) const;

  std::size_t size() const;
  // Ids of rules that could not be compiled.
  const std::vector<std::string>& skipped() const;

 private:
  struct Compiled;
  explicit RuleSet(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace replyguard::service::policy
