INSERT INTO "exam" VALUES(101,'Fjord','Milan',102);
INSERT INTO "exam" VALUES(102,'Forest','Milan',176);
INSERT INTO "exam" VALUES(103,'Bramble','Milan',117);
INSERT INTO "exam" VALUES(104,'Pebble','Milan',186);
INSERT INTO "exam" VALUES(105,'Opal','Dublin',108);
INSERT INTO "exam" VALUES(106,'Garnet','York',166);
INSERT INTO "exam" VALUES(107,'Juniper','York',148);
