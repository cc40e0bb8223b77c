-- engines: postgres; expect: error
CREATE FUNCTION evil() RETURNS int LANGUAGE sql AS 'DELETE FROM customer; SELECT 1'
