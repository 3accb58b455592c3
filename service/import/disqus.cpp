// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Disqus's export: posts, which name their threads.
#include <map>
#include <utility>

#include "import/sources.h"
#include "import/xml_source.h"
#include "service/import/text.h"

namespace replyguard::service::importing {
namespace {

struct DisqusPost {
  std::string id, message, created, deleted, spam, author, email, ip;
};

storage::LabelClass LabelOf(const DisqusPost& post) {
  if (post.spam == "true") return storage::LabelClass::kSpam;
  return post.deleted == "true" ? storage::LabelClass::kNone : storage::LabelClass::kHam;
}

Row RowOf(DisqusPost post, std::int64_t line) {
  Row row;
  row.line = line;
  row.label = LabelOf(post);
  row.id = std::move(post.id);
  row.submission.body = std::move(post.message);
  row.submission.author_name = std::move(post.author);
  row.submission.author_email = storage::SecretText(post.email);
  storage::WipeString(post.email);
  row.submission.author_ip = storage::SecretText(post.ip);
  storage::WipeString(post.ip);
  row.submission.submit_time = TimeOf(post.created);
  return row;
}

class DisqusSource : public XmlSource {
 public:
  using XmlSource::XmlSource;

 private:
  std::string Start(const XmlName& name, std::string_view id, std::size_t depth) override {
    if (depth == 1 && name.local != "disqus") {
      return name.local == "rss" ? "is a WordPress export: --from wxr"
                                 : "no Disqus export: it does not begin with <disqus>";
    }
    if (post_depth_ == 0) {
      if (depth != 2 || name.local != "post") return {};
      post_depth_ = depth;
      post_line_ = line();
      post_ = {};
      post_.id = id;
    } else if (author_depth_ != 0) {
      if (depth == author_depth_ + 1 && name.local == "name") Capture(post_.author, depth);
      if (depth == author_depth_ + 1 && name.local == "email") Capture(post_.email, depth);
    } else if (depth == post_depth_ + 1) {
      StartInPost(name.local, depth);
    }
    return {};
  }

  void StartInPost(std::string_view local, std::size_t depth) {
    static const std::map<std::string_view, std::string DisqusPost::*> kFields = {
        {"message", &DisqusPost::message},
        {"createdAt", &DisqusPost::created},
        {"isDeleted", &DisqusPost::deleted},
        {"isSpam", &DisqusPost::spam},
        {"ipAddress", &DisqusPost::ip}};
    if (local == "author") {
      author_depth_ = depth;
    } else if (const auto field = kFields.find(local); field != kFields.end()) {
      Capture(post_.*(field->second), depth);
    }
  }

  void Ended(std::size_t depth) override {
    if (depth == author_depth_) {
      author_depth_ = 0;
    } else if (depth == post_depth_) {
      post_depth_ = 0;
      Emit(RowOf(std::exchange(post_, {}), post_line_));
    }
  }

  // Where each begins; 0 outside of it.
  std::size_t post_depth_ = 0;
  std::size_t author_depth_ = 0;
  std::int64_t post_line_ = 0;
  DisqusPost post_;
};

}  // namespace

std::unique_ptr<Source> MakeDisqusSource(ArchiveStream& archive) {
  return std::make_unique<DisqusSource>(archive);
}

}  // namespace replyguard::service::importing
