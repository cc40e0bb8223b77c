CREATE TABLE actor (
    id INTEGER PRIMARY KEY,
    name TEXT,
    major TEXT,
    population INTEGER
);
CREATE TABLE button (
    id INTEGER PRIMARY KEY,
    pencil_id INTEGER,
    heading TEXT,
    coach_name TEXT,
    debt INTEGER,
    repaired_year INTEGER,FOREIGN KEY (pencil_id) REFERENCES pencil (id)
);
CREATE TABLE pencil (
    id INTEGER PRIMARY KEY,
    actor_id INTEGER,
    grade INTEGER,
    salary INTEGER,FOREIGN KEY (actor_id) REFERENCES actor (id)
);
