CALL birthday_coupons();
SELECT ROW_COUNT();
