CREATE TABLE teacher (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    pet TEXT,
    temperature INTEGER,
    repaired_year INTEGER
);
