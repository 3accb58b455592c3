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
#include "policy/rules/paths.h"
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

bool HasExpired(const Rule& rule, Time now) { return rule.expires_at && *rule.expires_at <= now; }

Span SpanOf(std::uint32_t begin, std::uint32_t end) {
  return {static_cast<std::int32_t>(begin), static_cast<std::int32_t>(end)};
}

// May stand inside a word, or for a letter of it.
bool IsOfWord(char c) {
  constexpr std::string_view kSigns = "@$!|";
  return (c & 0x80) != 0 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z') || kSigns.find(c) != std::string_view::npos;
}

// Whether an escape or a tag stands inside a word: most stand beside one, and need no second look.
bool ReadsOtherwise(const DecodedText& decoded, std::string_view original) {
  for (std::size_t i = 0; i < decoded.text.size(); ++i) {
    if (!IsOfWord(decoded.text[i])) continue;
    const bool follows = i > 0 && IsOfWord(decoded.text[i - 1]);
    if (IsChanged(decoded, original, follows ? i - 1 : i, i + 1)) return true;
  }
  return false;
}

// What one call of Match has found, by rule.
class Matches {
 public:
  explicit Matches(std::size_t rules) : by_rule_(rules) {}

  // Whether another one of the same field and disguise would add anything.
  bool Add(std::uint32_t rule, std::string_view field, std::optional<Span> span, bool disguised) {
    RuleMatch& match = by_rule_[rule].match;
    const bool is_first = match.field.empty();
    if (is_first) match.field = field;
    match.disguised = disguised && (is_first || match.disguised);
    if (!span) return false;
    if (match.spans.size() < kSpansMax &&
        std::find(match.spans.begin(), match.spans.end(), *span) == match.spans.end()) {
      match.spans.push_back(*span);
    }
    return match.spans.size() < kSpansMax;
  }

  // It matched what the author typed of himself.
  void AddIdentity(std::uint32_t rule, std::string_view field) {
    Add(rule, field, std::nullopt, false);
    by_rule_[rule].match.by_identity = true;
  }

  // Every host in the body and the website, whether a rule matches it or not.
  // Of a scheme within a path nothing is known: it may be where some redirection leads.
  void CountHost(const Host& host) {
    links_ += host.may_be_link ? 1U : 0U;
    links_ += host.path.find("://") != std::string::npos ? 1U : 0U;
  }
  void AddHost(std::uint32_t rule, const Host& host, std::string_view field) {
    std::optional<Span> span;
    if (field == kBody) span = SpanOf(host.begin, host.end);
    Add(rule, field, span, false);
    Found& found = by_rule_[rule];
    found.links += host.may_be_link ? 1U : 0U;
    found.leads_there = found.leads_there || host.is_link || field == kUrl;
  }

  // `found_as`: of each rule, the one in whose place it was looked for.
  std::vector<RuleMatch> Take(const std::vector<Rule>& rules,
                              const std::vector<std::uint32_t>& found_as, Time now) const {
    std::vector<RuleMatch> found;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const Found& as = by_rule_[found_as[i]];
      if (as.match.field.empty() || HasExpired(rules[i], now)) continue;
      found.push_back(as.match);
      found.back().rule = &rules[i];
      found.back().by_all_links = as.leads_there && as.links == links_;
      std::sort(found.back().spans.begin(), found.back().spans.end(),
                [](Span a, Span b) { return a.begin < b.begin; });
    }
    return found;
  }

 private:
  struct Found {
    RuleMatch match;
    std::size_t links = 0;     // of what is taken for a link, how much leads there
    bool leads_there = false;  // a link does
  };
  std::vector<Found> by_rule_;
  std::size_t links_ = 0;
};

// No host begins with a space.
std::string KeyOf(const std::vector<Word>& words) {
  std::string key;
  for (const Word& word : words) key.append(" ").append(word.text);
  return key;
}

}  // namespace

struct RuleSet::Compiled {
  std::vector<Rule> rules;
  // The first rule about the same words or host and path, which stands for all of them: many alike
  // cost no more than one for each place in a text.
  std::vector<std::uint32_t> found_as;
  absl::flat_hash_map<std::string, std::uint32_t> firsts;
  std::vector<std::string> skipped;
  PhraseAutomaton phrases;
  absl::flat_hash_map<std::string, PathTable> hosts;
  absl::flat_hash_map<std::string, std::vector<std::uint32_t>> authors;
  NetworkTable networks;

  void Add(Rule rule);
  // Whether the rule that is being added is the first of this key; otherwise that one stands for
  // it.
  bool IsFirst(const std::string& key);
  void MatchWords(std::string_view text, std::string_view field, Matches& matches) const;
  // Calls prepare(words) for each reading first.
  template <typename Prepare>
  void MatchReadings(std::string_view text, std::string_view field, bool only_disguised,
                     Prepare prepare, Matches& matches) const;
  // Calls found(rule) for the rules about the host.
  template <typename Found>
  void FindHost(const Host& host, Found found) const;
  void MatchHosts(std::string_view text, std::string_view field, Matches& matches) const;
};

bool RuleSet::Compiled::IsFirst(const std::string& key) {
  const auto [first, is_new] = firsts.try_emplace(key, found_as.back());
  found_as.back() = first->second;
  return is_new;
}

