// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <istream>
#include <ostream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/cli/client/call_error.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/review/review.h"
#include "service/cli/review/reviewer.h"

namespace replyguard::service::cli {
namespace {

constexpr const char* kHelp =
    "a approve, s spam, t trash, e to the operators, u undo, j next, k previous, x select, /TEXT "
    "search in hand, q "
    "quit\n";

class Lines {
 public:
  Lines(Context& context, Desk& desk, std::chrono::milliseconds lease)
      : context_(context),
        desk_(desk),
        reviewer_([this](Job job) { jobs_.push_back(std::move(job)); }, lease) {}

  ExitCode Run() {
    while (true) {
      reviewer_.Tend(Reviewer::Clock::now());
      DoJobs();
      if (!reviewer_.trouble().ok() && reviewer_.current() == nullptr) {
        const grpc::Status trouble = reviewer_.trouble();
        End();
        return Fail(context_, trouble);
      }
      TellMessage();
      if (reviewer_.current() == nullptr) {
        if (!context_.json()) context_.out << "Nothing waits that nobody holds.\n";
        break;
      }
      Show();
      std::string line;
      if (!std::getline(context_.in, line)) break;
      if (!Obey(absl::StripAsciiWhitespace(line))) break;
    }
    End();
    return refused_ ? ExitCode::kFailedItems : ExitCode::kOk;
  }

 private:
  void DoJobs() {
    while (!jobs_.empty()) {
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      const Outcome outcome = desk_.Run(job);
      if (context_.json()) PrintOutcome(outcome);
      reviewer_.On(outcome, Reviewer::Clock::now());
    }
  }

  void PrintOutcome(const Outcome& outcome) {
    const auto* decided = std::get_if<Decided>(&outcome);
    if (decided == nullptr) return;
    for (const v1::ModerationResult& result : decided->response.results()) {
      context_.out << JsonObject({{"result", JsonText{JsonOf(result)}}}) << "\n";
    }
  }

  void TellMessage() {
    if (reviewer_.message().empty()) return;
    refused_ = refused_ || reviewer_.message_is_bad();
    context_.out.flush();
    // Beside machines' results, what is for people goes elsewhere.
    (context_.json() ? context_.err : context_.out) << reviewer_.message() << "\n";
    reviewer_.ClearMessage();
  }

  // The card, unless it was shown last.
  void Show() {
    const v1::QueueItem* item = reviewer_.current();
    const std::string name = item == nullptr ? "" : item->comment().name();
    if (item != nullptr && name != shown_) {
      if (context_.json()) {
        context_.out << JsonObject({{"item", JsonText{JsonOf(*item)}}}) << "\n";
      } else {
        context_.out << "\n" << CardText(*item, context_.style);
      }
    }
    shown_ = name;
    if (!context_.json()) {
      const std::size_t selected = reviewer_.selected_count();
      if (selected > 0) context_.out << "(" << selected << " selected) ";
      context_.out << "a s t e u j k x / ? q > ";
    }
    context_.out.flush();
  }

  // False to end.
  bool Obey(absl::string_view line) {
    const std::string command(line);
    if (command == "q") return false;
    if (command.empty()) return true;
    if (command.front() == '/') {
      reviewer_.Search(std::string_view(command).substr(1));
    } else if (command == "?") {
      context_.err << kHelp;
    } else if (!reviewer_.Press(command, Reviewer::Clock::now())) {
      context_.err << "Not understood: " << SafeLine(command, 40) << ". " << kHelp;
    }
    DoJobs();
    return true;
  }

  void End() {
    reviewer_.GiveBack();
    DoJobs();
    (context_.json() ? context_.err : context_.out) << reviewer_.Summary() << ".\n";
  }

  Context& context_;
  Desk& desk_;
  std::deque<Job> jobs_;
  Reviewer reviewer_;
  std::string shown_;
  bool refused_ = false;
};

}  // namespace

std::string CardText(const v1::QueueItem& item, const Style& style) {
  std::ostringstream out;
  PrintComment(out, item.comment(), style);
  if (item.cause() == v1::QueueItem::CAUSE_BLIND_SAMPLE) {
    out << "  drawn at random, to be judged blind: what the machine said is kept from you\n";
  }
  out << style.Dim(absl::StrCat("  in the queue for ", AgeText(item.enter_time()), " (",
                                Short(item.cause()), ")"))
      << "\n";
  return out.str();
}

ExitCode ReviewByLines(Context& context, Desk& desk, std::chrono::milliseconds lease) {
  return Lines(context, desk, lease).Run();
}

}  // namespace replyguard::service::cli
