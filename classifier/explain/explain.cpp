// Model::Explain: the strongest reasons each way, and what they leave.
//
// A comment has about a thousand features and an explanation names some twenty. So all are weighed
// first, by number alone; then the text is read once more for the words and places of the
// strongest.
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "classifier/model.h"
#include "model/site_model.h"
#include "views/extractor_impl.h"

namespace replyguard::classifier {
namespace {

constexpr std::string_view kHistoryView = "history";
constexpr std::string_view kHistoryText = "earlier comments of the author and network";

RawScore Magnitude(RawScore score) { return score < 0 ? -score : score; }

// By falling magnitude, then by view: the order of reasons as far as it is known without texts.
bool Before(const FeaturePart& a, const FeaturePart& b) {
  if (Magnitude(a.score) != Magnitude(b.score)) return Magnitude(a.score) > Magnitude(b.score);
  return a.view != b.view && std::string_view(ViewName(a.view)) < ViewName(b.view);
}

// Moves the `most` first to the front, and after them all that tie with the last of them, as only
// their texts tell which comes first. Returns the end of both.
template <typename Iterator>
Iterator KeepFirst(Iterator begin, Iterator end, std::size_t most) {
  if (most == 0) return begin;
  if (static_cast<std::size_t>(end - begin) <= most) return end;
  const Iterator last = begin + static_cast<std::ptrdiff_t>(most) - 1;
  std::nth_element(begin, last, end, Before);
  return std::partition(last + 1, end, [&](const FeaturePart& p) { return !Before(*last, p); });
}

// Drops all parts that cannot be listed.
void KeepStrongest(std::size_t each_way_max, std::vector<FeaturePart>* parts) {
  std::erase_if(*parts, [](const FeaturePart& p) { return p.score == 0; });
  const auto ham = std::partition(parts->begin(), parts->end(),
                                  [](const FeaturePart& p) { return p.score > 0; });
  parts->erase(KeepFirst(ham, parts->end(), each_way_max), parts->end());
  const auto spam_end = KeepFirst(parts->begin(), ham, each_way_max);
  parts->erase(spam_end, ham);
}

// What may be listed.
struct Candidate {
  std::string_view view;
  std::string_view text;
  RawScore score = 0;
  const FeaturePart* part = nullptr;  // null: the history
};

bool Precedes(const Candidate& a, const Candidate& b) {
  if (Magnitude(a.score) != Magnitude(b.score)) return Magnitude(a.score) > Magnitude(b.score);
  if (const int order = a.view.compare(b.view); order != 0) return order < 0;
  if (const int order = a.text.compare(b.text); order != 0) return order < 0;
  return a.part != nullptr && b.part != nullptr && a.part->hash < b.part->hash;
}

// One for each part that has a trace; the text is that of the first. Sorts both by hash, a hash's
// traces staying in their order.
std::vector<Candidate> CandidatesOf(std::vector<FeaturePart>* parts, std::vector<Trace>* traces) {
  std::sort(parts->begin(), parts->end(),
            [](const FeaturePart& a, const FeaturePart& b) { return a.hash < b.hash; });
  std::stable_sort(traces->begin(), traces->end(),
                   [](const Trace& a, const Trace& b) { return a.hash < b.hash; });
  std::vector<Candidate> candidates;
  auto trace = traces->begin();
  for (const FeaturePart& part : *parts) {
    while (trace != traces->end() && trace->hash < part.hash) ++trace;
    if (trace == traces->end()) break;
    if (trace->hash != part.hash) continue;
    candidates.push_back({ViewName(part.view), trace->text, part.score, &part});
  }
  return candidates;
}

Reason ReasonOf(const Candidate& candidate, const std::vector<Trace>& traces) {
  Reason reason;
  reason.view = candidate.view;
  reason.text = candidate.text;
  reason.score = candidate.score;
  if (candidate.part == nullptr) return reason;
  const FeaturePart& part = *candidate.part;
  reason.counts = Reason::Counts{part.counts.spam, part.counts.ham};
  auto trace = std::lower_bound(traces.begin(), traces.end(), part.hash,
                                [](const Trace& a, std::uint64_t hash) { return a.hash < hash; });
  for (; trace != traces.end() && trace->hash == part.hash; ++trace) {
    if (trace->begin < trace->end) reason.spans.push_back({trace->begin, trace->end});
  }
  return reason;
}

// Lists the first each way.
void List(std::vector<Candidate>* candidates, std::size_t each_way_max,
          const std::vector<Trace>& traces, Explanation* explanation) {
  std::sort(candidates->begin(), candidates->end(), Precedes);
  std::array<std::size_t, 2> listed{};
  for (const Candidate& candidate : *candidates) {
    if (listed[candidate.score > 0]++ >= each_way_max) continue;
    explanation->rest -= candidate.score;
    explanation->reasons.push_back(ReasonOf(candidate, traces));
  }
}

}  // namespace

Explanation Model::Explain(SiteId site, const Document& document,
                           const ExplainOptions& options) const {
  Extractor extractor;
  return Explain(site, document, options, &extractor);
}

Explanation Model::Explain(SiteId site, const Document& document, const ExplainOptions& options,
                           Extractor* extractor) const {
  Extractor::Impl& scratch = *extractor->impl_;
  Features& features = scratch.features;
  std::vector<FeaturePart>& parts = scratch.parts;
  extractor->Extract(document, &features);

  Explanation explanation;
  explanation.text = impl_->Score(site, features, &parts);
  explanation.result = Finish(explanation.text, options.history);
  explanation.bias = impl_->Site(site).Bias();
  explanation.rest = explanation.result.score - explanation.bias;
  KeepStrongest(options.reasons_each_way_max, &parts);
  scratch.named.Clear();
  for (const FeaturePart& part : parts) scratch.named.Add(part.hash);
  scratch.named.Seal();
  if (!parts.empty()) scratch.Run(document, &scratch.named);
  std::vector<Candidate> candidates = CandidatesOf(&parts, &scratch.sink.traces());
  if (const RawScore history = explanation.result.score - explanation.text.text; history != 0) {
    candidates.push_back({kHistoryView, kHistoryText, history, nullptr});
  }
  List(&candidates, options.reasons_each_way_max, scratch.sink.traces(), &explanation);
  return explanation;
}

}  // namespace replyguard::classifier
