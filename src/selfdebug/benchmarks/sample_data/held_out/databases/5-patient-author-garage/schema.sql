CREATE TABLE author (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER,
    zone TEXT,
    level INTEGER,FOREIGN KEY (patient_id) REFERENCES patient (id)
);
CREATE TABLE garage (
    id INTEGER PRIMARY KEY,
    patient_id INTEGER,
    name TEXT,
    zone TEXT,
    noise INTEGER,
    coach_name TEXT,FOREIGN KEY (patient_id) REFERENCES patient (id)
);
CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    name TEXT,
    zone TEXT,
    seats INTEGER,
    population INTEGER
);
