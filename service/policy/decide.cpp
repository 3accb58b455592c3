// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/checks/check.h"
#include "service/policy/decision.h"

namespace replyguard::service::policy {
namespace {

using storage::CommentStatus;
using storage::Verdict;

constexpr std::size_t kReasonBytesMax = 500;
// Of those that an assessment may hold; the classifier's own come beside them.
constexpr std::size_t kReasonsMax = 32;

struct Grouped {
  Group group;
  CheckResult result;
};

// What was said, and which of it settled the verdict.
class Bench {
 public:
  Bench(const Evidence& evidence, const SitePolicy& policy) : policy_(policy) {
    said_.reserve(2 * AllChecks().size());
    for (const Check& check : AllChecks()) {
      for (CheckResult& result : check.run(evidence, policy)) {
        result.name = check.name;
        said_.push_back({check.group, std::move(result)});
      }
    }
  }

  // Marks what says `opinion` in one of the groups as decisive; whether there was any.
  bool Settle(std::initializer_list<Group> groups, Opinion opinion) {
    bool any = false;
    for (std::size_t i = 0; i < said_.size(); ++i) {
      if (!Is(said_[i], groups, opinion)) continue;
      decisive_.push_back(i);
      any = true;
    }
    return any;
  }

  bool Has(std::initializer_list<Group> groups, Opinion opinion) const {
    return std::any_of(said_.begin(), said_.end(),
                       [&](const Grouped& grouped) { return Is(grouped, groups, opinion); });
  }

  // A reason that comes from the policy itself.
  void SettleBy(std::string_view code, std::string_view text) {
    Reason reason;
    reason.code = code;
    reason.text = text;
    reason.decisive = true;
    own_.push_back(std::move(reason));
  }
  void NoLongerDecisive() { decisive_.clear(); }

  bool IsDegraded() const {
    return std::any_of(said_.begin(), said_.end(),
                       [](const Grouped& grouped) { return grouped.result.failed; });
  }

  std::optional<std::string_view> RefusalCode() const {
    for (const Grouped& grouped : said_) {
      if (grouped.result.opinion == Opinion::kRefuse) return grouped.result.code;
    }
    return std::nullopt;
  }

  // The deciding reasons first, each kind in the order of the checks.
  std::vector<Reason> Reasons() const {
    std::vector<Reason> reasons = own_;
    for (const bool decisive : {true, false}) {
      for (std::size_t i = 0; i < said_.size() && reasons.size() < kReasonsMax; ++i) {
        const bool settles = std::find(decisive_.begin(), decisive_.end(), i) != decisive_.end();
        if (said_[i].result.code.empty() || settles != decisive) continue;
        reasons.push_back(ReasonOf(said_[i].result, decisive));
      }
    }
    return reasons;
  }

  std::vector<std::string> Missing() const {
    std::vector<std::string> missing;
    for (const Grouped& grouped : said_) {
      const std::string& what = grouped.result.missing;
      if (!what.empty() && std::find(missing.begin(), missing.end(), what) == missing.end())
        missing.push_back(what);
    }
    return missing;
  }

  std::vector<CheckResult> TakeResults() {
    std::vector<CheckResult> results;
    results.reserve(said_.size());
    for (Grouped& grouped : said_) results.push_back(std::move(grouped.result));
    return results;
  }

  const SitePolicy& policy() const { return policy_; }

 private:
  static bool Is(const Grouped& grouped, std::initializer_list<Group> groups, Opinion opinion) {
    return !grouped.result.log_only && grouped.result.opinion == opinion &&
           std::find(groups.begin(), groups.end(), grouped.group) != groups.end();
  }

  static Reason ReasonOf(const CheckResult& result, bool decisive) {
    Reason reason;
    reason.code = result.code;
    reason.text = result.detail;
    if (reason.text.size() > kReasonBytesMax) {
      std::size_t end = kReasonBytesMax;
      while (end > 0 && (static_cast<unsigned char>(reason.text[end]) & 0xC0) == 0x80) --end;
      reason.text.resize(end);
    }
    reason.weight = result.score;
    reason.spans = result.spans;
    reason.rule_id = result.rule_id;
    reason.decisive = decisive;
    return reason;
  }

