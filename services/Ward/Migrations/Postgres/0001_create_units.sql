-- Wards and communes of the city's register, learnt from it: whom this service serves when its configuration names nobody.
CREATE TABLE units (
    id text PRIMARY KEY
);
