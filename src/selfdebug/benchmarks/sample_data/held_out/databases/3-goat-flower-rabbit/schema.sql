CREATE TABLE flower (
    id INTEGER PRIMARY KEY,
    goat_id INTEGER,
    major TEXT,
    salary INTEGER,
    seats INTEGER,FOREIGN KEY (goat_id) REFERENCES goat (id)
);
CREATE TABLE goat (
    id INTEGER PRIMARY KEY,
    name TEXT,
    city TEXT,
    level INTEGER
);
CREATE TABLE rabbit (
    id INTEGER PRIMARY KEY,
    flower_id INTEGER,
    salary INTEGER,
    species TEXT,FOREIGN KEY (flower_id) REFERENCES flower (id)
);
