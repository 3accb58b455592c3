#include "views/context_view.h"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>

namespace replyguard::classifier {
namespace {

std::string LowerAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string_view HostOf(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  url = url.substr(0, url.find(':'));
  if (url.substr(0, 4) == "www.") url.remove_prefix(4);
  return url;
}

std::string_view TopLevel(std::string_view domain) {
  return domain.substr(domain.rfind('.') + 1);  // all of it where there is no dot
}

// "en" of "en-GB".
std::string_view PrimaryLanguage(std::string_view tag) {
  return tag.substr(0, tag.find_first_of("-_"));
}

std::uint64_t LogBucket(std::int64_t n) {
  return n <= 0 ? 0 : static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(n)));
}

void AddUserAgent(std::string_view user_agent, Sink* sink) {
  const std::string lower = LowerAscii(user_agent);
  std::string_view rest = lower;
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of(" ;()/,"), rest.size());
    const std::string_view token = rest.substr(0, end);
    // Names, not version numbers, which age quickly.
    if (token.size() > 1 && (token[0] < '0' || token[0] > '9')) {
      sink->AddNamed(View::kContext, "user agent: ", token);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

void AddContext(const Document& document, Sink* sink) {
  if (!document.email_domain.empty()) {
    const std::string domain = LowerAscii(document.email_domain);
    sink->AddNamed(View::kContext, "email at ", domain);
    sink->AddNamed(View::kContext, "email top-level ", TopLevel(domain));
  }
  if (!document.website.empty()) {
    const std::string host = LowerAscii(HostOf(LowerAscii(document.website)));
    sink->AddNamed(View::kContext, "website given");
    sink->AddNamed(View::kContext, "website ", host);
    sink->AddNamed(View::kContext, "website top-level ", TopLevel(host));
  }
  AddUserAgent(document.user_agent, sink);
  if (!document.language.empty()) {
    const std::string language = LowerAscii(PrimaryLanguage(document.language));
    sink->AddNamed(View::kContext, "language ", language);
    if (!document.site_languages.empty()) {
      const bool match = std::any_of(
          document.site_languages.begin(), document.site_languages.end(),
          [&](std::string_view tag) { return LowerAscii(PrimaryLanguage(tag)) == language; });
      sink->AddNamed(View::kContext, match ? FeatureName("a language of the site")
                                           : FeatureName("not a language of the site"));
    }
  }
  if (document.thread_age_seconds) {
    constexpr std::int64_t kHourSeconds = 3600;
    sink->AddNamed(View::kContext, "age of the thread in hours, bucket",
                   LogBucket(*document.thread_age_seconds / kHourSeconds));
  }
  if (document.form_time_ms) {
    constexpr std::int64_t kMsPerSecond = 1000;
    sink->AddNamed(View::kContext, "seconds at the form, bucket",
                   LogBucket(*document.form_time_ms / kMsPerSecond));
  }
  if (document.honeypot_filled) {
    sink->AddNamed(View::kContext, *document.honeypot_filled ? FeatureName("honeypot filled")
                                                             : FeatureName("honeypot empty"));
  }
  if (document.link_count) {
    sink->AddNamed(View::kContext, "links counted, bucket", LogBucket(*document.link_count));
  }
}

}  // namespace replyguard::classifier
