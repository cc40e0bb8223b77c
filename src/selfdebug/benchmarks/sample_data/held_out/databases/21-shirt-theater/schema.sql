CREATE TABLE shirt (
    shirt_id INTEGER PRIMARY KEY,
    name TEXT,
    coach_name TEXT,
    seats INTEGER,
    repaired_year INTEGER
);
CREATE TABLE theater (
    theater_id INTEGER PRIMARY KEY,
    shirt_id INTEGER,
    name TEXT,
    zone TEXT,
    power INTEGER,FOREIGN KEY (shirt_id) REFERENCES shirt (shirt_id)
);
