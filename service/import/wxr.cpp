// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// WordPress's export (WXR 1.0 to 1.2): items with their comments.
#include <utility>

#include "import/sources.h"
#include "import/wordpress.h"
#include "import/xml_source.h"
#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

constexpr std::string_view kSpaceBegin = "http://wordpress.org/export/1.";
constexpr std::string_view kUndeclared = "wp";

class WxrSource : public XmlSource {
 public:
  using XmlSource::XmlSource;

 private:
  std::string Start(const XmlName& name, std::string_view /*id*/, std::size_t depth) override {
    if (depth == 1 && name.local != "rss") {
      return name.local == "disqus" ? "is a Disqus export: --from disqus"
                                    : "no WordPress export: it does not begin with <rss>";
    }
    const bool wp = name.space.starts_with(kSpaceBegin) || name.space == kUndeclared;
    if (meta_depth_ != 0) {
      if (depth == meta_depth_ + 1) StartMeta(name.local, depth);
    } else if (comment_depth_ != 0) {
      if (wp && depth == comment_depth_ + 1) StartInComment(name.local, depth);
    } else if (item_depth_ != 0) {
      if (depth == item_depth_ + 1) StartInItem(name, wp, depth);
    } else if (name.space.empty() && name.local == "item") {
      item_depth_ = depth;
      link_.clear();
      published_.clear();
    }
    return {};
  }

  void StartInItem(const XmlName& name, bool wp, std::size_t depth) {
    if (wp && name.local == "comment") {
      comment_depth_ = depth;
      comment_line_ = line();
      comment_ = {};
    } else if (wp && name.local == "post_date_gmt") {
      Capture(published_, depth);
    } else if (name.space.empty() && name.local == "link") {
      Capture(link_, depth);
    }
  }

  void StartInComment(std::string_view local, std::size_t depth) {
    if (local == "commentmeta") {
      meta_depth_ = depth;
      meta_key_.clear();
      meta_value_.clear();
    } else if (std::string* field = FieldOf(comment_, local)) {
      Capture(*field, depth);
    }
  }

  void StartMeta(std::string_view local, std::size_t depth) {
    if (local == "meta_key") Capture(meta_key_, depth);
    if (local == "meta_value") Capture(meta_value_, depth);
  }

  void Ended(std::size_t depth) override {
    if (depth == meta_depth_) {
      meta_depth_ = 0;
      if (meta_key_ == "akismet_result") comment_.akismet_result = meta_value_;
      if (meta_key_ == "akismet_user_result") comment_.akismet_user_result = meta_value_;
      if (meta_key_ == "antispam_bee_reason") comment_.antispam_bee_reason = meta_value_;
    } else if (depth == comment_depth_) {
      comment_depth_ = 0;
      Row row = RowOf(std::exchange(comment_, {}), comment_line_);
      row.submission.thread_uri = link_;
      row.submission.thread_publish_time = TimeOf(published_);
      Emit(std::move(row));
    } else if (depth == item_depth_) {
      item_depth_ = 0;
    }
  }

  // Where each begins; 0 outside of it.
  std::size_t item_depth_ = 0;
  std::size_t comment_depth_ = 0;
  std::size_t meta_depth_ = 0;
  std::string link_, published_;  // of the article
  std::string meta_key_, meta_value_;
  std::int64_t comment_line_ = 0;
  WordpressComment comment_;
};

}  // namespace

std::unique_ptr<Source> MakeWxrSource(ArchiveStream& archive) {
  return std::make_unique<WxrSource>(archive);
}

}  // namespace replyguard::service::importing
