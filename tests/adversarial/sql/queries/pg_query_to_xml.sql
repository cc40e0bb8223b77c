-- engines: postgres; expect: error
SELECT query_to_xml('DELETE FROM customer', true, false, '')
