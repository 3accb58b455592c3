// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/policy/rule_set.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "policy/rules/automaton.h"
#include "policy/rules/decoded.h"
#include "policy/rules/hosts.h"
#include "policy/rules/networks.h"
#include "policy/rules/words.h"

namespace replyguard::service::policy {
namespace {

using storage::RuleKind;

constexpr std::string_view kBody = "body";
constexpr std::string_view kName = "author_name";
constexpr std::string_view kUrl = "author_url";
constexpr std::string_view kEmail = "author_email";
constexpr std::string_view kIp = "author_ip";
constexpr std::string_view kAuthor = "author";

// A rule about a host: which paths on it.
struct HostRule {
  std::uint32_t rule;
  std::string path;
};

template <typename Value>
using Table = absl::flat_hash_map<std::string, std::vector<Value>>;

bool HasExpired(const Rule& rule, Time now) { return rule.expires_at && *rule.expires_at <= now; }

// What one call of Match has found, by rule.
class Matches {
 public:
  explicit Matches(std::size_t rules) : by_rule_(rules) {}

  void Add(std::uint32_t rule, std::string_view field, std::optional<Span> span, bool disguised) {
    RuleMatch& match = by_rule_[rule];
    const bool is_first = match.field.empty();
    if (is_first) match.field = field;
    match.disguised = disguised && (is_first || match.disguised);
    if (!span || match.spans.size() >= kSpansMax) return;
    if (std::find(match.spans.begin(), match.spans.end(), *span) == match.spans.end())
      match.spans.push_back(*span);
  }

  std::vector<RuleMatch> Take(const std::vector<Rule>& rules, Time now) {
    std::vector<RuleMatch> found;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      RuleMatch& match = by_rule_[i];
      if (match.field.empty() || HasExpired(rules[i], now)) continue;
      match.rule = &rules[i];
      std::sort(match.spans.begin(), match.spans.end(),
                [](Span a, Span b) { return a.begin < b.begin; });
      found.push_back(std::move(match));
    }
    return found;
  }

 private:
  std::vector<RuleMatch> by_rule_;
};

// The path without empty and dot segments, as servers read it.
std::string NormalPath(std::string_view path) {
  std::vector<std::string_view> segments;
  bool is_folder = false;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, slash - at);
    is_folder = slash < path.size() || segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    at = slash + 1;
  }
  std::string normal;
  for (const std::string_view segment : segments) normal.append("/").append(segment);
  if (is_folder || normal.empty()) normal.push_back('/');
  return normal;
}

// Whether the path lies under the rule's: whole segments, and what a sentence puts behind a link.
bool LiesUnder(std::string_view path, std::string_view rule_path) {
  if (rule_path.empty()) return true;
  if (path.empty()) return rule_path == "/";
  const std::string normal = NormalPath(path);
  std::string_view rest = normal;
  if (!rest.starts_with(rule_path)) return false;
  rest.remove_prefix(rule_path.size());
  if (rest.empty() || rule_path.back() == '/') return true;
  constexpr std::string_view kEndsSegment = "/;&";
  constexpr std::string_view kAfterLink = ".,:;!)*'";
  return kEndsSegment.find(rest.front()) != std::string_view::npos ||
         rest.find_first_not_of(kAfterLink) == std::string_view::npos;
}

Span SpanOf(std::uint32_t begin, std::uint32_t end) {
  return {static_cast<std::int32_t>(begin), static_cast<std::int32_t>(end)};
}

}  // namespace

struct RuleSet::Compiled {
  std::vector<Rule> rules;
  std::vector<std::string> skipped;
  PhraseAutomaton phrases;
  Table<HostRule> hosts;
  Table<std::uint32_t> authors;
  NetworkTable networks;

  void Add(Rule rule);
  void MatchWords(std::string_view text, std::string_view field, Matches& matches) const;
  void MatchHost(const Host& host, std::string_view field, Matches& matches) const;
  void MatchHosts(std::string_view text, std::string_view field, Matches& matches) const;
};

void RuleSet::Compiled::Add(Rule rule) {
  if (rules.size() == kRulesMax || !CheckRule(rule).empty()) {
    skipped.push_back(rule.id);
    return;
  }
  const auto number = static_cast<std::uint32_t>(rules.size());
  switch (rule.kind) {
    case RuleKind::kWord:
      phrases.Add(PlainWords(rule.pattern), number);
      break;
    case RuleKind::kDomain: {
      const std::size_t slash = std::min(rule.pattern.find('/'), rule.pattern.size());
      hosts[rule.pattern.substr(0, slash)].push_back({number, rule.pattern.substr(slash)});
      break;
    }
    case RuleKind::kCidr:
      networks.Add(*ParseNetwork(rule.pattern), number);
      break;
    case RuleKind::kAuthor:
      authors[rule.pattern].push_back(number);
      break;
  }
  rules.push_back(std::move(rule));
}

