CREATE TABLE shirt (
    id INTEGER PRIMARY KEY,
    name TEXT,
    major TEXT,
    seats INTEGER,
    repaired_year INTEGER
);
CREATE TABLE writer (
    id INTEGER PRIMARY KEY,
    shirt_id INTEGER,
    zone TEXT,
    noise INTEGER,
    power INTEGER,FOREIGN KEY (shirt_id) REFERENCES shirt (id)
);
