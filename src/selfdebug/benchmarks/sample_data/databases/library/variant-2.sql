-- Other rows, which tell queries apart that the first rows do not.
INSERT INTO author VALUES
    (1, 'Jean Petit', 'Germany'),
    (2, 'Mara Lind', NULL),
    (3, 'Mara Lind', NULL),
    (4, 'Jean Petit', 'Germany'),
    (5, 'Jean Petit', 'Sweden'),
    (6, 'Kofi Adu', 'Sweden');
INSERT INTO book VALUES
    (1, 'Night Ferry', 3, 1999, 299),
    (2, 'Night Ferry', 5, 1999, 301),
    (3, 'Low Tide', 2, 1965, 350),
    (4, 'Ten Lanterns', 1, 1979, 180),
    (5, 'The Long Field', 5, 1999, 350),
    (6, 'Ten Lanterns', 4, 1972, 350),
    (7, 'Night Ferry', 5, 1979, 350),
    (8, 'Small Rivers', 2, 1980, 350),
    (9, 'A House of Glass', 2, 1979, 350),
    (10, 'Paper Birds', 6, 1980, 180),
    (11, 'Night Ferry', 3, 1965, 300),
    (12, 'The Long Field', 2, 1965, 300);
INSERT INTO member VALUES
    (1, 'Finn Moss', 'Marl'),
    (2, 'Gail Park', 'Marl'),
    (3, 'Ada Holm', 'Selden'),
    (4, 'Hugo Stein', 'Selden'),
    (5, 'Eva Lang', 'Norby'),
    (6, 'Hugo Stein', 'Marl'),
    (7, 'Dan Reyes', 'Norby'),
    (8, 'Gail Park', 'Hurst');
INSERT INTO loan VALUES
    (1, 6, 1, '2024-03-01', NULL),
    (2, 1, 5, '2024-02-13', '2024-02-27'),
    (3, 4, 4, '2024-02-04', NULL),
    (4, 7, 6, '2024-02-01', NULL),
    (5, 9, 2, '2024-01-13', '2024-02-22'),
    (6, 12, 3, '2024-04-19', '2024-04-25'),
    (7, 8, 5, '2024-04-13', NULL),
    (8, 2, 2, '2024-04-09', '2024-04-20');
