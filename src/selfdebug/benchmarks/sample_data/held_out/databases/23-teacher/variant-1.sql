INSERT INTO "teacher" VALUES(1,'Napter','fox',17,1914);
INSERT INTO "teacher" VALUES(2,'Marktse','owl',5,1922);
INSERT INTO "teacher" VALUES(3,'Smofion','bear',15,1928);
INSERT INTO "teacher" VALUES(4,'Vorter','bear',28,1924);
INSERT INTO "teacher" VALUES(5,'Overque','owl',31,1922);
INSERT INTO "teacher" VALUES(6,'Ludtwiber','bear',36,1925);
INSERT INTO "teacher" VALUES(7,'Nonatly','bear',13,1919);
INSERT INTO "teacher" VALUES(8,'Divetion','bear',30,1921);
