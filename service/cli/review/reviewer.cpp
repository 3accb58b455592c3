// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/review/reviewer.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/cli/client/call_error.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

constexpr int kFetchCount = 5;
constexpr std::size_t kAheadMin = 3;  // fewer behind the one that is looked at: more are fetched
constexpr std::size_t kHandMax = 40;
constexpr std::size_t kChangesMax = 50;         // of one UpdateLease
constexpr std::chrono::seconds kFetchPause{3};  // after nothing was there, or the server was away

// "approved" and so on, of what was done to a comment.
std::string DoneText(v1::DecisionAction action) {
  switch (action) {
    case v1::DECISION_ACTION_APPROVE:
      return "approved";
    case v1::DECISION_ACTION_SPAM:
      return "called spam";
    case v1::DECISION_ACTION_TRASH:
      return "trashed";
    case v1::DECISION_ACTION_HOLD:
      return "sent back";
    case v1::DECISION_ACTION_UNDO:
      return "taken back a decision on";
    default:  // a value that a newer server knows
      return "decided";
  }
}

std::string StatusText(const grpc::Status& status) {
  const CallError error = DecodeError(status);
  return SafeLine(error.message.empty() ? error.code : error.message, 200);
}

// Why an item's decision was not taken: who was faster, where somebody was.
std::string RefusalText(const v1::QueueItem& item, const v1::ItemError& error) {
  const std::string whose = SafeLine(item.comment().author().display_name(), 30);
  const std::string what = whose.empty() ? "The comment" : whose + "'s comment";
  if (error.has_other_decision()) {
    const v1::Decision& other = error.other_decision();
    return absl::StrCat(SafeLine(other.actor().empty() ? "Somebody" : other.actor(), 40),
                        " was faster: has ", DoneText(other.action()), " ",
                        whose.empty() ? "it" : what, " ", AgeText(other.create_time()), " ago.");
  }
  if (error.reason() == "LEASED") return what + " is in somebody else's hand now.";
  return what + ": " + SafeLine(error.message(), 200);
}

// "Rita" or "3 comments".
std::string WhichText(const std::vector<v1::QueueItem>& items) {
  if (items.size() > 1) return absl::StrCat(items.size(), " comments");
  std::string whose = SafeLine(items.front().comment().author().display_name(), 30);
  return whose.empty() ? "A comment" : whose;
}

bool Holds(const v1::QueueItem& item, const std::string& words) {
  const v1::Comment& comment = item.comment();
  for (const std::string& text :
       {comment.body(), comment.author().display_name(), comment.author().url(),
        comment.author().masked_email(), comment.thread()}) {
    if (absl::StrContains(absl::AsciiStrToLower(text), words)) return true;
  }
  return false;
}

}  // namespace

bool Reviewer::Press(std::string_view key, Clock::time_point now) {
  if (key == "a") {
    Decide(v1::DECISION_ACTION_APPROVE);
  } else if (key == "s") {
    Decide(v1::DECISION_ACTION_SPAM);
  } else if (key == "t") {
    Decide(v1::DECISION_ACTION_TRASH);
  } else if (key == "e") {
    Escalate();
  } else if (key == "u") {
    Undo();
  } else if (key == "j") {
    Move(true);
  } else if (key == "k") {
    Move(false);
  } else if (key == "x") {
    if (at_ < hand_.size()) hand_[at_].selected = !hand_[at_].selected;
    Say("", false);
  } else {
    return false;
  }
  Tend(now);
  return true;
}

void Reviewer::Search(std::string_view words) {
  const std::string wanted = absl::AsciiStrToLower(std::string(words));
  if (wanted.empty()) return;
  for (std::size_t step = 1; step <= hand_.size(); ++step) {
    const std::size_t index = (at_ + step) % hand_.size();
    if (!Holds(hand_[index].item, wanted)) continue;
    at_ = index;
    return Say("", false);
  }
  Say("Nothing in hand holds \"" + SafeLine(words, 60) + "\".", true);
}

void Reviewer::On(const Outcome& outcome, Clock::time_point now) {
  if (const auto* leased = std::get_if<Leased>(&outcome)) return OnLeased(*leased, now);
  if (const auto* decided = std::get_if<Decided>(&outcome)) return OnDecided(*decided);
  if (const auto* escalated = std::get_if<Escalated>(&outcome)) return OnEscalated(*escalated);
  if (const auto* undone = std::get_if<Undone>(&outcome)) return OnUndone(*undone);
  // A lease that could not be renewed is told of when its item is decided.
}

