CALL year_end();
SELECT ROW_COUNT();
