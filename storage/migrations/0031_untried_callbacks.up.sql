-- Callbacks that were never tried, by when they are due: those that a clock which was ahead has put off are found without a look at all
-- that wait for another try.
CREATE INDEX akismet_callbacks_untried ON replyguard.akismet_callbacks (due_at) WHERE attempts = 0 AND due_at IS NOT NULL;
