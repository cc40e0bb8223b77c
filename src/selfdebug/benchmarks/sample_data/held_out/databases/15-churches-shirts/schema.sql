CREATE TABLE churches (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    major TEXT,
    seats INTEGER
);
CREATE TABLE shirts (
    id INTEGER PRIMARY KEY,
    church_id INTEGER,
    heading TEXT,
    major TEXT,
    power INTEGER,FOREIGN KEY (church_id) REFERENCES churches (id)
);
