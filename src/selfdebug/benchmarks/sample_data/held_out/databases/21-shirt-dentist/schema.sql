CREATE TABLE dentist (
    dentist_id INTEGER PRIMARY KEY,
    shirt_id INTEGER,
    grade INTEGER,
    debt INTEGER,FOREIGN KEY (shirt_id) REFERENCES shirt (shirt_id)
);
CREATE TABLE shirt (
    shirt_id INTEGER PRIMARY KEY,
    name TEXT,
    major TEXT,
    temperature INTEGER,
    elected_year INTEGER
);
