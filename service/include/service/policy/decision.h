// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/policy/evidence.h"
#include "service/policy/site_policy.h"
#include "storage/enums.h"

namespace replyguard::service::policy {

// What one check says.
enum class Opinion {
  kRefuse,   // it is not taken at all
  kSpam,     // it is spam
  kBlatant,  // so plainly that nobody needs to see it
  kHold,     // a person should look
  kHam,      // approve it
  kAbstain,  // nothing to say, or no evidence to say it from
};
std::string_view OpinionName(Opinion opinion);

// The answer of one check, kept with the comment as evidence.
struct CheckResult {
  // Which check: "links", "honeypot", ...
  std::string name;
  Opinion opinion = Opinion::kAbstain;
  // The measured number the opinion rests on (links, seconds, a probability); absent when there is
  // none.
  std::optional<double> score;
  // Reason code and text; empty when the check has nothing to say.
  std::string code;
  std::string detail;
  std::vector<Span> spans;
  // For rules: the rule's id and whether it only logs.
  std::string rule_id;
  bool log_only = false;
  // What the check would have looked at and could not: listed in Decision::not_consulted.
  std::string missing;
  // It was asked for and could not be had, and the policy wants it: the decision is degraded.
  bool failed = false;
};

// Reason codes of the policy. Never rename one.
namespace code {
inline constexpr std::string_view kThreadClosed = "THREAD_CLOSED";
inline constexpr std::string_view kThreadTooOld = "THREAD_TOO_OLD";
inline constexpr std::string_view kParentNotInThread = "PARENT_NOT_IN_THREAD";
inline constexpr std::string_view kRule = "RULE";
inline constexpr std::string_view kHoneypot = "HONEYPOT";
inline constexpr std::string_view kFilledTooFast = "FILLED_TOO_FAST";
inline constexpr std::string_view kLinksMax = "LINKS_MAX";
inline constexpr std::string_view kFlood = "FLOOD";
inline constexpr std::string_view kDuplicate = "DUPLICATE";
inline constexpr std::string_view kFirstTimeAuthor = "FIRST_TIME_AUTHOR";
inline constexpr std::string_view kTrustedAuthor = "TRUSTED_AUTHOR";
inline constexpr std::string_view kModerateAll = "MODERATE_ALL";
inline constexpr std::string_view kNotTrusted = "NOT_TRUSTED";
inline constexpr std::string_view kUntrained = "UNTRAINED";
inline constexpr std::string_view kLikelySpam = "LIKELY_SPAM";
inline constexpr std::string_view kLikelyHam = "LIKELY_HAM";
inline constexpr std::string_view kUnsure = "UNSURE";
inline constexpr std::string_view kNoScore = "NO_SCORE";
inline constexpr std::string_view kDegraded = "DEGRADED";
inline constexpr std::string_view kEarlierRefusal = "EARLIER_REFUSAL";
inline constexpr std::string_view kRepaired = "REPAIRED";
}  // namespace code

// One reason of the verdict, for people and machines. The classifier's own reasons (words and
// weights) are added by the use case.
struct Reason {
  std::string code;
  std::string text;  // English, at most 500 bytes; no address, no author data
  std::optional<double> weight;
  std::vector<Span> spans;
  std::string rule_id;
  // The verdict rests on it.
  bool decisive = false;
};

// The comment is not taken at all (FAILED_PRECONDITION).
enum class Refusal { kThreadClosed, kThreadTooOld, kParentNotInThread };

struct Decision {
  std::optional<Refusal> refusal;
  storage::Verdict verdict = storage::Verdict::kHold;
  // Only ever true with kSpam.
  bool blatant = false;
  // What follows from the verdict: kApproved, kPending, kSpam.
  storage::CommentStatus status = storage::CommentStatus::kPending;
  // The deciding ones first. Never empty.
  std::vector<Reason> reasons;
  // Names of what was not consulted: "author_history", "network_history", "same_text", "thread",
  // "parent", "classifier".
  std::vector<std::string> not_consulted;
  // Evidence that the policy wants could not be had; never with kApprove.
  bool degraded = false;
  // Every check's answer, in order.
  std::vector<CheckResult> checks;
};

// Judges. Pure: the same evidence and policy give the same decision, on any thread; never throws,
// never blocks.
//
// The order in which evidence counts: a refusal; rules that discard or call spam, and the honeypot;
// rules that hold; mode MODERATE_ALL; rules that approve (of those about authors and domains, what
// nobody can claim by typing; one about words approves whoever types them);
// the classifier's SPAM (but a trusted author in mode APPROVE_TRUSTED is held); checks that hold
// (links, flood, duplicate, fill time, first-time author); mode APPROVE_TRUSTED; the classifier. An
// untrained classifier holds and says both numbers. What is approved was approved by something: a
// missing or failed check is an abstention, and a degraded decision is at best HOLD. Log-only rules
// are listed and decide nothing.
Decision Decide(const Evidence& evidence, const SitePolicy& policy);

}  // namespace replyguard::service::policy