  const SitePolicy& policy_;
  std::vector<Grouped> said_;
  std::vector<std::size_t> decisive_;
  std::vector<Reason> own_;
};

struct Judgement {
  Verdict verdict;
  bool blatant = false;
};

// What mode APPROVE_TRUSTED and the classifier say once nothing stronger has spoken.
Judgement JudgeQuietly(Bench& bench) {
  if (bench.policy().mode == Mode::kApproveTrusted) {
    if (bench.Settle({Group::kTrust}, Opinion::kHam)) return {Verdict::kApprove};
    bench.SettleBy(code::kNotTrusted, "Only trusted authors are approved without a moderator.");
    return {Verdict::kHold};
  }
  if (bench.Settle({Group::kClassifier}, Opinion::kHam)) return {Verdict::kApprove};
  bench.Settle({Group::kClassifier}, Opinion::kHold);
  return {Verdict::kHold};
}

// The ladder: the first step on which anything stands decides.
Judgement Judge(Bench& bench) {
  const bool approves_trusted = bench.policy().mode == Mode::kApproveTrusted;
  if (bench.Settle({Group::kAdmission}, Opinion::kRefuse)) return {Verdict::kHold};
  if (bench.Settle({Group::kRule, Group::kSign}, Opinion::kBlatant)) return {Verdict::kSpam, true};
  if (bench.Settle({Group::kRule, Group::kSign}, Opinion::kSpam)) return {Verdict::kSpam};
  if (bench.Settle({Group::kRule}, Opinion::kHold)) return {Verdict::kHold};
  if (bench.policy().mode == Mode::kModerateAll) {
    bench.SettleBy(code::kModerateAll, "A moderator decides every comment of this site.");
    return {Verdict::kHold};
  }
  if (bench.Settle({Group::kRule}, Opinion::kHam)) return {Verdict::kApprove};
  for (const Opinion spam : {Opinion::kBlatant, Opinion::kSpam}) {
    if (!bench.Settle({Group::kClassifier}, spam)) continue;
    // A trusted author who writes spam, or a classifier that errs: a person tells them apart.
    if (approves_trusted && bench.Settle({Group::kTrust}, Opinion::kHam)) return {Verdict::kHold};
    return {Verdict::kSpam, spam == Opinion::kBlatant};
  }
  if (bench.Settle({Group::kCaution}, Opinion::kHold)) return {Verdict::kHold};
  return JudgeQuietly(bench);
}

CommentStatus StatusOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kApprove:
      return CommentStatus::kApproved;
    case Verdict::kHold:
      return CommentStatus::kPending;
    case Verdict::kSpam:
      return CommentStatus::kSpam;
  }
  return CommentStatus::kPending;
}

std::optional<Refusal> RefusalOf(std::optional<std::string_view> refusal_code) {
  if (!refusal_code) return std::nullopt;
  if (*refusal_code == code::kThreadClosed) return Refusal::kThreadClosed;
  if (*refusal_code == code::kThreadTooOld) return Refusal::kThreadTooOld;
  return Refusal::kParentNotInThread;
}

}  // namespace

std::string_view OpinionName(Opinion opinion) {
  switch (opinion) {
    case Opinion::kRefuse:
      return "refuse";
    case Opinion::kSpam:
      return "spam";
    case Opinion::kBlatant:
      return "blatant";
    case Opinion::kHold:
      return "hold";
    case Opinion::kHam:
      return "ham";
    case Opinion::kAbstain:
      return "abstain";
  }
  return "";
}

Decision Decide(const Evidence& evidence, const SitePolicy& policy) {
  Bench bench(evidence, policy);
  Judgement judgement = Judge(bench);
  Decision decision;
  decision.degraded = bench.IsDegraded();
  if (decision.degraded && judgement.verdict == Verdict::kApprove) {
    judgement.verdict = Verdict::kHold;
    bench.NoLongerDecisive();
    bench.SettleBy(code::kDegraded, "Evidence that the site's policy asks for could not be had.");
  }
  decision.refusal = RefusalOf(bench.RefusalCode());
  decision.verdict = judgement.verdict;
  decision.blatant = judgement.blatant && judgement.verdict == Verdict::kSpam;
  decision.status = StatusOf(judgement.verdict);
  decision.reasons = bench.Reasons();
  for (const std::string& repair : evidence.repairs) {
    if (decision.reasons.size() == kReasonsMax) break;
    Reason reason;
    reason.code = code::kRepaired;
    reason.text = "Repaired before it was judged: " + repair + ".";
    decision.reasons.push_back(std::move(reason));
  }
  decision.not_consulted = bench.Missing();
  decision.checks = bench.TakeResults();
  return decision;
}

}  // namespace replyguard::service::policy
