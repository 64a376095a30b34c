-- How long the stock lasts at the velocity of the last 28 days, or of 90 where none of those is loaded. An ASIN that is
-- named in none of at least 28 loaded days does not sell; with fewer of them nothing is known of it.
CREATE VIEW chalkola.inventory_cover WITH (security_invoker = TRUE) AS
SELECT stock.account, stock.marketplace_id, stock.marketplace, stock.asin, stock.product_name, stock.skus,
    stock.sellable_quantity, stock.incoming_quantity, stock.awd_on_hand_quantity, stock.supply_quantity,
    sales.units_per_day_7, sales.units_per_day_28, sales.units_per_day_90, pace.units_per_day,
    CASE WHEN pace.units_per_day IS NOT NULL THEN pace.basis_days END AS basis_days,
    round(stock.sellable_quantity / NULLIF(7 * pace.units_per_day, 0), 1) AS weeks_of_cover,
    round(stock.supply_quantity / NULLIF(7 * pace.units_per_day, 0), 1) AS weeks_of_supply,
    -- Beyond two years a date says nothing.
    CASE WHEN stock.sellable_quantity < 730 * pace.units_per_day
        THEN stock.as_of::DATE + floor(stock.sellable_quantity / NULLIF(pace.units_per_day, 0))::INTEGER
    END AS stock_out_on,
    GREATEST(ceil(56 * pace.units_per_day) - stock.supply_quantity, 0)::BIGINT AS reorder_quantity,
    CASE
        WHEN stock.sellable_quantity = 0 AND (sales.units_90 > 0 OR stock.supply_quantity > 0) THEN 'out_of_stock'
        WHEN pace.units_per_day IS NULL THEN 'velocity_unknown'
        WHEN pace.units_per_day = 0 THEN CASE WHEN stock.supply_quantity > 0 THEN 'not_selling' ELSE 'ok' END
        WHEN stock.supply_quantity < 28 * pace.units_per_day THEN 'reorder_now'
        WHEN stock.sellable_quantity < 28 * pace.units_per_day THEN 'await_inbound'
        WHEN stock.supply_quantity < 56 * pace.units_per_day THEN 'reorder_soon'
        WHEN stock.supply_quantity > 182 * pace.units_per_day THEN 'overstock'
        ELSE 'ok'
    END AS hint,
    COALESCE(sales.is_small_count, TRUE) AS is_small_count,
    covered.sold_through, covered.days_28::INTEGER AS days_covered_28, stock.as_of
FROM (
    SELECT account, marketplace_id, marketplace, asin, max(product_name) AS product_name, count(*) AS skus,
        sum(sellable_quantity)::BIGINT AS sellable_quantity,
        sum(fba_inbound_quantity + awd_inbound_quantity)::BIGINT AS incoming_quantity,
        sum(awd_on_hand_quantity)::BIGINT AS awd_on_hand_quantity,
        sum(sellable_quantity + fba_inbound_quantity + awd_inbound_quantity + awd_on_hand_quantity)::BIGINT
            AS supply_quantity,
        max(as_of) AS as_of
    FROM chalkola.inventory_position
    WHERE asin IS NOT NULL
    GROUP BY account, marketplace_id, marketplace, asin
) AS stock
LEFT JOIN chalkola.sales_velocity AS sales USING (account, marketplace_id, asin)
LEFT JOIN (
    SELECT account, marketplace_id, sold_through, sum(days) FILTER (WHERE is_in_28) AS days_28, sum(days) AS days_90
    FROM chalkola.sales_periods GROUP BY account, marketplace_id, sold_through
) AS covered USING (account, marketplace_id)
CROSS JOIN LATERAL (
    SELECT COALESCE(sales.units_per_day_28, sales.units_per_day_90, CASE WHEN covered.days_90 >= 28 THEN 0 END)
            AS units_per_day,
        CASE WHEN sales.units_per_day_28 IS NULL THEN 90 ELSE 28 END AS basis_days
) AS pace;

COMMENT ON VIEW chalkola.inventory_cover IS
    'Grain: account, marketplace, ASIN with a SKU in FBA; units. What depends on the velocity is NULL where that is '
    'not known. Lead times are not known here: the hints are for a seller who reorders for eight weeks.';
COMMENT ON COLUMN chalkola.inventory_cover.supply_quantity IS
    'Sellable, inbound to FBA and AWD, and on hand in AWD; every unit once.';
COMMENT ON COLUMN chalkola.inventory_cover.weeks_of_cover IS
    'Sellable units at the present pace; without anything arriving.';
COMMENT ON COLUMN chalkola.inventory_cover.weeks_of_supply IS 'The same with all that is on its way and in AWD.';
COMMENT ON COLUMN chalkola.inventory_cover.stock_out_on IS
    'The day on which sellable units end at the present pace, counted from as_of.';
COMMENT ON COLUMN chalkola.inventory_cover.reorder_quantity IS
    'Units that are missing for eight weeks, with all that is on its way.';
COMMENT ON COLUMN chalkola.inventory_cover.hint IS
    'out_of_stock: nothing sellable, and it sold in the last 90 days or more is on its way. reorder_now: less than '
    'four weeks of supply. await_inbound: less than four weeks sellable, more is on its way. reorder_soon: less than '
    'eight weeks of supply. overstock: more than 26 weeks. not_selling: stock, but no units in the basis. '
    'velocity_unknown: no sales loaded, or less than 28 days without it.';
