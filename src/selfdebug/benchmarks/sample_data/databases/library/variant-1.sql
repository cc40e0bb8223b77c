-- Other rows, which tell queries apart that the first rows do not.
INSERT INTO author VALUES
    (1, 'Otto Brandt', 'Sweden'),
    (2, 'Kofi Adu', 'Germany'),
    (3, 'Mara Lind', 'France'),
    (4, 'Otto Brandt', NULL),
    (5, 'Kofi Adu', 'Germany'),
    (6, 'Otto Brandt', 'France');
INSERT INTO book VALUES
    (1, 'Ten Lanterns', 2, 1972, 301),
    (2, 'Paper Birds', 6, 1972, 299),
    (3, 'The Long Field', 4, NULL, 301),
    (4, 'The Slow Clock', 1, 1979, 350),
    (5, 'Iron Garden', 1, NULL, 420),
    (6, 'Winter Bees', 1, 1980, 300),
    (7, 'Night Ferry', 2, 1980, 301),
    (8, 'Small Rivers', 5, 1965, 300),
    (9, 'Low Tide', 1, 1980, 299),
    (10, 'Paper Birds', 4, 1999, 299),
    (11, 'Ten Lanterns', 3, 1972, 300),
    (12, 'Grey Harbour', 3, 1979, 301),
    (13, 'The Long Field', 1, 1980, 350);
INSERT INTO member VALUES
    (1, 'Finn Moss', 'Selden'),
    (2, 'Eva Lang', 'Hurst'),
    (3, 'Eva Lang', 'Hurst'),
    (4, 'Gail Park', 'Marl'),
    (5, 'Finn Moss', 'Norby'),
    (6, 'Gail Park', 'Hurst'),
    (7, 'Ben Okoro', 'Norby');
INSERT INTO loan VALUES
    (1, 9, 2, '2024-01-01', '2024-02-07'),
    (2, 8, 5, '2024-03-26', '2024-04-22'),
    (3, 2, 4, '2024-04-03', NULL),
    (4, 10, 2, '2024-04-04', '2024-04-11'),
    (5, 13, 5, '2024-03-13', '2024-04-24'),
    (6, 11, 5, '2024-01-21', NULL),
    (7, 4, 3, '2024-02-03', '2024-02-12'),
    (8, 12, 2, '2024-02-23', '2024-02-24'),
    (9, 6, 4, '2024-04-22', NULL),
    (10, 3, 4, '2024-03-16', NULL),
    (11, 1, 5, '2024-02-02', '2024-04-01'),
    (12, 8, 5, '2024-03-05', '2024-04-17');
