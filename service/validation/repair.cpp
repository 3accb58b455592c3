// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/submission.h"
#include "service/validation/text.h"
#include "validation/characters.h"

namespace replyguard::service::validation {
namespace {

using Kind = RepairNote::Kind;

// Replaces what is no text; answers whether anything was.
bool ReplaceBadCharacters(std::string& text) {
  constexpr std::string_view kReplacement = "\uFFFD";
  bool replaced = false;
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = NextChar(text, at);
    if (c == kBadChar) {
      out.append(kReplacement);
    } else if (IsForbiddenControl(c)) {
      out.push_back(' ');
    } else {
      out.append(text, begin, at - begin);
      continue;
    }
    replaced = true;
  }
  if (replaced) {
    storage::WipeString(text);
    text = std::move(out);
  }
  return replaced;
}

// Where a cut went through an address of email: what is left of it, "john@exam", would be none that
// is masked.
void DropHalfAddress(std::string& text) {
  constexpr std::size_t kDomainBytesMax = 255;
  constexpr std::size_t kLocalPartBytesMax = 64;
  constexpr std::string_view kSpaces = " \t\n";
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || text.size() - at > kDomainBytesMax ||
      text.find_first_of(kSpaces, at) != std::string::npos) {
    return;
  }
  const std::size_t space = text.find_last_of(kSpaces, at);
  std::size_t begin = space == std::string::npos ? 0 : space + 1;
  if (at - begin > kLocalPartBytesMax) begin = at - kLocalPartBytesMax;
  if (begin == 0) return text.clear();  // as a bound 0 is none
  Cut(text, {.bytes_max = begin});
}

class Repairer {
 public:
  std::vector<RepairNote> TakeNotes() { return std::move(notes_); }

  void Text(std::string& text, const TextRule& rule, std::string_view field) {
    NormalizeNewlines(text);
    if (ReplaceBadCharacters(text)) Note(field, Kind::kCharactersReplaced);
    Normalize(text, rule.multi_line);
    if (Cut(text, rule)) {
      DropHalfAddress(text);
      Note(field, Kind::kCut);
      Normalize(text, rule.multi_line);
    }
  }

  void Header(std::string& text, std::size_t bytes_max, std::string_view field) {
    Text(text, {}, field);
    if (CutHeader(text, bytes_max)) Note(field, Kind::kCut);
  }

  // Empties a text that `valid` refuses.
  template <typename Valid>
  void Drop(std::string& text, std::string_view field, Valid valid) {
    if (text.empty() || valid(text)) return;
    storage::WipeString(text);
    Note(field, Kind::kDropped);
  }

  // A cut URL would lead elsewhere, so an over-long one is dropped, not cut.
  void Url(std::string& url, std::size_t bytes_max, std::string_view field) {
    Text(url, {}, field);
    if (!url.empty() && CheckUrl(url) == UrlProblem::kMalformed &&
        url.find("//") == std::string::npos && url.find('.') != std::string::npos &&
        CheckUrl("http://" + url) == UrlProblem::kNone) {
      url.insert(0, "http://");
      Note(field, Kind::kCompleted);
    }
    Drop(url, field, [bytes_max](const std::string& text) {
      return text.size() <= bytes_max && CheckUrl(text) == UrlProblem::kNone;
    });
  }

  void Secret(storage::SecretText& secret, std::string_view field,
              bool (*valid)(std::string_view)) {
    std::string text(secret.Reveal());
    Text(text, {}, field);
    Drop(text, field, valid);
    secret = storage::SecretText(text);
    storage::WipeString(text);
  }

  template <typename Value>
  void Reset(std::optional<Value>& value, std::string_view field, bool valid) {
    if (!value || valid) return;
    value.reset();
    Note(field, Kind::kDropped);
  }

 private:
  void Note(std::string_view field, Kind kind) {
    RepairNote note{std::string(field), kind};
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end())
      notes_.push_back(std::move(note));
  }

  std::vector<RepairNote> notes_;
};

bool IsFittingEmail(std::string_view text) {
  return text.size() <= kAuthorEmailCharsMax && IsValidEmail(text);
}

}  // namespace

std::vector<RepairNote> Repair(storage::Submission& s, Time now) {
  Repairer repair;
  repair.Text(s.body, {.multi_line = true, .bytes_max = kBodyBytesMax}, "body");
  repair.Text(s.author_name, {.chars_max = kAuthorNameCharsMax}, "author_name");
  repair.Secret(s.author_email, "author_email", &IsFittingEmail);
  repair.Url(s.author_url, kAuthorUrlBytesMax, "author_url");
  repair.Secret(s.author_ip, "author_ip", &IsValidIp);
  repair.Header(s.user_agent, kUserAgentBytesMax, "user_agent");
  repair.Header(s.referrer, kReferrerBytesMax, "referrer");
  repair.Text(s.language, {}, "language");
  std::replace(s.language.begin(), s.language.end(), '_', '-');  // WordPress writes pt_BR
  repair.Drop(s.language, "language", IsLanguageTag);
  repair.Text(s.comment_type, {.bytes_max = kCommentTypeBytesMax}, "comment_type");
  repair.Text(s.honeypot, {.multi_line = true, .bytes_max = kHoneypotBytesMax}, "form.honeypot");
  repair.Reset(
      s.form_fill_time, "form.fill_time",
      s.form_fill_time && s.form_fill_time->count() >= 0 && *s.form_fill_time <= kFormFillTimeMax);
  repair.Drop(s.thread_key, "thread", IsThreadKey);
  repair.Drop(s.parent_comment, "parent_comment", IsHexId);
  repair.Url(s.thread_uri, kThreadUriBytesMax, "thread_uri");
  repair.Text(s.thread_title, {.chars_max = kThreadTitleCharsMax}, "thread_title");
  repair.Reset(s.submit_time, "submit_time",
               s.submit_time && *s.submit_time <= now + kClockSkewMax);
  return repair.TakeNotes();
}

std::string_view RepairKindName(RepairNote::Kind kind) {
  switch (kind) {
    case Kind::kCharactersReplaced:
      return "CHARACTERS_REPLACED";
    case Kind::kCut:
      return "CUT";
    case Kind::kDropped:
      return "DROPPED";
    case Kind::kCompleted:
      return "COMPLETED";
  }
  return "";
}

std::string RepairText(const std::vector<RepairNote>& notes) {
  std::string text;
  for (const RepairNote& note : notes) {
    text.append(text.empty() ? "" : ", ").append(note.field).append(": ");
    text.append(RepairKindName(note.kind));
  }
  return text;
}

}  // namespace replyguard::service::validation
