SELECT replyguard.partition_sites(0);
DROP FUNCTION replyguard.partition_sites(integer);
DROP FUNCTION replyguard.partition_table(text, integer);
DROP FUNCTION replyguard.partitioned_tables();
