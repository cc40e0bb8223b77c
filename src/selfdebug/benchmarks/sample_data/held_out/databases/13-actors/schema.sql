CREATE TABLE actors (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    city TEXT,
    level INTEGER
);
