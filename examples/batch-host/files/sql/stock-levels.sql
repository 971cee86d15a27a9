CALL stock_levels();
SELECT ROW_COUNT();
