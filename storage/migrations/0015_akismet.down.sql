DROP TABLE replyguard.callback_cursors, replyguard.akismet_callbacks, replyguard.sealed_keys, replyguard.akismet_usage;
