INSERT INTO "exam" VALUES(101,'Garnet','Dublin',8);
INSERT INTO "exam" VALUES(102,'Oasis','Dublin',72);
INSERT INTO "exam" VALUES(103,'Jasper','York',48);
INSERT INTO "exam" VALUES(104,'Oak','Dublin',90);
INSERT INTO "exam" VALUES(105,'Moon','York',166);
INSERT INTO "exam" VALUES(106,'Topaz','York',108);
INSERT INTO "exam" VALUES(107,'Orchid','York',50);
INSERT INTO "exam" VALUES(108,'Mirage','York',132);
