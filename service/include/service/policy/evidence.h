// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/policy/rule_set.h"

// What is known of a comment when it is judged: plain values, filled in by the use case.
namespace replyguard::service::policy {

// The result of asking for something: there is a difference between "nothing there", "not asked"
// and "could not be had", and a decision must see it.
template <typename T>
class Lookup {
 public:
  // Not asked: the default, so that what a use case forgets is listed as not consulted.
  Lookup() = default;
  static Lookup Found(T value) { return Lookup(State::kFound, std::move(value)); }
  // There is nothing to ask for, such as the history of an author who gave no address.
  static Lookup NotApplicable() { return Lookup(State::kNotApplicable, std::nullopt); }
  static Lookup NotConsulted() { return Lookup(); }
  // Asked and failed: the decision is degraded.
  static Lookup Failed() { return Lookup(State::kFailed, std::nullopt); }

  bool found() const { return value_.has_value(); }
  bool not_applicable() const { return state_ == State::kNotApplicable; }
  bool not_consulted() const { return state_ == State::kNotConsulted; }
  bool failed() const { return state_ == State::kFailed; }
  // REQUIRES: found().
  const T& operator*() const { return *value_; }
  const T* operator->() const { return &*value_; }

 private:
  enum class State { kNotConsulted, kFound, kNotApplicable, kFailed };
  Lookup(State state, std::optional<T> value) : state_(state), value_(std::move(value)) {}
  State state_ = State::kNotConsulted;
  std::optional<T> value_;
};

// What was seen before of an author, a network or a text, this comment not counted
// (storage::SeenBefore).
struct SeenBefore {
  std::int32_t approved_count = 0;
  std::int32_t pending_count = 0;
  std::int32_t spam_count = 0;
  std::int32_t trashed_count = 0;
  // Approved by people since their last setback (spam, trashed, or edited later), and those of them
  // whose author the backend vouched for.
  std::int32_t approved_streak = 0;
  std::int32_t verified_approved_streak = 0;
  // Received within the window asked for: the policy's flood_window (author, network) or
  // duplicate_window (text).
  std::int32_t recent_count = 0;
};

struct ThreadEvidence {
  bool closed = false;
  std::optional<Time> published_at;
};

struct ParentEvidence {
  bool in_thread = false;
};

// Labels a class needs before the classifier's word counts, where there is no starter model.
inline constexpr std::int64_t kTrainedLabelsMin = 20;
// What is spam by a starter model alone, where the policy asks for less: it has learnt of other
// kinds of comments, so that its probabilities are not calibrated for a site's, and a good comment
// that is held is not lost.
inline constexpr double kStarterSpamThreshold = 0.98;

struct ClassifierEvidence {
  double probability = 0.5;
  // Labelled examples of each class the model knows of.
  std::int64_t spam_labels = 0;
  std::int64_t ham_labels = 0;
  // The model decides without enough labels of the site: a starter model stands in for them.
  bool has_starter = false;
};

struct Evidence {
  // The text that is judged and the rules' matches in it (RuleSet::Match).
  CommentText text;
  std::vector<RuleMatch> rule_matches;
  // A rule about a network may match: of a stored comment's address only the network is known.
  bool network_rules_unknown = false;

  bool author_verified = false;
  bool honeypot_filled = false;
  std::optional<std::chrono::milliseconds> form_fill_time;
  // What importers and Akismet calls had repaired, for the record ("author_url CUT"); shown,
  // decides nothing.
  std::vector<std::string> repairs;

  // NotApplicable for a thread that does not exist yet, a comment without parent, an author without
  // address, ...
  Lookup<ThreadEvidence> thread;
  Lookup<ParentEvidence> parent;
  Lookup<SeenBefore> author;
  Lookup<SeenBefore> network;
  Lookup<SeenBefore> same_text;
  Lookup<ClassifierEvidence> classifier;

  // The time that counts, passed in.
  Time now{};
};

}  // namespace replyguard::service::policy
