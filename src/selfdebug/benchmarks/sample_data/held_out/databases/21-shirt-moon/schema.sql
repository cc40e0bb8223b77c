CREATE TABLE moon (
    moon_id INTEGER PRIMARY KEY,
    shirt_id INTEGER,
    name TEXT,
    scent TEXT,
    volume INTEGER,
    copies INTEGER,FOREIGN KEY (shirt_id) REFERENCES shirt (shirt_id)
);
CREATE TABLE shirt (
    shirt_id INTEGER PRIMARY KEY,
    name TEXT,
    species TEXT,
    seats INTEGER,
    repaired_year INTEGER
);
