CALL daily_sales();
SELECT ROW_COUNT();
