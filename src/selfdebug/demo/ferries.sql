-- The database of the demonstration: three ferries, one of which stayed in port in March.
CREATE TABLE ferry (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    seats INTEGER NOT NULL
);
CREATE TABLE crossing (
    id INTEGER PRIMARY KEY,
    ferry_id INTEGER NOT NULL REFERENCES ferry (id),
    day TEXT NOT NULL, -- YYYY-MM-DD
    passengers INTEGER NOT NULL
);
INSERT INTO ferry (id, name, seats) VALUES
    (1, 'Heron', 180),
    (2, 'Cormorant', 90),
    (3, 'Tern', 45);
INSERT INTO crossing (ferry_id, day, passengers) VALUES
    (1, '2024-02-27', 96),
    (1, '2024-03-02', 171),
    (1, '2024-03-09', 120),
    (1, '2024-03-23', 88),
    (2, '2024-03-02', 64),
    (2, '2024-03-16', 90),
    (2, '2024-04-01', 77),
    (3, '2024-02-10', 12),
    (3, '2024-04-06', 31);
