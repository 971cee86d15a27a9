CALL product_ranking();
SELECT ROW_COUNT();
