// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/cli/client/call_error.h"
#include "service/cli/output/comment_view.h"
#include "service/cli/output/safe_text.h"
#include "service/cli/review/review.h"
#include "service/cli/review/reviewer.h"
#include "service/cli/review/styled_lines.h"
#include "service/cli/review/worker.h"

namespace replyguard::service::cli {
namespace {

constexpr std::chrono::milliseconds kWaitMax{1000};  // ages are shown in seconds
constexpr std::size_t kSearchBytesMax = 200;

constexpr const char* kHelp =
    "Keys\n"
    "\n"
    "  a  approve: show it; teaches that it is good\n"
    "  s  spam; teaches so\n"
    "  t  trash: remove it without calling it spam; teaches nothing\n"
    "  e  escalate: passes it to the operators, and on to the next\n"
    "  u  undo: takes the last decision back, and what it taught; again for the one before\n"
    "  j  next, k previous, without deciding\n"
    "  x  select: a, s, t and e then mean all that are selected\n"
    "  /  search in what is in hand\n"
    "  space, arrows, page keys  scroll a long comment\n"
    "  q  quit; what is in hand goes back to the queue\n"
    "\n"
    "A decision is sent while you read the next comment. What the server refuses comes back, or\n"
    "you are told who was faster. Words that spoke for spam are shown red, those against it green "
    "and\n"
    "underlined; the numbers are log-odds and add up to the comment's.\n"
    "\n"
    "Any key goes back.\n";

// Asking again would not help: the key or the request is wrong.
bool IsHopeless(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNAUTHENTICATED || code == grpc::StatusCode::PERMISSION_DENIED ||
         code == grpc::StatusCode::INVALID_ARGUMENT || code == grpc::StatusCode::NOT_FOUND ||
         code == grpc::StatusCode::UNIMPLEMENTED;
}

class Screen {
 public:
  Screen(Context& context, Desk& desk, Terminal& terminal, std::chrono::milliseconds lease)
      : context_(context),
        terminal_(terminal),
        worker_(desk, [&terminal] { terminal.Wake(); }),
        reviewer_([this](Job job) { worker_.Post(std::move(job)); }, lease) {}

  // Until q or a signal; then everything decided has been sent and everything else given back.
  void Run() {
    while (!quit_) {
      reviewer_.Tend(Reviewer::Clock::now());
      Draw();
      switch (terminal_.Wait(kWaitMax)) {
        case Terminal::Event::kKey:
          OnKey(terminal_.key());
          break;
        case Terminal::Event::kWake:
          for (const Outcome& outcome : worker_.Take())
            reviewer_.On(outcome, Reviewer::Clock::now());
          quit_ = IsHopeless(reviewer_.trouble().error_code());
          break;
        case Terminal::Event::kResize:
        case Terminal::Event::kTimeout:
          break;
        case Terminal::Event::kEnd:
          quit_ = true;
          break;
      }
    }
    // What was being leased, and what could not be decided, is given back with the rest.
    do {
      worker_.Settle();
      for (const Outcome& outcome : worker_.Take()) reviewer_.On(outcome, Reviewer::Clock::now());
    } while (reviewer_.GiveBack());
  }

  std::string Summary() const { return reviewer_.Summary(); }
  // What the last decisions met, which nobody has seen on the screen.
  std::string LastWord() const { return reviewer_.message_is_bad() ? reviewer_.message() : ""; }
  grpc::Status trouble() const {
    return IsHopeless(reviewer_.trouble().error_code()) ? reviewer_.trouble() : grpc::Status::OK;
  }

 private:
  void OnKey(const std::string& key) {
    if (help_) {
      help_ = false;
    } else if (searching_) {
      OnSearchKey(key);
    } else if (key == "q") {
      quit_ = true;
    } else if (key == "?") {
      help_ = true;
    } else if (key == "/") {
      searching_ = true;
      search_.clear();
    } else if (key == " " || key == "page-down") {
      scroll_ += std::max<std::size_t>(1, body_rows_ - std::min<std::size_t>(body_rows_, 2));
    } else if (key == "page-up") {
      scroll_ -= std::min(scroll_, std::max<std::size_t>(1, body_rows_));
    } else if (key == "down") {
      ++scroll_;
    } else if (key == "up") {
      scroll_ -= std::min<std::size_t>(scroll_, 1);
    } else if (key == "home") {
      scroll_ = 0;
    } else {
      reviewer_.Press(key, Reviewer::Clock::now());
    }
  }

  void OnSearchKey(const std::string& key) {
    if (key == "enter") {
      searching_ = false;
      reviewer_.Search(search_);
    } else if (key == "escape") {
      searching_ = false;
    } else if (key == "backspace") {
      while (!search_.empty() && (static_cast<unsigned char>(search_.back()) & 0xC0U) == 0x80)
        search_.pop_back();
      if (!search_.empty()) search_.pop_back();
    } else if (IsText(key) && search_.size() + key.size() <= kSearchBytesMax) {
      search_ += key;
    }
  }

