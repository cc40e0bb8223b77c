-- Readings of weather stations, one a day at most.
CREATE TABLE reading (
    station TEXT NOT NULL,
    day TEXT NOT NULL, -- YYYY-MM-DD
    high INTEGER NOT NULL, -- degrees
    low INTEGER NOT NULL, -- degrees
    rain INTEGER, -- millimetres, NULL if it was not measured
    PRIMARY KEY (station, day)
);
