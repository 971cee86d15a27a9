CALL weekly_returns();
SELECT ROW_COUNT();
