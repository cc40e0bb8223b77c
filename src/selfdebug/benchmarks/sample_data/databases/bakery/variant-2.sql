-- Other rows, which tell queries apart that the first rows do not.
INSERT INTO product VALUES
    (1, 'scone', 'pastry', 180, 0),
    (2, 'almond tart', 'cake', 150, 0),
    (3, 'corn bread', 'bread', 380, 0),
    (4, 'bun', 'pastry', 220, 0),
    (5, 'baguette', 'bread', 120, 0),
    (6, 'pretzel', 'bread', 320, 1),
    (7, 'plum cake', 'cake', 150, 1),
    (8, 'croissant', 'pastry', 150, 1),
    (9, 'brioche', 'bread', 380, 0);
INSERT INTO sale VALUES
    (1, 2, '2024-05-03', 50, NULL),
    (2, 4, '2024-05-05', 5, 20),
    (3, 6, '2024-05-07', 40, 0),
    (4, 2, '2024-05-07', 30, NULL),
    (5, 1, '2024-05-02', 5, 0),
    (6, 3, '2024-05-05', 50, NULL),
    (7, 8, '2024-05-05', 12, 0),
    (8, 5, '2024-05-08', 60, 0),
    (9, 4, '2024-05-07', 8, NULL),
    (10, 2, '2024-05-02', 25, 20),
    (11, 1, '2024-05-03', 60, 5),
    (12, 5, '2024-05-04', 5, 0),
    (13, 2, '2024-05-04', 20, 10),
    (14, 5, '2024-05-03', 20, 10);
