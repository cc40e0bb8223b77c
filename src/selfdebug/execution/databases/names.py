"""How names are written in SQL: quoted where a query must quote them. No I/O."""

from __future__ import annotations

import re

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Reserved by most engines, or read as something else in places: quoted for every engine.
RESERVED_WORDS = """
    all alter analyze and any array as asc between both by case cast check collate column constraint
    create cross current_date current_time current_timestamp default delete desc describe distinct
    drop else end except exists false fetch for foreign from full grant group groups having if in
    index inner insert intersect interval into is join key keys lateral leading left like limit
    match natural not null offset on only or order outer over partition primary range rank read
    references rename replace right row rows schema select set some table then to trailing trigger
    true union unique update user using values view when where window with
"""
_SQLITE_WORDS = """
    add autoincrement commit deferrable escape isnull nothing notnull raise returning transaction
"""
# pg_get_keywords(), categories R and T.
_POSTGRES_WORDS = """
    analyse asymmetric authorization binary collation concurrently current_catalog current_role
    current_schema current_user deferrable do freeze ilike initially isnull localtime localtimestamp
    notnull overlaps placing returning session_user similar symmetric tablesample variadic verbose
"""
# duckdb_keywords(), those that it does not take as a column or a table.
_DUCKDB_WORDS = """
    analyse anti asof asymmetric at authorization binary collation concurrently deferrable do freeze
    glob ilike initially isnull lambda notnull overlaps pivot pivot_longer pivot_wider placing
    positional qualify returning semi show similar summarize symmetric tablesample unpack unpivot
    variadic verbose
"""
# information_schema.KEYWORDS of MariaDB, those that it does not take as a column or a table, and MySQL's own.
_MYSQL_WORDS = """
    accessible add asensitive before bigint binary blob call cascade change char character condition
    continue convert cube cume_dist current_role current_user cursor databases day_hour
    day_microsecond day_minute day_second dec decimal declare delayed delete_domain_id dense_rank
    deterministic distinctrow div do_domain_ids double dual each elseif empty enclosed escaped exit
    explain external first_value float float4 float8 force fulltext function generated get grouping
    high_priority hour_microsecond hour_minute hour_second ignore ignore_domain_ids infile inout
    insensitive int int1 int2 int3 int4 int8 integer io_after_gtids io_before_gtids iterate
    json_table kill lag last_value lead leave library linear lines load localtime localtimestamp
    lock long longblob longtext loop low_priority manual master_bind master_demote_to_replica
    master_demote_to_slave master_ssl_verify_server_cert maxvalue mediumblob mediumint mediumtext
    middleint minute_microsecond minute_second mod modifies no_write_to_binlog nth_value ntile
    numeric of optimize optimizer_costs optionally out outfile page_checksum parallel
    parse_vcol_expr percent_rank portion precision procedure purge qualify read_write reads real
    recursive ref_system_id regexp release repeat require resignal restrict return returning revoke
    rlike row_number schemas second_microsecond sensitive separator sets show signal smallint
    spatial specific sql sql_big_result sql_buffer_result sql_cache sql_calc_found_rows sql_no_cache
    sql_small_result sqlexception sqlstate sqlwarning ssl starting stats_auto_recalc
    stats_persistent stats_sample_pages stored straight_join system tablesample terminated tinyblob
    tinyint tinytext undo unlock unsigned usage use utc_date utc_time utc_timestamp varbinary
    varchar varcharacter varying virtual while write xor year_month zerofill
"""
_ALL = frozenset(RESERVED_WORDS.split())
_RESERVED = {
    "sqlite": _ALL | {*_SQLITE_WORDS.split()},
    "postgres": _ALL | {*_POSTGRES_WORDS.split()},
    "duckdb": _ALL | {*_DUCKDB_WORDS.split()},
    "mysql": _ALL | {*_MYSQL_WORDS.split()},
}


def quote(name: str, dialect: str) -> str:
    """A name as a query must write it.

    Args:
        name: of a schema, a table or a column.
        dialect: sqlglot's name: sqlite, duckdb, postgres or mysql.
    """
    # PostgreSQL folds what is not quoted to lower case.
    folded = dialect == "postgres" and name != name.lower()
    if _PLAIN_NAME.fullmatch(name) and name.lower() not in _RESERVED[dialect] and not folded:
        return name
    return quoted(name, dialect)


def quoted(name: str, dialect: str) -> str:
    """A name in the quotes of a dialect, whether it needs them or not."""
    mark = "`" if dialect == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark
