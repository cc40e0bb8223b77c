INSERT INTO player VALUES
    (1, 'Vera Holub', 'Czechia', 1975, 2410),
    (2, 'Luis Prado', 'Spain', 1998, 2320),
    (3, 'Anna Berg', 'Norway', 2001, 2480),
    (4, 'Tomas Ruzek', 'Czechia', 1999, NULL),
    (5, 'Marta Gil', 'Spain', 1979, 2250),
    (6, 'Nils Dahl', 'Norway', 1983, 2410),
    (7, 'Piero Costa', 'Italy', 1996, 2390),
    (8, 'Rosa Conti', 'Italy', 1980, NULL),
    (9, 'Vera Holub', 'Austria', 1995, 2100);
INSERT INTO tournament VALUES
    (1, 'Harbour Open', 2018),
    (2, 'City Cup', 2019),
    (3, 'Winter Round', 2021),
    (4, 'Lake Masters', 2022);
INSERT INTO game VALUES
    (1, 1, 1, 2, 'white', 41),
    (2, 1, 2, 3, 'draw', 60),
    (3, 1, 3, 1, 'black', 35),
    (4, 2, 4, 6, 'white', 28),
    (5, 2, 5, 3, 'black', 44),
    (6, 2, 6, 1, 'draw', 52),
    (7, 3, 7, 3, 'white', 39),
    (8, 3, 3, 7, 'draw', 70),
    (9, 3, 5, 6, 'draw', 31),
    (10, 3, 6, 2, 'black', 55),
    (11, 2, 8, 5, 'white', 33),
    (12, 1, 7, 1, 'draw', 24);
