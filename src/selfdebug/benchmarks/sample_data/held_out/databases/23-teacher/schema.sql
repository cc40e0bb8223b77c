CREATE TABLE teacher (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    scent TEXT,
    debt INTEGER,
    repaired_year INTEGER
);