void Reviewer::Tend(Clock::time_point now) {
  const std::size_t ahead = hand_.size() - std::min(hand_.size(), at_ + 1);
  if (!fetching_ && now >= fetch_at_ && ahead < kAheadMin &&
      hand_.size() + kFetchCount <= kHandMax) {
    fetching_ = true;
    post_(LeaseJob{kFetchCount});
  }
  if (now < renew_at_) return;
  renew_at_ = now + lease_ / 3;
  ChangeLeases(lease_);
}

bool Reviewer::GiveBack() {
  const bool leased = ChangeLeases(std::nullopt);
  hand_.clear();
  at_ = 0;
  return leased;
}

const v1::QueueItem* Reviewer::current() const {
  return at_ < hand_.size() ? &hand_[at_].item : nullptr;
}

bool Reviewer::current_selected() const { return at_ < hand_.size() && hand_[at_].selected; }

std::size_t Reviewer::selected_count() const {
  return static_cast<std::size_t>(
      std::count_if(hand_.begin(), hand_.end(), [](const Held& held) { return held.selected; }));
}

std::string Reviewer::Summary() const {
  std::int64_t all = 0;
  std::string parts;
  for (const auto& [action, count] : decided_) {
    if (count == 0) continue;
    all += count;
    absl::StrAppend(&parts, parts.empty() ? ": " : ", ", count, " ", DoneText(action));
  }
  if (taken_back_ > 0) absl::StrAppend(&parts, ", ", taken_back_, " of them taken back");
  if (escalated_ > 0) absl::StrAppend(&parts, "; ", escalated_, " passed to the operators");
  return absl::StrCat(all, " decided", parts);
}

bool Reviewer::ChangeLeases(std::optional<std::chrono::milliseconds> extension) {
  RenewJob job;
  bool any = false;
  for (const Held& held : hand_) {
    if (held.item.lease().token().empty()) continue;
    any = true;
    // Decisions that failed came back on top of a full hand.
    if (job.changes.size() == kChangesMax) post_(std::exchange(job, {}));
    v1::LeaseChange& change = job.changes.emplace_back();
    change.set_comment(held.item.comment().name());
    change.set_lease_token(held.item.lease().token());
    if (!extension) continue;
    *change.mutable_extension() =
        google::protobuf::util::TimeUtil::MillisecondsToDuration(extension->count());
  }
  if (any) post_(std::move(job));
  return any;
}

std::vector<v1::QueueItem> Reviewer::TakeOut() {
  std::vector<v1::QueueItem> taken;
  const bool selection = selected_count() > 0;
  std::vector<Held> left;
  std::size_t before = 0;  // of those taken, how many stood before the one looked at
  for (std::size_t i = 0; i < hand_.size(); ++i) {
    if (selection ? hand_[i].selected : i == at_) {
      if (i < at_) ++before;
      taken.push_back(std::move(hand_[i].item));
    } else {
      left.push_back(std::move(hand_[i]));
    }
  }
  hand_ = std::move(left);
  at_ -= before;
  if (at_ >= hand_.size() && at_ > 0) at_ = hand_.empty() ? 0 : hand_.size() - 1;
  return taken;
}

std::uint64_t Reviewer::Begin() {
  acts_.push_back(++last_act_);
  ++deciding_;
  return last_act_;
}

void Reviewer::Decide(v1::DecisionAction action) {
  std::vector<v1::QueueItem> items = TakeOut();
  if (items.empty()) return;
  Say(absl::StrCat(WhichText(items), ": ", DoneText(action), ". u takes it back."), false);
  post_(DecideJob{.act = Begin(), .action = action, .items = std::move(items)});
}

void Reviewer::Escalate() {
  std::vector<v1::QueueItem> items = TakeOut();
  if (items.empty()) return;
  Say(absl::StrCat(WhichText(items), ": passed to the operators. u takes it back."), false);
  post_(EscalateJob{.act = Begin(), .items = std::move(items)});
}

void Reviewer::Undo() {
  if (undoing_) return;
  if (acts_.empty()) return Say("Nothing that was decided here can be taken back.", true);
  undoing_ = true;
  Say("Taking it back ...", false);
  post_(UndoJob{acts_.back()});
  acts_.pop_back();
}

