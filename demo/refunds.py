"""Which earlier purchase a cancellation gives back."""

from __future__ import annotations

import pandas as pd


def match_refunds(lines: pd.DataFrame, returned: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Refunds (line, invoice, refunded_at, quantity, cents) and the cancellations left unmatched.

    A cancellation takes from the same buyer's latest earlier lines of the same product. One whose
    quantity is not all found there is left out whole.
    """
    wanted = set(zip(returned["buyer"], returned["code"], strict=True))
    stock: dict[tuple[str, str], list[list]] = {}
    known = lines[lines["buyer"].notna()].sort_values(["ordered_at", "line"], kind="stable")
    columns = ("buyer", "code", "ordered_at", "line", "invoice", "quantity", "price")
    for buyer, code, at, line, invoice, quantity, price in zip(
        *(known[c] for c in columns), strict=True
    ):
        if (buyer, code) in wanted:
            stock.setdefault((buyer, code), []).append([at, line, invoice, quantity, price])
    found: list[tuple] = []
    unmatched = 0
    back = returned.sort_values(["at", "InvoiceNo", "code", "Quantity"], kind="stable")
    for buyer, code, at, quantity, number in zip(
        back["buyer"], back["code"], back["at"], -back["Quantity"], back["InvoiceNo"], strict=True
    ):
        earlier = [s for s in reversed(stock.get((buyer, code), [])) if s[0] <= at and s[3] > 0]
        if quantity <= 0 or sum(s[3] for s in earlier) < quantity:
            unmatched += 1
            continue
        for piece in earlier:
            taken = min(piece[3], quantity)
            piece[3] -= taken
            quantity -= taken
            found.append((piece[1], piece[2], at, taken, taken * piece[4], number))
            if quantity == 0:
                break
    refunds = pd.DataFrame(
        found, columns=["line", "invoice", "refunded_at", "quantity", "cents", "cancellation"]
    )
    # Several cancellations of one line at one minute are one refund, as a platform books them.
    refunds = (
        refunds.groupby(["line", "invoice", "cancellation"], sort=True)
        .agg(
            refunded_at=("refunded_at", "min"), quantity=("quantity", "sum"), cents=("cents", "sum")
        )
        .reset_index()
    )
    return refunds, unmatched
