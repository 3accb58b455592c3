DROP TABLE replyguard.webhook_redeliveries, replyguard.webhook_attempts, replyguard.webhooks;