  // A character and not the name of a key: those have several letters.
  static bool IsText(const std::string& key) {
    return !key.empty() && (key.size() == 1 ? static_cast<unsigned char>(key.front()) >= 0x20
                                            : static_cast<unsigned char>(key.front()) >= 0x80);
  }

  void Draw() {
    const Terminal::Size size = terminal_.size();
    const Style& style = context_.style;
    std::vector<std::string> lines = WrapStyled(style.Bold(TitleText()), size.columns);
    const std::vector<std::string> foot = Foot(size.columns);
    const std::size_t used = lines.size() + foot.size() + 1;
    body_rows_ = size.rows > used ? size.rows - used : 1;
    lines.emplace_back();
    const std::vector<std::string> body = Body(size.columns);
    scroll_ = std::min(scroll_, body.size() > body_rows_ ? body.size() - body_rows_ : 0);
    for (std::size_t i = 0; i < body_rows_; ++i) {
      lines.push_back(scroll_ + i < body.size() ? body[scroll_ + i] : "");
    }
    if (const std::size_t below = body.size() - std::min(body.size(), scroll_ + body_rows_);
        below > 0) {
      lines.back() =
          style.Dim(SafeLine(absl::StrCat("... ", below + 1, " more lines: space"), size.columns));
    }
    lines.insert(lines.end(), foot.begin(), foot.end());
    terminal_.Draw(lines);
  }

  std::string TitleText() const {
    std::string title = "replyguard queue";
    if (reviewer_.size() > 0)
      absl::StrAppend(&title, " · ", reviewer_.position() + 1, " of ", reviewer_.size(),
                      " in hand");
    if (reviewer_.waiting_count() > 0)
      absl::StrAppend(&title, " · ", reviewer_.waiting_count(), " wait");
    if (reviewer_.selected_count() > 0)
      absl::StrAppend(&title, " · ", reviewer_.selected_count(), " selected");
    if (reviewer_.on_their_way() > 0) absl::StrAppend(&title, " · sending");
    return title;
  }

  std::vector<std::string> Body(std::size_t columns) {
    if (help_) return WrapStyled(kHelp, columns);
    const v1::QueueItem* item = reviewer_.current();
    if (item == nullptr) {
      shown_.clear();
      return WrapStyled(EmptyText(), columns);
    }
    if (item->comment().name() != shown_) {
      shown_ = item->comment().name();
      scroll_ = 0;
    }
    return WrapStyled(
        (reviewer_.current_selected() ? "[x] selected\n" : "") + CardText(*item, context_.style),
        columns);
  }

  std::string EmptyText() const {
    if (!reviewer_.trouble().ok()) {
      const CallError error = DecodeError(reviewer_.trouble());
      return absl::StrCat("The server cannot be asked: ", error.code, ": ",
                          SafeLine(error.message, 300), "\nIt is asked again every few seconds.\n");
    }
    return reviewer_.fetching()
               ? "Asking for what waits ...\n"
               : "Nothing waits that nobody holds. What comes appears here by itself.\n";
  }

  std::vector<std::string> Foot(std::size_t columns) const {
    const Style& style = context_.style;
    std::vector<std::string> lines;
    if (searching_) {
      lines = WrapStyled("/" + SafeText(search_, Newlines::kEscape) + "_", columns);
    } else {
      const std::string& message = reviewer_.message();
      lines = WrapStyled(message.empty()              ? " "
                         : reviewer_.message_is_bad() ? style.Red(message)
                                                      : style.Green(message),
                         columns);
    }
    const std::vector<std::string> keys = WrapStyled(
        style.Dim("a approve  s spam  t trash  e escalate  u undo  j/k next/previous  x select  / "
                  "search  ? help  q quit"),
        columns);
    lines.insert(lines.end(), keys.begin(), keys.end());
    return lines;
  }

  Context& context_;
  Terminal& terminal_;
  Worker worker_;
  Reviewer reviewer_;
  bool quit_ = false;
  bool help_ = false;
  bool searching_ = false;
  std::string search_;
  std::string shown_;  // the comment that scroll_ belongs to
  std::size_t scroll_ = 0;
  std::size_t body_rows_ = 1;
};

}  // namespace

ReviewEnd ReviewOnScreen(Context& context, Desk& desk, Terminal& terminal,
                         std::chrono::milliseconds lease) {
  Screen screen(context, desk, terminal, lease);
  screen.Run();
  return {screen.Summary(), screen.LastWord(), screen.trouble()};
}

}  // namespace replyguard::service::cli
