// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/evaluate/report.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "usecases/evaluate/report_charts.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kBodyShownMax = 1200;

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>replyguard: evaluation</title><style>
:root{--ink:#1d2430;--soft:#667085;--paper:#fff;--card:#f6f7f9;--rule:#dfe3e8;--line:#2f5fd0;--spam:#c2410c;--ham:#0f766e}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#98a2b3;--paper:#12161d;--card:#1b212b;--rule:#2d3644;--line:#84a9ff;--spam:#fb923c;--ham:#5eead4}}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{margin:2.5rem 0 .5rem;font-size:1.25rem}h3{font-size:1rem;margin:0 0 .5rem}
p.note,td.note,figcaption{color:var(--soft);font-size:.875rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:right;padding:.35rem .6rem;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left}
.scroll{overflow-x:auto}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:1rem;margin:1rem 0}
figure{margin:0;padding:1rem;background:var(--card);border-radius:.6rem}svg{width:100%;height:auto;display:block}
svg text{font:11px system-ui,sans-serif;fill:var(--soft)}svg .title{fill:var(--ink)}
.grid{stroke:var(--rule)}.guide{stroke:var(--soft);stroke-dasharray:4 3;fill:none}.line{stroke:var(--line);stroke-width:2;fill:none}
.dot{fill:var(--line)}.spam{fill:var(--spam)}.ham{fill:var(--ham)}
article{background:var(--card);border-radius:.6rem;padding:1rem;margin:.75rem 0}article pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.5rem 0}
article ul{list-style:none;margin:.5rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.35rem}li{border:1px solid var(--rule);border-radius:1rem;padding:.1rem .6rem;font-size:.8125rem;overflow-wrap:anywhere}
b.spam::before{content:"\25B2  "}b.ham::before{content:"\25BC  "}b.spam{color:var(--spam)}b.ham{color:var(--ham)}
</style></head><body>
<h1>How well the classifier did</h1>
<p class="note">Every comment was scored before its label was learnt. Spam is called at probability 0.5.
Texts are shown with email addresses masked.</p>
)";

std::string Escaped(std::string_view text) {
  return absl::StrReplaceAll(
      absl::string_view(text.data(), text.size()),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

// The beginning of a body, cut between characters.
std::string_view Shown(std::string_view body) {
  if (body.size() <= kBodyShownMax) return body;
  std::size_t end = kBodyShownMax;
  while (end > 0 && (static_cast<unsigned char>(body[end]) & 0xC0U) == 0x80U) --end;
  return body.substr(0, end);
}

std::string SummaryTable(const std::vector<StreamReport>& streams) {
  std::string html =
      "<div class=\"scroll\"><table><thead><tr><th>stream</th><th>comments</th><th>spam</th>"
      "<th>(1-ROCA) %</th><th>error %</th><th>ham lost %</th><th>spam missed %</th><th>LAM %</th>"
      "<th>Brier</th><th>ECE</th><th>caught at 0.1 %</th><th>at 0.5 %</th></tr></thead><tbody>";
  for (const StreamReport& stream : streams) {
    const Metrics m = Measure(ScoredOf(*stream.examples, stream.evaluation->judgements));
    absl::StrAppendFormat(
        &html,
        "<tr><td>%s</td><td>%d</td><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
        "<td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>",
        Escaped(stream.name), m.n, m.spam, FigureText(3, m.one_minus_roca_pct),
        FigureText(2, m.error_pct), FigureText(2, m.ham_misclassified_pct),
        FigureText(2, m.spam_misclassified_pct), FigureText(2, m.lam_pct), FigureText(4, m.brier),
        FigureText(4, m.ece), FigureText(1, m.spam_caught_pct_at_0_1),
        FigureText(1, m.spam_caught_pct_at_0_5));
  }
  return html + "</tbody></table></div>\n";
}

void AppendMistake(const Example& example, const classifier::Explanation& explanation,
                   std::string* html) {
  const bool spam = example.label == classifier::Class::kSpam;
  absl::StrAppendFormat(
      html, "<article><b class=\"%s\">%s</b>, called %s with probability %.4f <span>(%s)</span>",
      spam ? "spam" : "ham", spam ? "spam" : "ham", spam ? "ham" : "spam",
      explanation.result.probability, Escaped(example.id));
  if (!example.sample.author_name.empty()) {
    absl::StrAppend(html, "<br>", Escaped(example.sample.author_name));
  }
  const std::string_view shown = Shown(example.sample.body);
  absl::StrAppend(html, "<pre>", Escaped(shown),
                  shown.size() < example.sample.body.size() ? " […]" : "", "</pre><ul>");
  for (const classifier::Reason& reason : explanation.reasons) {
    absl::StrAppendFormat(html, "<li><b class=\"%s\">%+.2f</b> %s</li>",
                          reason.score > 0 ? "spam" : "ham", classifier::Nats(reason.score),
                          Escaped(reason.text));
  }
  absl::StrAppendFormat(html, "<li>%+.2f the rest</li></ul></article>\n",
                        classifier::Nats(explanation.bias + explanation.rest));
}

void AppendStream(const StreamReport& stream, std::string* html) {
  const auto scored = ScoredOf(*stream.examples, stream.evaluation->judgements);
  absl::StrAppend(html, "<h2>", Escaped(stream.name), " <small>(", Escaped(stream.protocol),
                  ")</small></h2>\n<div class=\"charts\">");
  const auto figure = [&](const char* title, const std::string& svg, const char* caption) {
    absl::StrAppend(html, "<figure><h3>", title, "</h3>", svg, "<figcaption>", caption,
                    "</figcaption></figure>");
  };
  figure("ROC curve", RocChart(scored), "What share of the spam a lost share of the ham buys.");
  figure("Reliability", ReliabilityChart(scored),
         "On the dashed line, of comments scored 0.9 nine in ten are spam. A larger dot stands for "
         "more comments.");
  figure("Scores", HistogramChart(scored), "Left bar of a pair: ham; right bar: spam.");
  figure("Learning curve", LearningChart(scored),
         "Error of all comments so far (line) and of each twentieth of the stream (dashed).");
  absl::StrAppend(html, "</div>\n<h3>The costliest mistakes</h3>\n");
  if (stream.evaluation->mistakes.empty()) absl::StrAppend(html, "<p>None.</p>\n");
  for (const Mistake& mistake : stream.evaluation->mistakes) {
    AppendMistake((*stream.examples)[mistake.index], mistake.explanation, html);
  }
}

}  // namespace

std::string HtmlReport(const std::vector<StreamReport>& streams) {
  std::string html(kHead);
  html += SummaryTable(streams);
  for (const StreamReport& stream : streams) AppendStream(stream, &html);
  return html + "</body></html>\n";
}

}  // namespace replyguard::service
