INSERT INTO "author" VALUES(1,'Flir','Osaka',3);
INSERT INTO "author" VALUES(2,'Yilplammearn','Vienna',15);
INSERT INTO "author" VALUES(3,'Scesceth','Kyoto',10);
INSERT INTO "author" VALUES(4,'Unoward','Vienna',15);
INSERT INTO "author" VALUES(5,'Abted','Kyoto',3);
INSERT INTO "author" VALUES(6,'Cidspie','Paris',5);
INSERT INTO "author" VALUES(7,'Rowfling','Kyoto',2);
INSERT INTO "author" VALUES(8,'Ittiway','Paris',15);
