// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/frame/help.h"

#include <string>

namespace replyguard::service::cli {
namespace {

class PlainFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string out;
    if (!option->get_default_str().empty()) out += "=" + option->get_default_str();
    if (option->get_required()) out += " (required)";
    if (option->get_expected_max() > 1) out += " ...";
    return out;
  }
};

}  // namespace

std::shared_ptr<CLI::Formatter> HelpFormatter() { return std::make_shared<PlainFormatter>(); }

}  // namespace replyguard::service::cli
