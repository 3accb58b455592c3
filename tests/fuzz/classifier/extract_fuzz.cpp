// Any bytes are a document: extraction depends on it alone, features are a bounded set a view, and
// the reasons of an explanation add up to the score.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_set>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSite = 1;

void Require(bool holds) {
  if (!holds) std::abort();
}

Document DocumentOf(std::string_view bytes) {
  const std::size_t body = bytes.size() - bytes.size() / 4;
  Document document;
  document.body = bytes.substr(0, body);
  document.author_name = bytes.substr(body);
  document.website = document.author_name;
  document.user_agent = document.author_name;
  document.email_domain = document.author_name;
  document.language = document.author_name;
  return document;
}

std::shared_ptr<const Model> Learnt() {
  constexpr std::uint64_t kLabels = 60;
  Fold fold;
  Extractor extractor;
  for (std::uint64_t i = 1; i <= kLabels; ++i) {
    const bool spam = i % 3 == 0;
    const std::string body = (spam ? "win free money at www.spam.top/" : "thanks, I liked part ") +
                             std::to_string(i) + (spam ? " now!" : ", the rest less so.");
    Document document;
    document.body = body;
    document.author_name = spam ? "Lucky Winner" : "Marta";
    LabelChange change;
    change.position = i;
    change.site = kSite;
    change.sample = i;
    change.after.emplace();
    change.after->label = spam ? Class::kSpam : Class::kHam;
    change.after->features = extractor.Extract(document);
    Require(fold.Apply(change).ok());
  }
  return fold.Snapshot();
}

void CheckFeatures(const Features& features) {
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto view = features.view(static_cast<View>(v));
    Require(view.size() <= kViewFeaturesMax);
    Require(std::unordered_set<std::uint64_t>(view.begin(), view.end()).size() == view.size());
  }
}

void CheckExplanation(const Model& model, const Document& document, const Features& features,
                      Extractor* extractor) {
  ExplainOptions options;
  options.history = {.author_ham = 3, .network_spam = 1};
  const Explanation explanation = model.Explain(kSite, document, options, extractor);
  const Result scored = Model::Finish(model.Score(kSite, features), options.history);
  Require(explanation.result.score == scored.score);
  Require(scored.probability >= 0 && scored.probability <= 1);
  Require(std::llabs(scored.score) <= std::int64_t{1} << 40);
  RawScore sum = explanation.bias + explanation.rest;
  RawScore last = INT64_MAX;
  for (const Reason& reason : explanation.reasons) {
    sum += reason.score;
    Require(std::llabs(reason.score) <= last);
    last = std::llabs(reason.score);
    for (const Reason::Span& span : reason.spans) {
      Require(span.begin < span.end && span.end <= document.body.size());
    }
  }
  Require(sum == scored.score);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::shared_ptr<const Model> kModel = Learnt();
  static Extractor used;
  static Extractor other;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Document document = DocumentOf(bytes);
  const Features features = used.Extract(document);
  Require(features == used.Extract(document));
  (void)other.Extract(DocumentOf(bytes.substr(size / 2)));  // so that it has another history
  Require(features == other.Extract(document));
  CheckFeatures(features);
  CheckExplanation(*kModel, document, features, &used);
  Require(features == used.Extract(document));  // explaining leaves no trace
  return 0;
}

}  // namespace replyguard::classifier
