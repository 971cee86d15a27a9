CALL expire_coupons();
SELECT ROW_COUNT();
