CALL month_end();
SELECT ROW_COUNT();
