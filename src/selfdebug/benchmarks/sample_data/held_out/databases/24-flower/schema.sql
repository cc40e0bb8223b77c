CREATE TABLE flower (
    id INTEGER PRIMARY KEY,
    name TEXT,
    type TEXT,
    copies INTEGER
);
