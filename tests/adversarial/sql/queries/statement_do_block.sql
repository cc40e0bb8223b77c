-- engines: postgres; expect: error
DO $$ BEGIN DELETE FROM customer; END $$
