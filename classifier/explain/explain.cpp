// Model::Explain: the strongest reasons each way, and what they leave.
//
// A comment has about a thousand features, most of them pieces of words. A person wants to know
// which word it was: so what the features of a word add is added up, and likewise what is known of
// the name, the length or the links.
#include <algorithm>
#include <array>
#include <string_view>
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

// What may be listed.
struct Candidate {
  std::string_view view;
  std::string_view text;
  RawScore score = 0;
  const Token* token = nullptr;  // null: not a place in the body
  std::optional<Reason::Counts> counts;
};

bool Precedes(const Candidate& a, const Candidate& b) {
  if (Magnitude(a.score) != Magnitude(b.score)) return Magnitude(a.score) > Magnitude(b.score);
  if (const int order = a.view.compare(b.view); order != 0) return order < 0;
  return a.text < b.text;
}

// Gives each feature's part to what the feature is about; what is about nothing stays in the rest.
// The candidates refer to both arguments.
std::vector<Candidate> Gather(const Extractor::Impl& scratch, Tokens* tokens) {
  const std::vector<Subject>& subjects = scratch.sink.subjects();
  std::vector<Candidate> candidates;
  std::vector<std::size_t> features_about(subjects.size());
  candidates.reserve(subjects.size() + tokens->all().size() + 1);
  for (const Subject& subject : subjects) {
    candidates.push_back({ViewName(subject.view), subject.text, 0, nullptr, {}});
  }
  const auto add_to = [&](std::uint32_t subject, const FeaturePart& part, RawScore score) {
    candidates[subject].score += score;
    candidates[subject].counts.reset();
    if (features_about[subject]++ > 0) return;
    candidates[subject].counts = Reason::Counts{part.counts.spam, part.counts.ham};
  };
  auto part = scratch.parts.cbegin();
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
  for (const Token& token : tokens->all()) {
    candidates.push_back(
        {TokenKindName(token.kind), token.text, token.score, &token, token.counts});
  }
  return candidates;
}

// Lists the first each way.
void List(std::vector<Candidate>* candidates, std::size_t each_way_max, Explanation* explanation) {
  std::sort(candidates->begin(), candidates->end(), Precedes);
  std::array<std::size_t, 2> listed{};
  for (const Candidate& candidate : *candidates) {
    if (candidate.score == 0) break;
    if (listed[candidate.score > 0]++ >= each_way_max) continue;
    Reason reason;
    reason.view = candidate.view;
    reason.text = candidate.text;
    reason.score = candidate.score;
    reason.counts = candidate.counts;
    if (candidate.token != nullptr) reason.spans = candidate.token->spans;
    explanation->rest -= candidate.score;
    explanation->reasons.push_back(std::move(reason));
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
    candidates.push_back({kHistoryView, kHistoryText, history, nullptr, {}});
  }
  List(&candidates, options.reasons_each_way_max, &explanation);
  return explanation;
}

}  // namespace replyguard::classifier
