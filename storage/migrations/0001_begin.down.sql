DROP TABLE replyguard.rules, replyguard.reports, replyguard.events, replyguard.label_erasures, replyguard.labels,
  replyguard.decisions, replyguard.queue_items, replyguard.comments, replyguard.threads, replyguard.site_heads,
  replyguard.checkpoints, replyguard.label_head, replyguard.hmac_keys, replyguard.api_keys, replyguard.config_head,
  replyguard.sites;