void RuleSet::Compiled::Add(Rule rule) {
  if (rules.size() == kRulesMax || !CheckRule(rule).empty()) {
    skipped.push_back(rule.id);
    return;
  }
  const auto number = static_cast<std::uint32_t>(rules.size());
  found_as.push_back(number);
  switch (rule.kind) {
    case RuleKind::kWord: {
      const std::vector<Word> words = PlainWords(rule.pattern);
      if (IsFirst(KeyOf(words))) phrases.Add(words, number);
      break;
    }
    case RuleKind::kDomain: {
      if (!IsFirst(rule.pattern)) break;
      const std::size_t slash = std::min(rule.pattern.find('/'), rule.pattern.size());
      hosts[rule.pattern.substr(0, slash)].Add(
          VisiblePath(std::string_view(rule.pattern).substr(slash)), number);
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
  MatchReadings(
      text, field, false, [](std::vector<Word>&) {}, matches);
  if (!HasMarkup(text)) return;
  const DecodedText decoded = DecodeWords(text);
  if (!ReadsOtherwise(decoded, text)) return;
  // Only what escapes and tags hid is new.
  const auto to_original = [&](std::vector<Word>& words) {
    for (Word& word : words) {
      word.disguised = IsChanged(decoded, text, word.begin, word.end);
      word.end = EndInOriginal(decoded, text, word.end);
      word.begin = decoded.origin[word.begin];
    }
  };
  MatchReadings(decoded.text, field, true, to_original, matches);
}

template <typename Prepare>
void RuleSet::Compiled::MatchReadings(std::string_view text, std::string_view field,
                                      bool only_disguised, Prepare prepare,
                                      Matches& matches) const {
  // A plain reading has no word in disguise, and of another one only matches with such a word
  // count.
  const auto match = [&](std::vector<Word> words, bool disguised) {
    prepare(words);
    phrases.Find(words, disguised, [&](std::uint32_t rule, std::size_t first, std::size_t last) {
      std::optional<Span> span;
      if (field == kBody) span = SpanOf(words[first].begin, words[last].end);
      return matches.Add(rule, field, span, disguised);
    });
  };
  const TextReader reader(text);
  match(reader.Plain(), only_disguised);
  match(reader.Undisguised(Stroke::kI), true);
  // Without a stroke in the text the second reading is the first.
  if (text.find_first_of("1|!") != std::string_view::npos)
    match(reader.Undisguised(Stroke::kL), true);
}

template <typename Found>
void RuleSet::Compiled::FindHost(const Host& host, Found found) const {
  std::optional<std::string> path;
  // The name itself, then every domain above it.
  for (std::string_view name = host.name;;) {
    const auto rules_of = hosts.find(absl::string_view(name.data(), name.size()));
    if (rules_of != hosts.end()) {
      if (!path) path = NormalPath(host.path);
      for (const std::uint32_t rule : rules_of->second.Find(*path)) found(rule);
    }
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return;
    name.remove_prefix(dot + 1);
  }
}

void RuleSet::Compiled::MatchHosts(std::string_view text, std::string_view field,
                                   Matches& matches) const {
  if (hosts.empty()) return;
  const auto match = [&](const Host& host) {
    matches.CountHost(host);
    FindHost(host, [&](std::uint32_t rule) { matches.AddHost(rule, host, field); });
  };
  for (const Host& host : FindHosts(text)) match(host);
  const bool is_link = field == kUrl;
  if (!MayHideLinks(text, is_link)) return;
  const auto match_decoded = [&](const DecodedText& decoded) {
    if (decoded.text == text) return;
    for (Host& host : FindHosts(decoded.text)) {
      host.begin = decoded.origin[host.begin];
      host.end = decoded.origin[host.end];
      match(host);
    }
  };
  const DecodedText links = DecodeLinks(text, is_link);
  match_decoded(links);
  const DecodedText escapes = DecodeEscapes(text);
  if (escapes.text != links.text) match_decoded(escapes);
}

RuleSet::RuleSet(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::~RuleSet() = default;

std::shared_ptr<const RuleSet> RuleSet::Compile(std::vector<Rule> rules) {
  auto compiled = std::make_unique<Compiled>();
  for (Rule& rule : rules) compiled->Add(std::move(rule));
  compiled->firsts.clear();
  compiled->phrases.Build();
  for (auto& [host, paths] : compiled->hosts) paths.Build();
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
    for (const std::uint32_t rule : found->second) matches.AddIdentity(rule, kAuthor);
  }
  compiled.MatchWords(text.body, kBody, matches);
  compiled.MatchWords(text.author_name, kName, matches);
  compiled.MatchWords(text.author_url, kUrl, matches);
  compiled.MatchHosts(text.body, kBody, matches);
  compiled.MatchHosts(text.author_url, kUrl, matches);
  if (!text.email_domain.empty()) {
    const Host host{.name = CanonicalHost(text.email_domain), .path = ""};
    compiled.FindHost(host, [&](std::uint32_t rule) { matches.AddIdentity(rule, kEmail); });
  }
  return matches.Take(compiled.rules, compiled.found_as, now);
}

std::size_t RuleSet::size() const { return compiled_->rules.size(); }

const std::vector<std::string>& RuleSet::skipped() const { return compiled_->skipped; }

}  // namespace replyguard::service::policy
