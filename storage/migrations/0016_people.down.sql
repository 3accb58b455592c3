DROP TABLE replyguard.account_audit, replyguard.recovery_codes, replyguard.account_links, replyguard.sessions,
  replyguard.memberships, replyguard.people;
