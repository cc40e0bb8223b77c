-- Other rows, which tell queries apart that the first rows do not.
INSERT INTO player VALUES
    (1, 'Marta Gil', 'Norway', 1996, 2320),
    (2, 'Rosa Conti', 'Italy', 1979, 2320),
    (3, 'Marta Gil', 'Italy', 1979, 2320),
    (4, 'Tomas Ruzek', 'Czechia', 1975, 2320),
    (5, 'Rosa Conti', 'Austria', 1975, NULL),
    (6, 'Tomas Ruzek', 'Czechia', 1995, 2480),
    (7, 'Nils Dahl', 'Italy', 1995, NULL),
    (8, 'Marta Gil', 'Austria', 1975, 2410),
    (9, 'Anna Berg', 'Italy', 1999, 2320);
INSERT INTO tournament VALUES
    (1, 'Harbour Open', 2018),
    (2, 'Spring Open', 2019),
    (3, 'Winter Round', 2018),
    (4, 'Lake Masters', 2017);
INSERT INTO game VALUES
    (1, 1, 7, 4, 'draw', 44),
    (2, 2, 4, 6, 'black', 64),
    (3, 2, 8, 5, 'white', 34),
    (4, 2, 8, 4, 'black', 27),
    (5, 2, 7, 2, 'black', 30),
    (6, 2, 2, 1, 'white', 57),
    (7, 2, 1, 4, 'draw', 46),
    (8, 3, 1, 5, 'black', 21),
    (9, 2, 1, 2, 'draw', 44),
    (10, 3, 4, 5, 'black', 44),
    (11, 1, 1, 6, 'white', 74),
    (12, 3, 7, 8, 'white', 24),
    (13, 3, 1, 8, 'black', 60),
    (14, 3, 3, 2, 'draw', 53);
