"""A synchronous client for Amazon's Selling Partner API: typed, throttled, and safe about money.

It takes values and never reads the environment; it knows no Prefect, no SQL and no pandas.
Import from its modules: this package imports nothing, so that the simulator loads without httpx.

    client        SpApi: one account's connection; everything below goes through `SpApi.call`
    reports       ReportsApi: ask for reports and look after them
    documents     what Amazon wrote, down to a file, whole or not at all
    sellers       SellersApi: which marketplaces an account takes part in
    inbound       FulfillmentInboundApi: stock to FBA, from the plan to the tracking ids
    inbound_v0    FulfillmentInboundV0Api: labels, and what was received
    pdfs          labels and bills of lading, down to a file, whole or not at all
    inventory     InventoryApi: what FBA has of each SKU
    awd           AwdApi: what AWD has, and what is on its way there
    inbound_models, awd_models, inbound_v0_models   what these read and write
    operations    Amazon's operations with their quotas
    throttle      token buckets, one for each account and operation
    retries       what is tried again, and for how long
    errors        the error tree, sorted by what the caller should do
    accounts, marketplaces, periods, report_types   what can be asked for, and when

https://developer-docs.amazon.com/sp-api/
"""
