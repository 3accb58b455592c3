// Model::Explain: the strongest reasons each way, and what they leave.
//
// A comment has about a thousand features, most of them pieces of words. A person wants to know
// which word it was: so what the features of a word add is added up, and likewise what is known of
// the name, the length or the links.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "classifier/model.h"
#include "explain/tokens.h"
#include "model/site_model.h"
#include "views/extractor_impl.h"

namespace replyguard::classifier {
namespace {

constexpr std::string_view kHistoryView = "history";
constexpr std::string_view kHistoryText = "earlier comments of the author and network";

RawScore Magnitude(RawScore score) { return score < 0 ? -score : score; }

// What may be listed: a token, a subject, or the history, which is neither.
struct Candidate {
  RawScore score = 0;
  const Token* token = nullptr;
  const Subject* subject = nullptr;
  std::optional<Reason::Counts> counts;

  std::string_view view() const {
    if (token != nullptr) return TokenKindName(token->kind);
    return subject != nullptr ? ViewName(subject->view) : kHistoryView;
  }
  std::string Text(const Tokens& tokens) const {
    if (token != nullptr) return ToUtf8(tokens.Reading(*token));
    return subject != nullptr ? subject->text() : std::string(kHistoryText);
  }
};

// Gives each feature's part to what the feature is about; what is about nothing stays in the rest.
// Only what has a score becomes a candidate, which refers to both arguments.
std::vector<Candidate> Gather(const Extractor::Impl& scratch, Tokens* tokens) {
  const std::vector<Subject>& subjects = scratch.sink.subjects();
  struct About {
    RawScore score = 0;
    std::size_t features = 0;
    std::optional<Reason::Counts> counts;
  };
  std::vector<About> about(subjects.size());
  const auto add_to = [&](std::uint32_t subject, const FeaturePart& part, RawScore score) {
    About& what = about[subject];
    what.score += score;
    what.counts.reset();
    if (what.features++ == 0) what.counts = Reason::Counts{part.counts.spam, part.counts.ham};
  };
  auto part = scratch.parts.features.cbegin();
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto view = static_cast<View>(v);
    for (const Trace& trace : scratch.sink.traces(view)) {
      const FeaturePart& of = *part++;
      if (trace.other != Trace::kNone) {
        add_to(trace.subject, of, of.score / 2);
        add_to(trace.other, of, of.score - of.score / 2);
      } else if (trace.subject != Trace::kNone) {
        add_to(trace.subject, of, of.score);
      } else if (trace.first != Trace::kNone) {
        tokens->Share(trace.first, trace.last, of.score);
        if (view != View::kWord) continue;
        Token* token = tokens->At(trace.first, trace.last);
        if (token == nullptr || token->counts) continue;  // a digit mask's counts come second
        token->counts = Reason::Counts{of.counts.spam, of.counts.ham};
      }
    }
  }
  tokens->Settle();
  std::vector<Candidate> candidates;
  candidates.reserve(subjects.size() + tokens->all().size() + 1);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (about[i].score == 0) continue;
    candidates.push_back({about[i].score, nullptr, &subjects[i], about[i].counts});
  }
  for (const Token& token : tokens->all()) {
    if (token.score != 0) candidates.push_back({token.score, &token, nullptr, token.counts});
  }
  return candidates;
}

// Lists the first each way.
void List(std::vector<Candidate> candidates, const Tokens& tokens, std::size_t each_way_max,
          Explanation* explanation) {
  const auto precedes = [&tokens](const Candidate& a, const Candidate& b) {
    if (Magnitude(a.score) != Magnitude(b.score)) return Magnitude(a.score) > Magnitude(b.score);
    if (const int order = a.view().compare(b.view()); order != 0) return order < 0;
    return a.Text(tokens) < b.Text(tokens);
  };
  const auto ham = std::partition(candidates.begin(), candidates.end(),
                                  [](const Candidate& candidate) { return candidate.score > 0; });
  std::vector<Candidate> listed;
  for (const auto& [begin, end] : {std::pair(candidates.begin(), ham), {ham, candidates.end()}}) {
    const auto count = std::min<std::size_t>(each_way_max, static_cast<std::size_t>(end - begin));
    const auto last = begin + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(begin, last, end, precedes);
    listed.insert(listed.end(), begin, last);
  }
  std::sort(listed.begin(), listed.end(), precedes);
  explanation->reasons.reserve(listed.size());
  for (const Candidate& candidate : listed) {
    Reason& reason = explanation->reasons.emplace_back();
    reason.view = candidate.view();
    reason.text = candidate.Text(tokens);
    reason.score = candidate.score;
    reason.counts = candidate.counts;
    if (candidate.token != nullptr) reason.spans = tokens.SpansOf(*candidate.token);
    explanation->rest -= candidate.score;
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
  const bool lists = options.reasons_each_way_max > 0;
  scratch.Run(document, /*explain=*/lists);
  scratch.sink.Finish(&scratch.features);
  if (options.features != nullptr) *options.features = scratch.features;

  Explanation explanation;
  explanation.text = impl_->Score(site, scratch.features, lists ? &scratch.parts : nullptr);
  explanation.result = Finish(explanation.text, options.history);
  explanation.bias = impl_->Bias(site);
  explanation.rest = explanation.result.score - explanation.bias;
  if (!lists) return explanation;
  Tokens tokens(scratch.text, scratch.words.places, scratch.sink.links());
  std::vector<Candidate> candidates = Gather(scratch, &tokens);
  if (const RawScore history = explanation.result.score - explanation.text.text; history != 0) {
    candidates.push_back({history, nullptr, nullptr, {}});
  }
  List(std::move(candidates), tokens, options.reasons_each_way_max, &explanation);
  return explanation;
}

}  // namespace replyguard::classifier
