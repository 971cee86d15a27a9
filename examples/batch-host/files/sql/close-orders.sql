CALL close_orders();
SELECT ROW_COUNT();
