"""Which functions a query may call: an allow-list for each engine, so that what nobody thought of is refused.

PostgreSQL and DuckDB describe their functions, so their lists are read from the engine's catalogue (built in,
and free of side effects by its own word) plus the few volatile ones named here. SQLite and MySQL have fixed
lists.
"""

from __future__ import annotations

# Keywords, clauses and types that may stand before a parenthesis without calling anything.
_WORDS_BEFORE_PARENTHESIS_WORDS = """
    select distinct all from where and or not in exists any some as on using over values when then else
    case end by having limit offset union intersect except minus join inner left right full outer cross
    natural lateral apply filter group order partition between like ilike rlike regexp glob similar is
    with recursive materialized set sets cube rollup grouping within window row rows range array
    interval div mod xor unique only exclude replace rename columns tablesample against match first next
    fetch qualify pivot unpivot for separator escape asof positional anti semi struct map cast try_cast
    convert extract collate to at binary char character varchar nvarchar nchar text decimal numeric dec
    number float double precision real int integer bigint smallint tinyint mediumint bit varbit time
    timetz timestamp timestamptz datetime date year signed unsigned bpchar varying blob varbinary bytea
    zone without
"""
WORDS_BEFORE_PARENTHESIS = frozenset(_WORDS_BEFORE_PARENTHESIS_WORDS.split())

_CORE = """
    abs avg ceil ceiling coalesce concat concat_ws count cume_dist dense_rank exp first_value floor
    greatest lag last_value lead least length ln log log10 log2 lower lpad ltrim max min mod nth_value
    ntile nullif percent_rank pi pow power radians rank replace reverse round row_number rpad rtrim sign
    sin cos tan asin acos atan atan2 cot degrees sqrt substr substring sum trim upper position ascii
    left right repeat current_date current_time current_timestamp localtime localtimestamp if ifnull
    date time year month day hour minute second
"""

_SQLITE = """
    abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char coalesce concat
    concat_ws cos cosh count cume_dist current_date current_time current_timestamp date datetime degrees
    dense_rank exp first_value floor format glob group_concat hex highlight if ifnull iif instr json
    json_array json_array_length json_each json_error_position json_extract json_group_array
    json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace
    json_set json_tree json_type json_valid jsonb jsonb_array jsonb_each jsonb_extract jsonb_group_array
    jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set jsonb_tree
    julianday lag last_value lead length like likelihood likely
    ln log log10 log2 lower ltrim match matchinfo max median min mod nth_value ntile nullif octet_length offsets
    percent_rank percentile percentile_cont percentile_disc pi pow power printf quote radians random
    randomblob rank replace round row_number rtrim sign sin sinh snippet soundex sqlite_version sqrt
    strftime string_agg substr substring sum tan tanh time timediff total trim trunc typeof unhex
    unicode unixepoch unistr unlikely upper zeroblob cast
"""

