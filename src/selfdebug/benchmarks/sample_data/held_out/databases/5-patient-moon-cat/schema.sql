CREATE TABLE cat (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER,
    scent TEXT,
    population INTEGER,
    type TEXT,FOREIGN KEY (patient_id) REFERENCES patient (id)
);
CREATE TABLE moon (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER,
    heading TEXT,
    species TEXT,
    debt INTEGER,FOREIGN KEY (patient_id) REFERENCES patient (id)
);
CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    name TEXT,
    zone TEXT,
    power INTEGER,
    level INTEGER
);
