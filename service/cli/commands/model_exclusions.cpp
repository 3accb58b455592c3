// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/model_exclusions.h"

namespace replyguard::service::cli {

void AddExclusions(CLI::App* command, ExclusionFlags* flags) {
  command
      ->add_option("--exclude-labels-by", flags->labelled_by,
                   "Leave out what this key or person taught: the key's public id, as key list "
                   "shows it, or people/HANDLE, as user list shows it; may be given again")
      ->type_name("WHO")
      ->expected(1, 1)
      ->take_all();
  command
      ->add_option("--exclude-import", flags->imports,
                   "Leave out what this import of the site brought: its name, as import list shows "
                   "it; may be given again")
      ->type_name("NAME")
      ->expected(1, 1)
      ->take_all();
  command
      ->add_option("--exclude-rule", flags->rules,
                   "Leave out what this rule of the site taught: its name, as rule list shows it, "
                   "also when it is gone; may be given again")
      ->type_name("RULE")
      ->expected(1, 1)
      ->take_all();
}

}  // namespace replyguard::service::cli
