CREATE TABLE mill (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER,
    species TEXT,
    population INTEGER,FOREIGN KEY (patient_id) REFERENCES patient (id)
);
CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    name TEXT,
    zone TEXT,
    power INTEGER,
    salary INTEGER
);
CREATE TABLE torch (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER,
    population INTEGER,FOREIGN KEY (patient_id) REFERENCES patient (id)
);
