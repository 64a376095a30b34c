import pickle

import pytest

from chalkola_spapi import errors
from chalkola_spapi.errors import (
    AccessDeniedError,
    AmazonError,
    ApiStatusError,
    AuthError,
    DocumentError,
    DocumentExpiredError,
    ErrorAnswer,
    SpApiError,
    Throttled,
    TransientError,
    UnknownOutcomeError,
)

ALL = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, SpApiError)]
ANSWER = ErrorAnswer(
    400, (AmazonError("InvalidInput", "bad", "asin"), AmazonError("Other", "too")), "req-1"
)


def test_the_tree_is_the_one_that_the_docstring_draws():
    assert issubclass(AccessDeniedError, AuthError)
    assert issubclass(Throttled, TransientError)
    assert issubclass(DocumentExpiredError, DocumentError)
    assert not issubclass(UnknownOutcomeError, TransientError)
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in ALL)


@pytest.mark.parametrize("kind", ALL)
def test_an_error_survives_pickling_with_all_it_knows(kind):
    error = kind("it says", operation="getReport", account="NA", answer=ANSWER)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.operation, copy.account, copy.answer) == (
        "it says",
        "getReport",
        "NA",
        ANSWER,
    )


def test_a_login_error_keeps_its_reason_when_pickled():
    error = AuthError.because("invalid_grant", "revoked", account="NA")
    assert pickle.loads(pickle.dumps(error)).reason == "invalid_grant"


def test_an_answers_facts_are_all_there():
    error = ApiStatusError("x", answer=ANSWER)
    assert (error.status, error.code, error.message) == (400, "InvalidInput", "bad")
    assert (error.details, error.request_id, len(error.errors)) == ("asin", "req-1", 2)


def test_an_error_without_an_answer_has_no_facts():
    error = TransientError("x")
    facts = (error.status, error.code, error.message, error.details, error.request_id)
    assert facts == (None,) * 5
    assert error.errors == ()


def test_an_answer_reads_as_status_code_text_and_request_id():
    assert str(ANSWER) == "400 InvalidInput: bad (asin); Other: too (request req-1)"
