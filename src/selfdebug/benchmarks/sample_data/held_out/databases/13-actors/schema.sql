CREATE TABLE actors (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    coach_name TEXT,
    temperature INTEGER
);
