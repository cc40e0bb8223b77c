INSERT INTO "actors" VALUES(1,'Yoostity','Tom',6);
INSERT INTO "actors" VALUES(2,'Rirage','Ana',13);
INSERT INTO "actors" VALUES(3,'Misier','Tina',36);
INSERT INTO "actors" VALUES(4,'Caspesporer','Tom',21);
INSERT INTO "actors" VALUES(5,'Vuckdreasing','Otto',24);
INSERT INTO "actors" VALUES(6,'Labant','Ana',3);
INSERT INTO "actors" VALUES(7,'Proship','Tina',39);
INSERT INTO "actors" VALUES(8,'Emmum','Otto',40);
