-- Every version of the ladders; the last one counts. A plan is a calendar with ladders: by its number it is seen what has to be found anew.
CREATE TABLE ladders (
    number bigint PRIMARY KEY,
    rungs text NOT NULL,
    published_by text NOT NULL,
    created_at timestamptz NOT NULL
);
INSERT INTO ladders (number, rungs, published_by, created_at) VALUES (1, '{"rungs":[{"workingDays":-14,"told":["RESPONSIBLE_PERSON"]},{"workingDays":-7,"told":["RESPONSIBLE_PERSON"]},{"workingDays":-3,"told":["RESPONSIBLE_PERSON","HEAD_OF_UNIT"]},{"workingDays":-1,"told":["RESPONSIBLE_PERSON","HEAD_OF_UNIT"]},{"workingDays":0,"told":["RESPONSIBLE_PERSON","HEAD_OF_UNIT"]},{"workingDays":1,"told":["HEAD_OF_UNIT","PORTFOLIO_LEADER"]},{"workingDays":3,"told":["HEAD_OF_UNIT","PORTFOLIO_LEADER","CITY_OFFICE"]},{"workingDays":7,"told":["HEAD_OF_UNIT","PORTFOLIO_LEADER","CITY_OFFICE"]}]}', '', '2025-07-01T00:00:00.000000Z');

CREATE TABLE plans (
    number bigint PRIMARY KEY,
    calendar bigint NOT NULL,
    ladder bigint NOT NULL
);
