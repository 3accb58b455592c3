// Labelled comment streams for measuring: JSON lines with id, author, text, label.
#pragma once

#include <string>
#include <vector>

namespace replyguard::classifier {

struct StreamItem {
  std::string id;
  std::string author;
  std::string text;
  bool labelled = false;
  bool spam = false;
};

// Reads a file of JSON objects, one a line. Fields: id, author (or author_name), text (or content),
// label. Returns false, with a message that names the line, on what is no such file.
bool ReadStream(const std::string& path, std::vector<StreamItem>* items, std::string* error);

}  // namespace replyguard::classifier
