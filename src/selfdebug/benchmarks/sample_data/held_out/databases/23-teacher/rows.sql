INSERT INTO "teacher" VALUES(1,'Bistchiper','bear',19,1921);
INSERT INTO "teacher" VALUES(2,'Greardwotion','owl',29,1916);
INSERT INTO "teacher" VALUES(3,'Vorter','bear',18,1921);
INSERT INTO "teacher" VALUES(4,'Ownant','owl',31,1931);
INSERT INTO "teacher" VALUES(5,'Marktse','owl',3,1932);
INSERT INTO "teacher" VALUES(6,'Divetion','bear',5,1918);
INSERT INTO "teacher" VALUES(7,'Napter','owl',9,1914);
INSERT INTO "teacher" VALUES(8,'Shifage','owl',10,1918);
