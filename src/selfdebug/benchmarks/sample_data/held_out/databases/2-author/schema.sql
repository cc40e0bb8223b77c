CREATE TABLE author (
    id INTEGER PRIMARY KEY,
    name TEXT,
    city TEXT,
    grade INTEGER
);
