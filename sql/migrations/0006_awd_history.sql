-- What AWD's stock was: the history that FBA's has. Run before the code that uses it. One transaction.

-- Every change of a SKU's stock in AWD, as it was after the change: one row for each account, SKU and change. Units.
-- As in awd_inventory_levels, replenishment is in FBA's inbound units already: never add it up.
CREATE TABLE chalkola.awd_inventory_history (
    id                               BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account                          TEXT   COLLATE "C" NOT NULL,
    sku                              TEXT   COLLATE "C" NOT NULL,
    change                           TEXT   NOT NULL CHECK (change IN ('new', 'changed', 'vanished', 'returned')),
    on_hand_quantity                 BIGINT NOT NULL,
    inbound_quantity                 BIGINT NOT NULL,
    available_distributable_quantity BIGINT,
    reserved_distributable_quantity  BIGINT,
    replenishment_quantity           BIGINT,
    as_of                            TIMESTAMPTZ NOT NULL,
    recorded_at                      TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX awd_inventory_history_sku ON chalkola.awd_inventory_history (account, sku, as_of);
ALTER TABLE chalkola.awd_inventory_history ENABLE ROW LEVEL SECURITY;

-- The history begins with what is stored.
INSERT INTO chalkola.awd_inventory_history (
    account, sku, change, on_hand_quantity, inbound_quantity, available_distributable_quantity,
    reserved_distributable_quantity, replenishment_quantity, as_of
)
SELECT account, sku, CASE WHEN vanished_at IS NULL THEN 'new' ELSE 'vanished' END, on_hand_quantity, inbound_quantity,
    available_distributable_quantity, reserved_distributable_quantity, replenishment_quantity, changed_at
FROM chalkola.awd_inventory_levels;
