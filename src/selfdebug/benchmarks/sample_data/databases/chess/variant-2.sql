-- Other rows, which tell queries apart that the first rows do not.
INSERT INTO player VALUES
    (1, 'Marta Gil', 'Austria', 1979, 2320),
    (2, 'Tomas Ruzek', 'Czechia', 1995, 2320),
    (3, 'Vera Holub', 'Norway', 1983, 2410),
    (4, 'Nils Dahl', 'Italy', 1980, NULL),
    (5, 'Piero Costa', 'Italy', 1975, 2480),
    (6, 'Luis Prado', 'Italy', 1999, 2100),
    (7, 'Vera Holub', 'Norway', 1999, NULL),
    (8, 'Nils Dahl', 'Austria', 1995, 2480),
    (9, 'Tomas Ruzek', 'Italy', 1996, 2480),
    (10, 'Vera Holub', 'Austria', 1983, 2250),
    (11, 'Anna Berg', 'Spain', 1995, 2480);
INSERT INTO tournament VALUES
    (1, 'Winter Round', 2020),
    (2, 'Harbour Open', 2017),
    (3, 'City Cup', 2019),
    (4, 'Lake Masters', 2020);
INSERT INTO game VALUES
    (1, 2, 9, 6, 'draw', 30),
    (2, 3, 6, 9, 'black', 61),
    (3, 2, 4, 5, 'draw', 59),
    (4, 2, 1, 10, 'white', 27),
    (5, 2, 6, 10, 'black', 74),
    (6, 2, 6, 1, 'black', 55),
    (7, 2, 5, 3, 'black', 49),
    (8, 1, 2, 6, 'black', 20),
    (9, 3, 1, 7, 'draw', 71),
    (10, 3, 5, 1, 'draw', 41),
    (11, 3, 1, 8, 'draw', 48),
    (12, 2, 10, 1, 'white', 67),
    (13, 3, 8, 9, 'white', 73);
