CREATE TABLE exam (
    id INTEGER PRIMARY KEY,
    goat_id INTEGER,
    heading TEXT,
    salary INTEGER,
    elected_year INTEGER,FOREIGN KEY (goat_id) REFERENCES goat (id)
);
CREATE TABLE garage (
    id INTEGER PRIMARY KEY,
    exam_id INTEGER,
    seats INTEGER,
    repaired_year INTEGER,FOREIGN KEY (exam_id) REFERENCES exam (id)
);
CREATE TABLE goat (
    id INTEGER PRIMARY KEY,
    name TEXT,
    city TEXT,
    noise INTEGER
);
