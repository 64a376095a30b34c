"""Fulfillment Inbound as a state machine: plans, packing, placement, transport, labels, receiving.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference

Amazon's v2024-03-20 and what is left of v0, without HTTP. `inbounds.Inbounds` is the door; each
noun has its module. A write is checked at once, and acts when its operation ends.
"""
