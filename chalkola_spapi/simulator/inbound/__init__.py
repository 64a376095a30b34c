"""Fulfillment Inbound as a state machine: plans, packing, placement, transport, labels, receiving.

https://developer-docs.amazon.com/sp-api/docs/fulfillment-inbound-api-v2024-03-20-reference

Amazon's v2024-03-20 and what is left of v0, without HTTP. `inbounds.Inbounds` is the door; each
noun has its module. A write is checked at once, and acts when its operation ends.

What it does not imitate:

- India: custom placement, delivery challans, checks of compliance details.
- Modes other than small parcels and LTL. Limits of parcels other than 50 lb and 25 in.
- That an MSKU is unknown, or sold elsewhere only; the limits of Amazon's FAQ (1,500 SKUs a plan,
  10,000 units a SKU); that stock of other APIs counts what is inbound.
- Addresses that Amazon cannot verify (script a WARNING), Seller Central's own steps.

Unproven at Amazon itself, and chosen:

- What is refused at once and what fails later, beyond the cases known from public threads; all
  texts without an FBA_INB code. An unknown plan is a 400, as in the examples of Amazon's model.
- New packing information replaces the old. Boxes are listed singly (quantity 1) from the start.
- Placement options that were not chosen are listed as EXPIRED. A cancelled plan owes no placement
  fee. Transport stays charged in full after the void window.
- Lifetimes other than 72 h of options, 15 s of labels, 15 min of LTL quotes: small parcels are
  quoted for 6 h, delivery windows hold 24 h, previews of contents 1 h.
- How long goods travel and how fast they are received.
"""
