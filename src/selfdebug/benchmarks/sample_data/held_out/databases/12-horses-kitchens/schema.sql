CREATE TABLE horses (
    id INTEGER PRIMARY KEY,
    name TEXT,
    pet TEXT,
    power INTEGER,
    repaired_year INTEGER
);
CREATE TABLE kitchens (
    id INTEGER PRIMARY KEY,
    horse INTEGER,
    type TEXT,
    volume INTEGER,
    species TEXT,FOREIGN KEY (horse) REFERENCES horses (id)
);
