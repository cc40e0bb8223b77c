CREATE TABLE exam (
    id INTEGER PRIMARY KEY,
    name TEXT,
    city TEXT,
    debt INTEGER
);
