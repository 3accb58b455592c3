// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The use cases of moderators.
#pragma once

#include "service/usecases/administer/audit_trail.h"
#include "service/usecases/administer/sites.h"
#include "service/usecases/clock.h"
#include "service/usecases/events/hub.h"
#include "service/usecases/observer.h"
#include "service/usecases/review/bulks.h"
#include "service/usecases/review/desk.h"
#include "service/usecases/review/moderate.h"
#include "service/usecases/review/queue.h"
#include "service/usecases/review/queue_watch.h"
#include "service/usecases/review/reason_code_lists.h"
#include "service/usecases/review/search.h"
#include "storage/database.h"

namespace replyguard::service {

// What is given outlives it.
struct ReviewParts {
  ReviewParts(const SiteDirectory& directory, storage::Database& db, const Sites& sites, Hub& hub,
              const Clock& clock, RandomSource& random, Observer* observer)
      : search(directory, db.search(), db.threads(), clock),
        queue(directory, db.queue(), db.threads(), db.search(), clock, random),
        moderate(directory, db.decisions(), db.review(), clock, observer),
        queue_watch(directory, db.queue(), db.events(), hub, clock),
        desk(directory, db.comments(), db.review(), db.queue(), db.threads(), db.decisions(), sites,
             clock, random),
        bulks(directory, db.bulks(), db.search(), db.decisions(), db.review(), db.threads(), clock,
              random, observer),
        reason_codes(directory, db.review(), clock),
        audit(directory, db.review()) {}

  Search search;
  ReviewQueue queue;
  Moderate moderate;
  QueueWatch queue_watch;
  Desk desk;
  Bulks bulks;
  ReasonCodeLists reason_codes;
  AuditTrail audit;
};

}  // namespace replyguard::service
