INSERT INTO "magazine" VALUES(1,'Marble','geography',21,28);
INSERT INTO "magazine" VALUES(2,'Fjord','geography',47,60);
INSERT INTO "magazine" VALUES(3,'Jasper','chemistry',53,43);
INSERT INTO "magazine" VALUES(4,'Comet','art',7,25);
INSERT INTO "magazine" VALUES(5,'Coral','math',2,2);
INSERT INTO "magazine" VALUES(6,'Harvest','physics',26,165);
INSERT INTO "magazine" VALUES(7,'Tide','math',5,138);
INSERT INTO "magazine" VALUES(8,'Canyon','physics',39,87);
