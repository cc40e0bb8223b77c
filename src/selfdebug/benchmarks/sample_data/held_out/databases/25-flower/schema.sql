CREATE TABLE flower (
    id INTEGER PRIMARY KEY,
    name TEXT,
    scent TEXT,
    copies INTEGER
);