void RuleSet::Compiled::MatchWords(std::string_view text, std::string_view field,
                                   Matches& matches) const {
  if (phrases.empty() || text.empty()) return;
  const auto match = [&](const std::vector<Word>& words, bool only_disguised) {
    phrases.Find(words, [&](std::uint32_t rule, std::size_t first, std::size_t last) {
      const bool disguised = std::any_of(words.begin() + static_cast<std::ptrdiff_t>(first),
                                         words.begin() + static_cast<std::ptrdiff_t>(last + 1),
                                         [](const Word& word) { return word.disguised; });
      if (only_disguised && !disguised) return;
      std::optional<Span> span;
      if (field == kBody) span = SpanOf(words[first].begin, words[last].end);
      matches.Add(rule, field, span, disguised);
    });
  };
  const TextReader reader(text);
  match(reader.Plain(), false);
  match(reader.Undisguised(Stroke::kI), true);
  // Without a stroke in the text the second reading is the first.
  if (text.find_first_of("1|!") != std::string_view::npos)
    match(reader.Undisguised(Stroke::kL), true);
}

void RuleSet::Compiled::MatchHost(const Host& host, std::string_view field,
                                  Matches& matches) const {
  // The name itself, then every domain above it.
  for (std::string_view name = host.name;;) {
    const auto found = hosts.find(absl::string_view(name.data(), name.size()));
    if (found != hosts.end()) {
      for (const HostRule& rule : found->second) {
        if (!LiesUnder(host.path, rule.path)) continue;
        std::optional<Span> span;
        if (field == kBody) span = SpanOf(host.begin, host.end);
        matches.Add(rule.rule, field, span, false);
      }
    }
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return;
    name.remove_prefix(dot + 1);
  }
}

void RuleSet::Compiled::MatchHosts(std::string_view text, std::string_view field,
                                   Matches& matches) const {
  if (hosts.empty()) return;
  for (const Host& host : FindHosts(text)) MatchHost(host, field, matches);
  if (!HasEscapes(text)) return;
  const DecodedText decoded = DecodeEscapes(text);
  if (decoded.text == text) return;
  for (Host& host : FindHosts(decoded.text)) {
    host.begin = decoded.origin[host.begin];
    host.end = decoded.origin[host.end];
    MatchHost(host, field, matches);
  }
}

RuleSet::RuleSet(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::~RuleSet() = default;

std::shared_ptr<const RuleSet> RuleSet::Compile(std::vector<Rule> rules) {
  auto compiled = std::make_unique<Compiled>();
  for (Rule& rule : rules) compiled->Add(std::move(rule));
  compiled->phrases.Build();
  return std::shared_ptr<const RuleSet>(new RuleSet(std::move(compiled)));
}

NetworkEvidence RuleSet::MatchNetwork(std::string_view plain_ip) const {
  NetworkEvidence evidence;
  evidence.rules_ = compiled_->networks.Find(plain_ip);
  evidence.made_by_ = this;
  return evidence;
}

NetworkEvidence RuleSet::MatchMaskedNetwork(std::string_view masked_ip) const {
  NetworkEvidence evidence;
  evidence.made_by_ = this;
  const std::optional<Network> network = ParseNetwork(masked_ip);
  if (!network) return evidence;
  evidence.rules_ = compiled_->networks.Containing(*network);
  evidence.narrower_ = compiled_->networks.Within(*network);
  return evidence;
}

bool RuleSet::MayMatch(const NetworkEvidence& network, Time now) const {
  if (network.made_by_ != this) return false;
  const std::vector<Rule>& rules = compiled_->rules;
  return std::any_of(network.narrower_.begin(), network.narrower_.end(), [&](std::uint32_t rule) {
    return rule < rules.size() && !rules[rule].log_only && !HasExpired(rules[rule], now);
  });
}

std::vector<RuleMatch> RuleSet::Match(const CommentText& text, const NetworkEvidence& network,
                                      Time now) const {
  const Compiled& compiled = *compiled_;
  Matches matches(compiled.rules.size());
  if (network.made_by_ == this) {
    for (const std::uint32_t rule : network.rules_) {
      // A set may have come to live where another one died: believe nothing out of bounds.
      if (rule < compiled.rules.size() && compiled.rules[rule].kind == RuleKind::kCidr) {
        matches.Add(rule, kIp, std::nullopt, false);
      }
    }
  }
  for (const std::string& id : text.author_ids) {
    const auto found = compiled.authors.find(id);
    if (found == compiled.authors.end()) continue;
    for (const std::uint32_t rule : found->second) matches.Add(rule, kAuthor, std::nullopt, false);
  }
  compiled.MatchWords(text.body, kBody, matches);
  compiled.MatchWords(text.author_name, kName, matches);
  compiled.MatchWords(text.author_url, kUrl, matches);
  compiled.MatchHosts(text.body, kBody, matches);
  compiled.MatchHosts(text.author_url, kUrl, matches);
  if (!text.email_domain.empty()) {
    compiled.MatchHost({.name = CanonicalHost(text.email_domain), .path = ""}, kEmail, matches);
  }
  return matches.Take(compiled.rules, now);
}

std::size_t RuleSet::size() const { return compiled_->rules.size(); }

const std::vector<std::string>& RuleSet::skipped() const { return compiled_->skipped; }

}  // namespace replyguard::service::policy
