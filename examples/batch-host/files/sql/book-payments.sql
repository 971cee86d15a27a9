CALL book_payments();
SELECT ROW_COUNT();
