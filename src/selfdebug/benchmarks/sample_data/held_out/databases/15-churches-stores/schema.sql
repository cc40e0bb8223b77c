CREATE TABLE churches (
    id INTEGER PRIMARY KEY,
    heading TEXT,
    zone TEXT,
    seats INTEGER
);
CREATE TABLE stores (
    id INTEGER PRIMARY KEY,
    church_id INTEGER,
    heading TEXT,
    coach_name TEXT,
    power INTEGER,FOREIGN KEY (church_id) REFERENCES churches (id)
);
