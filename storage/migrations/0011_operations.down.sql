DROP TABLE replyguard.operations;
DROP TABLE replyguard.activation_refusals;
