// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/comment_view.h"

#include <algorithm>
#include <ctime>
#include <ostream>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

// "approve" of ("VERDICT_APPROVE", "VERDICT_").
std::string WithoutPrefix(const std::string& name, std::string_view prefix) {
  const std::string_view rest = std::string_view(name).starts_with(prefix)
                                    ? std::string_view(name).substr(prefix.size())
                                    : name;
  return absl::AsciiStrToLower(absl::string_view(rest.data(), rest.size()));
}

// How each byte of the body is shown: 0 plain, 1 pushed to spam, -1 to ham. Where both, the
// stronger.
std::vector<int> MarksOf(const std::string& body,
                         const google::protobuf::RepeatedPtrField<v1::Reason>& reasons) {
  std::vector<int> marks(body.size(), 0);
  std::vector<double> weights(body.size(), 0);
  for (const v1::Reason& reason : reasons) {
    const double weight = reason.has_log_odds() ? reason.log_odds() : 0;
    for (const v1::Span& span : reason.spans()) {
      const auto size = static_cast<std::int64_t>(body.size());
      const auto begin = std::clamp<std::int64_t>(span.begin_byte(), 0, size);
      const auto end = std::clamp<std::int64_t>(span.end_byte(), begin, size);
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        if (std::abs(weight) < std::abs(weights[i])) continue;
        weights[i] = weight;
        marks[i] = weight < 0 ? -1 : 1;
      }
    }
  }
  return marks;
}

std::string ColouredVerdict(v1::Verdict verdict, const Style& style) {
  std::string text = Short(verdict);
  switch (verdict) {
    case v1::VERDICT_APPROVE:
      return style.Green(text);
    case v1::VERDICT_HOLD:
      return style.Yellow(text);
    case v1::VERDICT_SPAM:
      return style.Red(text);
    default:  // a value that a newer server knows
      return text;
  }
}

std::string CountsText(const v1::Reason& reason) {
  // None of this site's held it: what is known of it is from elsewhere.
  if (reason.spam_count() == 0 && reason.ham_count() == 0) return {};
  return absl::StrCat("  (in ", reason.spam_count(), " spam, ", reason.ham_count(), " good)");
}

void PrintReason(std::ostream& out, const v1::Reason& reason, const Style& style) {
  std::string weight = "      ";
  if (reason.has_log_odds()) {
    const std::string number = absl::StrFormat("%+6.2f", reason.log_odds());
    weight = reason.log_odds() > 0 ? style.Red(number) : style.Green(number);
  }
  out << "    " << weight << "  "
      << SafeLine(reason.text().empty() ? reason.code() : reason.text(), 160)
      << style.Dim(CountsText(reason)) << (reason.decisive() ? style.Bold("  decisive") : "")
      << "\n";
}

}  // namespace

std::string Short(v1::Verdict verdict) {
  return WithoutPrefix(v1::Verdict_Name(verdict), "VERDICT_");
}
std::string Short(v1::CommentStatus status) {
  return WithoutPrefix(v1::CommentStatus_Name(status), "COMMENT_STATUS_");
}
std::string Short(v1::DecisionAction action) {
  return WithoutPrefix(v1::DecisionAction_Name(action), "DECISION_ACTION_");
}
std::string Short(v1::QueueItem::Cause cause) {
  return absl::StrReplaceAll(WithoutPrefix(v1::QueueItem::Cause_Name(cause), "CAUSE_"),
                             {{"_", "-"}});
}

std::string ProbabilityText(const v1::Assessment& assessment) {
  return assessment.has_probability() ? absl::StrFormat("%.3f", assessment.probability()) : "-";
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string AgeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "-";
  const std::int64_t seconds = std::max<std::int64_t>(0, std::time(nullptr) - time.seconds());
  if (seconds < 120) return absl::StrCat(seconds, "s");
  if (seconds < 7200) return absl::StrCat(seconds / 60, "m");
  if (seconds < 172'800) return absl::StrCat(seconds / 3600, "h");
  return absl::StrCat(seconds / 86'400, "d");
}

std::string MarkedBody(const std::string& body,
                       const google::protobuf::RepeatedPtrField<v1::Reason>& reasons,
                       const Style& style) {
  const std::vector<int> marks = MarksOf(body, reasons);
  std::string marked;
  for (std::size_t begin = 0; begin < body.size();) {
    std::size_t end = begin + 1;
    while (end < body.size() && marks[end] == marks[begin]) ++end;
    const std::string safe =
        SafeText(std::string_view(body).substr(begin, end - begin), Newlines::kKeep);
    marked += marks[begin] == 0  ? safe
              : marks[begin] > 0 ? style.RedMark(safe)
                                 : style.GreenMark(safe);
    begin = end;
  }
  return marked;
}

void PrintAssessment(std::ostream& out, const v1::Assessment& assessment, const Style& style) {
  out << "  verdict " << ColouredVerdict(assessment.verdict(), style)
      << (assessment.blatant() ? " (blatant)" : "") << ", spam probability "
      << ProbabilityText(assessment);
  if (assessment.has_log_odds()) out << absl::StrFormat(", log-odds %+.3f", assessment.log_odds());
  out << ", model " << SafeLine(assessment.model_id(), 60) << "\n";
  for (const v1::Reason& reason : assessment.reasons()) PrintReason(out, reason, style);
  std::string missing;
  for (const std::string& name : assessment.not_consulted()) {
    absl::StrAppend(&missing, missing.empty() ? "" : ", ", SafeLine(name, 60));
  }
  if (!missing.empty()) out << style.Dim("    not consulted: " + missing) << "\n";
  if (assessment.degraded()) out << style.Yellow("    degraded: evidence could not be had") << "\n";
}

void PrintComment(std::ostream& out, const v1::Comment& comment, const Style& style) {
  const v1::Author& author = comment.author();
  out << style.Bold(SafeLine(comment.name(), 120));
  // Without one it is to be judged blind.
  if (comment.status() != v1::COMMENT_STATUS_UNSPECIFIED) out << "  " << Short(comment.status());
  out << "\n";
  out << "  " << SafeLine(author.display_name().empty() ? "(no name)" : author.display_name(), 80);
  for (const std::string& part : {author.masked_email(), author.url(), author.masked_ip()}) {
    if (!part.empty()) out << " · " << SafeLine(part, 100);
  }
  if (author.verified()) out << " · verified";
  out << "\n  " << SafeLine(comment.thread(), 220) << " · " << TimeText(comment.submit_time());
  if (comment.has_edit_time()) out << " · edited " << TimeText(comment.edit_time());
  if (comment.report_count() > 0) out << " · reported " << comment.report_count() << " times";
  out << "\n\n";
  std::string body = MarkedBody(comment.body(), comment.assessment().reasons(), style);
  out << "    ";
  for (const char c : body) out << c << (c == '\n' ? "    " : "");
  out << "\n\n";
  if (comment.has_assessment()) PrintAssessment(out, comment.assessment(), style);
}

}  // namespace replyguard::service::cli
