CREATE TABLE author (
    id INTEGER PRIMARY KEY,
    name TEXT,
    pet TEXT,
    debt INTEGER
);
