"""Items apart from any plan: their prep, their labels, their compliance.

https://developer-docs.amazon.com/sp-api/reference/listprepdetails
"""

from collections.abc import Iterator, Sequence

from chalkola_spapi.client import Intent
from chalkola_spapi.inbound import operations
from chalkola_spapi.inbound.calling import InboundCalls
from chalkola_spapi.inbound_models import (
    ComplianceDetail,
    CreateMarketplaceItemLabelsRequest,
    CreateMarketplaceItemLabelsResponse,
    DocumentDownload,
    ListItemComplianceDetailsResponse,
    ListPrepDetailsResponse,
    MskuPrepDetail,
    SetPrepDetailsRequest,
    UpdateItemComplianceDetailsRequest,
)

_MOST_MSKUS = 100
_ENCODED_TWICE = str.maketrans({"%": "%25", "+": "%2B", ",": "%2C"})


class ItemCalls(InboundCalls):
    """The calls for items."""

    def list_prep_details(
        self, marketplace_id: str, *, mskus: Sequence[str]
    ) -> list[MskuPrepDetail]:
        """Give how SKUs must be prepared and who may do it.

        Quota: 2 requests/s, burst 30, for each 100 SKUs.
        """
        return [
            detail
            for some in _in_hundreds(mskus)
            for detail in self._api.call(
                operations.LIST_PREP_DETAILS,
                query={"marketplaceId": marketplace_id, "mskus": some},
                answer=ListPrepDetailsResponse,
            ).msku_prep_details
        ]

    def set_prep_details(
        self, request: SetPrepDetailsRequest, *, before_send: Intent | None = None
    ) -> str:
        """Say how up to 100 SKUs are to be prepared; gives the operation's id.

        Quota: 2 requests/s, burst 30.
        """
        return self._start(operations.SET_PREP_DETAILS, body=request, before_send=before_send)

    def create_marketplace_item_labels(
        self, request: CreateMarketplaceItemLabelsRequest, *, before_send: Intent | None = None
    ) -> list[DocumentDownload]:
        """Give the documents of FNSKU labels; see `pdfs.download_pdf`.

        Repeated where the answer is lost: it makes a document and changes nothing.
        Quota: 2 requests/s, burst 30.
        """
        answer = self._api.call(
            operations.CREATE_MARKETPLACE_ITEM_LABELS,
            body=request,
            answer=CreateMarketplaceItemLabelsResponse,
            before_send=before_send,
        )
        return list(answer.document_downloads)

    def list_item_compliance_details(
        self, marketplace_id: str, *, mskus: Sequence[str]
    ) -> list[ComplianceDetail]:
        """Give the tax details of SKUs, in India. Quota: 2 requests/s, burst 6, for each 100."""
        return [
            detail
            for some in _in_hundreds(mskus)
            for detail in self._api.call(
                operations.LIST_ITEM_COMPLIANCE_DETAILS,
                query={"marketplaceId": marketplace_id, "mskus": some},
                answer=ListItemComplianceDetailsResponse,
            ).compliance_details
        ]

    def update_item_compliance_details(
        self,
        marketplace_id: str,
        *,
        request: UpdateItemComplianceDetailsRequest,
        before_send: Intent | None = None,
    ) -> str:
        """Say the tax details of a SKU, in India; gives the operation's id.

        Quota: 2 requests/s, burst 6.
        """
        return self._start(
            operations.UPDATE_ITEM_COMPLIANCE_DETAILS,
            query={"marketplaceId": marketplace_id},
            body=request,
            before_send=before_send,
        )


def _in_hundreds(mskus: Sequence[str]) -> Iterator[list[str]]:
    # Amazon decodes these three twice: https://developer-docs.amazon.com/sp-api/docs/url-encoding
    encoded = [msku.translate(_ENCODED_TWICE) for msku in mskus]
    for start in range(0, len(encoded), _MOST_MSKUS):
        yield encoded[start : start + _MOST_MSKUS]
