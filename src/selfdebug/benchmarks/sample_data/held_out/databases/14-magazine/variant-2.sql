INSERT INTO "magazine" VALUES(1,'Desert','geography',50,149);
INSERT INTO "magazine" VALUES(2,'Marble','geography',29,95);
INSERT INTO "magazine" VALUES(3,'Echo','geography',55,174);
INSERT INTO "magazine" VALUES(4,'Frost','physics',70,4);
INSERT INTO "magazine" VALUES(5,'Ruby','physics',56,2);
INSERT INTO "magazine" VALUES(6,'Crystal','physics',3,186);
INSERT INTO "magazine" VALUES(7,'Tide','physics',27,76);
INSERT INTO "magazine" VALUES(8,'Flame','art',22,61);
