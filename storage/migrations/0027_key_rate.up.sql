-- How many calls a key may make a second, and at once; null: what the server allows every key.
ALTER TABLE replyguard.api_keys
    ADD COLUMN calls_per_second integer CHECK (calls_per_second BETWEEN 1 AND 1000000),
    ADD COLUMN calls_burst integer CHECK (calls_burst BETWEEN 1 AND 1000000),
    ADD CONSTRAINT api_keys_rate_whole CHECK ((calls_per_second IS NULL) = (calls_burst IS NULL));
