// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/cli/review/desk.h"

namespace replyguard::service::cli {

// A review without its appearance: the items in hand, which of them is looked at, what has been
// decided. A decision takes its items out of the hand at once, and the next one is looked at while
// it is on its way; what the server refuses comes back or is told. One thread: outcomes are handed
// in by whoever runs the jobs.
class Reviewer {
 public:
  using Clock = std::chrono::steady_clock;
  using Post = std::function<void(Job)>;

  // `post` starts a job and is told nothing; its outcome comes back by On, in the order of the
  // jobs.
  Reviewer(Post post, std::chrono::milliseconds lease) : post_(std::move(post)), lease_(lease) {}

  // A key of the console: a s t e u j k x, and search(). False for any other.
  bool Press(std::string_view key, Clock::time_point now);
  // Goes to the next item in hand whose text or author holds the words, letters of ASCII in any
  // case.
  void Search(std::string_view words);
  void On(const Outcome& outcome, Clock::time_point now);
  // Has items fetched while few are ahead, and leases renewed; call before every wait.
  void Tend(Clock::time_point now);
  // Gives everything in hand back; whether any of it is leased, so that there is a job to do.
  bool GiveBack();

  // The item that is looked at; null when there is none. Valid until the next call.
  const v1::QueueItem* current() const;
  bool current_selected() const;
  std::size_t position() const { return at_; }  // from 0
  std::size_t size() const { return hand_.size(); }
  std::size_t selected_count() const;
  std::int64_t waiting_count() const { return waiting_count_; }
  bool fetching() const { return fetching_; }
  std::size_t on_their_way() const { return deciding_; }  // decisions not answered yet
  // The newest word to the moderator; empty for none. Of strangers it holds nothing but what is
  // safe to print.
  const std::string& message() const { return message_; }
  bool message_is_bad() const { return bad_; }
  void ClearMessage() { Say("", false); }
  // The error of the server that kept items from being fetched; OK while it answers.
  const grpc::Status& trouble() const { return trouble_; }
  // "12 decided: 8 approved, 3 spam, 1 trashed".
  std::string Summary() const;

 private:
  struct Held {
    v1::QueueItem item;
    bool selected = false;
  };

  // Of all in hand; nothing gives them back.
  bool ChangeLeases(std::optional<std::chrono::milliseconds> extension);
  void Decide(v1::DecisionAction action);
  void Escalate();
  // The selected items, or the one that is looked at, out of the hand.
  std::vector<v1::QueueItem> TakeOut();
  // Remembers an act that is on its way and can be taken back; its number.
  std::uint64_t Begin();
  void Undo();
  void Move(bool forward);
  void Take(v1::QueueItem item, bool look_at_it);
  // In their order, the first of them to be looked at.
  void TakeBack(const std::vector<v1::QueueItem>& items);
  void Say(std::string message, bool bad);
  void OnLeased(const Leased& leased, Clock::time_point now);
  void OnDecided(const Decided& decided);
  void OnEscalated(const Escalated& escalated);
  void OnUndone(const Undone& undone);

  const Post post_;
  const std::chrono::milliseconds lease_;
  std::vector<Held> hand_;
  std::size_t at_ = 0;
  std::uint64_t last_act_ = 0;
  std::vector<std::uint64_t> acts_;  // that can be taken back, the newest last
  std::map<v1::DecisionAction, std::int64_t> decided_;
  std::int64_t taken_back_ = 0;
  std::int64_t escalated_ = 0;  // and not taken back
  std::size_t deciding_ = 0;
  bool fetching_ = false;
  bool undoing_ = false;
  std::int64_t waiting_count_ = 0;
  Clock::time_point fetch_at_{};
  Clock::time_point renew_at_{};
  grpc::Status trouble_;
  std::string message_;
  bool bad_ = false;
};

}  // namespace replyguard::service::cli
