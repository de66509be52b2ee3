"""The hot address is answered before the framework, as the framework would."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import example, given
from hypothesis import strategies as st

from api.direct import query_pairs


@given(st.text(alphabet="ab=&+%2Cé;0Ff", max_size=30).map(lambda text: text.encode("latin-1")) | st.binary(max_size=30))
@example(b"q=l%27h%C3%B4tel+caf%E9&&area=&facets&=x&a=b=c%zz")
def test_an_address_is_read_as_the_framework_reads_it(query: bytes) -> None:
    assert query_pairs(query) == parse_qsl(query.decode("latin-1"), keep_blank_values=True)
