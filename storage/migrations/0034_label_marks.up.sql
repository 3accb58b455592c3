-- A standby that lacks the last commits gives their positions to other labels when it takes over. A number drawn for each label
-- tells them apart: whoever has learnt up to a position knows its mark, and a model is of a log whose label there has the same one.
-- Labels and models of before have none, and fit always. In two steps, so that no row is written anew.
ALTER TABLE replyguard.labels ADD COLUMN mark uuid;
ALTER TABLE replyguard.labels ALTER COLUMN mark SET DEFAULT gen_random_uuid();
ALTER TABLE replyguard.checkpoints ADD COLUMN mark uuid;
