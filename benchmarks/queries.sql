-- Questions that people ask of 5 million rows, read by benchmarks/queries.py: `-- name --` opens each.

-- one ASIN over 104 weeks --
SELECT period_start, search_query, search_query_score, total_impressions, asin_impressions, asin_clicks,
    asin_purchases
FROM chalkola.sqp_data
WHERE account = 'NA' AND marketplace_id = 'ATVPDKIKX0DER' AND report_period = 'WEEK' AND asin = 'B0CHALK007'
ORDER BY period_start, search_query_score;

-- one ASIN over 104 weeks, by its name alone --
SELECT marketplace_id, period_start, sum(asin_clicks) AS clicks, sum(asin_purchases) AS purchases
FROM chalkola.sqp_data
WHERE asin = 'B0CHALK007' AND report_period = 'WEEK'
GROUP BY marketplace_id, period_start
ORDER BY marketplace_id, period_start;

-- top movers of a week --
SELECT this.asin, this.search_query, last.search_query_score AS rank_before, this.search_query_score AS rank_now,
    this.asin_impression_share - last.asin_impression_share AS share_change
FROM chalkola.sqp_data AS this
JOIN chalkola.sqp_data AS last USING (account, marketplace_id, report_period, asin, search_query)
WHERE this.account = 'NA' AND this.marketplace_id = 'ATVPDKIKX0DER' AND this.report_period = 'WEEK'
    AND this.period_start = :newest AND last.period_start = :newest - 7
ORDER BY abs(this.asin_impression_share - last.asin_impression_share) DESC NULLS LAST, this.asin, this.search_query
LIMIT 50;

-- coverage of every period --
SELECT * FROM chalkola.sqp_coverage_by_period WHERE report_period = 'WEEK'
ORDER BY period_end DESC, marketplace;
