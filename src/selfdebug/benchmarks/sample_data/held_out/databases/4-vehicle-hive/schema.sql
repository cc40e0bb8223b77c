CREATE TABLE hive (
    hive_id INTEGER PRIMARY KEY,
    vehicle_id INTEGER,
    name TEXT,
    grade INTEGER,
    level INTEGER,FOREIGN KEY (vehicle_id) REFERENCES vehicle (vehicle_id)
);
CREATE TABLE vehicle (
    vehicle_id INTEGER PRIMARY KEY,
    name TEXT,
    type TEXT,
    noise INTEGER,
    repaired_year INTEGER
);