_MYSQL = """
    acos adddate addtime aes_decrypt aes_encrypt any_value approx_count_distinct ascii asin atan atan2
    bin bin_to_uuid bit_and bit_count bit_length bit_or bit_xor cast ceil ceiling char char_length
    character_length charset chr coercibility collation compress concat concat_ws connection_id conv
    convert convert_tz cos cot count crc32 crc32c curdate current_date current_time current_timestamp
    current_user curtime database date date_add date_format date_sub datediff day dayname dayofmonth
    dayofweek dayofyear decode degrees elt encode exp export_set extract extractvalue field find_in_set
    floor format format_bytes format_pico_time found_rows from_base64 from_days from_unixtime
    geometrytype get_format greatest group_concat grouping hex hour if ifnull inet6_aton inet6_ntoa
    inet_aton inet_ntoa insert instr is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid isnull
    json_array json_array_append json_array_insert json_array_intersect json_arrayagg json_compact
    json_contains json_contains_path json_depth json_detailed json_equals json_exists json_extract
    json_insert json_keys json_length json_loose json_merge json_merge_patch json_merge_preserve
    json_normalize json_object json_objectagg json_overlaps json_pretty json_query json_quote
    json_remove json_replace json_schema_valid json_search json_set json_storage_size json_table
    json_type json_unquote json_valid json_value last_day lcase left length ln locate log log10 log2
    lower lpad ltrim ltrim_oracle make_set makedate maketime max md5 median microsecond mid min minute
    mod month monthname name_const natural_sort_key now nullif nvl nvl2 oct octet_length ord
    percentile_cont percentile_disc period_add period_diff pi point position pow power quarter quote
    radians rand random_bytes regexp_instr regexp_like regexp_replace regexp_substr repeat replace
    reverse right round row_count rpad rtrim schema sec_to_time second session_user sformat sha sha1
    sha2 sign sin soundex space sqrt st_area st_astext st_contains st_distance st_distance_sphere
    st_geomfromtext st_intersects st_within st_x st_y std stddev stddev_pop stddev_samp str_to_date
    strcmp subdate substr substring substring_index subtime sum sysdate system_user tan time time_format
    time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_char to_days to_seconds trim
    truncate ucase uncompress unhex unix_timestamp updatexml upper user utc_date utc_time utc_timestamp
    uuid uuid_to_bin values var_pop var_samp variance version week weekday weekofyear weight_string year
    yearweek
"""

SQLITE_FUNCTIONS = frozenset(_SQLITE.split())
MYSQL_FUNCTIONS = frozenset(_CORE.split()) | frozenset(_MYSQL.split())

# Volatile by the engine's word, since they differ from call to call, and harmless.
_POSTGRES_VOLATILE_ALLOWED_WORDS = "random clock_timestamp timeofday gen_random_uuid"
POSTGRES_VOLATILE_ALLOWED = frozenset(_POSTGRES_VOLATILE_ALLOWED_WORDS.split())
# Called by a name that is no function of the catalogue, but grammar.
_POSTGRES_GRAMMAR_WORDS = """
    coalesce nullif greatest least extract overlay position substring trim xmlelement xmlforest
    xmlconcat xmlagg grouping current_time current_timestamp localtime localtimestamp normalize ceil
    json_object json_array json_value json_query json_exists json_arrayagg json_objectagg json_scalar
    json_serialize xmlattributes xmltable xmlnamespaces xmlpi xmlroot xmlparse xmlserialize
"""
POSTGRES_GRAMMAR = frozenset(_POSTGRES_GRAMMAR_WORDS.split())
# Stable by its word, yet it reads whole tables or settings by name, past the query that the guard has seen.
_POSTGRES_REFUSED_WORDS = """
    table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema
    schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema
    current_setting pg_show_all_settings pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file
    pg_sleep pg_sleep_for pg_sleep_until
"""
POSTGRES_REFUSED = frozenset(_POSTGRES_REFUSED_WORDS.split())

_DUCKDB_VOLATILE_ALLOWED_WORDS = "random uuid gen_random_uuid uuidv4 uuidv7"
DUCKDB_VOLATILE_ALLOWED = frozenset(_DUCKDB_VOLATILE_ALLOWED_WORDS.split())
_DUCKDB_TABLE_FUNCTIONS_WORDS = "range generate_series unnest repeat repeat_row json_each json_tree"
DUCKDB_TABLE_FUNCTIONS = frozenset(_DUCKDB_TABLE_FUNCTIONS_WORDS.split())
_DUCKDB_GRAMMAR_WORDS = """
    coalesce nullif extract position substring trim ifnull grouping unpack columns lambda count_if
    list_value if overlay percentile_cont percentile_disc try grouping_id
"""
DUCKDB_GRAMMAR = frozenset(_DUCKDB_GRAMMAR_WORDS.split())
_DUCKDB_REFUSED_WORDS = "current_setting getvariable getenv in_search_path"
DUCKDB_REFUSED = frozenset(_DUCKDB_REFUSED_WORDS.split())