void Reviewer::Move(bool forward) {
  if (forward && at_ + 1 < hand_.size()) {
    ++at_;
    Say("", false);
  } else if (!forward && at_ > 0) {
    --at_;
    Say("", false);
  } else if (!hand_.empty()) {
    Say(!forward                                ? "This is the first in hand."
        : hand_.size() + kFetchCount > kHandMax ? "Your hand is full: decide some of these first."
                                                : "Nothing more waits that nobody holds.",
        false);
  }
}

void Reviewer::Take(v1::QueueItem item, bool look_at_it) {
  const auto same = std::find_if(hand_.begin(), hand_.end(), [&](const Held& held) {
    return held.item.comment().name() == item.comment().name();
  });
  if (same != hand_.end()) {
    // Taken back and unheld, or edited: what comes now is what is true.
    if (!item.lease().token().empty()) same->item = std::move(item);
    return;
  }
  const std::size_t place = look_at_it ? std::min(at_, hand_.size()) : hand_.size();
  hand_.insert(hand_.begin() + static_cast<std::ptrdiff_t>(place), Held{std::move(item)});
  if (look_at_it) at_ = place;
}

void Reviewer::TakeBack(const std::vector<v1::QueueItem>& items) {
  for (std::size_t i = items.size(); i-- > 0;) Take(items[i], true);
}

void Reviewer::Say(std::string message, bool bad) {
  message_ = std::move(message);
  bad_ = bad;
}

void Reviewer::OnLeased(const Leased& leased, Clock::time_point now) {
  fetching_ = false;
  trouble_ = leased.status;
  // Enough came: there may be more at once. Otherwise not before a while.
  fetch_at_ = leased.items.size() == kFetchCount ? now : now + kFetchPause;
  if (!leased.status.ok()) return;
  waiting_count_ = leased.waiting_count;
  for (const v1::QueueItem& item : leased.items) Take(item, false);
}

void Reviewer::OnDecided(const Decided& decided) {
  --deciding_;
  const DecideJob& job = decided.job;
  std::size_t taken = 0;
  if (!decided.status.ok()) {
    TakeBack(job.items);
    Say("Not decided, and back in your hand: " + StatusText(decided.status), true);
  } else {
    for (std::size_t i = 0; i < job.items.size(); ++i) {
      const v1::ModerationResult& result = decided.response.results(static_cast<int>(i));
      if (result.has_error()) {
        Say(RefusalText(job.items[i], result.error()), true);
      } else {
        ++taken;
      }
    }
  }
  decided_[job.action] += static_cast<std::int64_t>(taken);
  waiting_count_ =
      std::max<std::int64_t>(0, waiting_count_ - static_cast<std::int64_t>(job.items.size()));
  if (taken == 0) std::erase(acts_, job.act);
}

void Reviewer::OnEscalated(const Escalated& escalated) {
  --deciding_;
  const EscalateJob& job = escalated.job;
  std::vector<v1::QueueItem> refused;
  for (std::size_t i = 0; i < job.items.size(); ++i) {
    const grpc::Status& status = escalated.statuses[i];
    if (status.ok()) continue;
    refused.push_back(job.items[i]);
    Say("Not passed on, and back in your hand: " + StatusText(status), true);
  }
  TakeBack(refused);
  escalated_ += static_cast<std::int64_t>(job.items.size() - refused.size());
  if (refused.size() == job.items.size()) std::erase(acts_, job.act);
}

void Reviewer::OnUndone(const Undone& undone) {
  undoing_ = false;
  TakeBack(undone.items);
  const auto count = static_cast<std::int64_t>(undone.items.size());
  undone.escalation ? escalated_ -= count : taken_back_ += count;
  if (!undone.status.ok()) {
    // Somebody decided again since: there is nothing to try again.
    if (undone.status.error_code() != grpc::StatusCode::ABORTED) acts_.push_back(undone.act);
    return Say("Not taken back: " + StatusText(undone.status), true);
  }
  if (undone.items.empty()) return;  // the decision was refused, which has been told
  Say(undone.items.size() == 1
          ? "Taken back: here it is again."
          : absl::StrCat(undone.items.size(), undone.escalation ? " comments" : " decisions",
                         " are taken back."),
      false);
}

}  // namespace replyguard::service::cli
