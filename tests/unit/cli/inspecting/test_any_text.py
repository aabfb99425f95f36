"""Whatever is pasted, an inspection ends with a cause, or says that there is nothing."""

from hypothesis import given
from hypothesis import strategies as st

from nextauth.cli.inspecting import as_json, as_text, inspected, read_pasted
from nextauth.cli.inspecting.pasted import NotReadError
from tests.security.inputs import repeatable
from tests.unit.cli.inspecting.planting import site_of

NAMES = ("authjs.session-token", "next-auth.session-token.0", "sid", "authjs.csrf-token")
anything = st.text(max_size=200) | st.text("eyJhbGciOiJU2FsdGVkX1.=; %\\\"'0|/:\n", max_size=200)


@given(text=anything, name=st.sampled_from((None, *NAMES)))
@repeatable
def test_any_text_is_inspected(text: str, name: str | None) -> None:
    try:
        pasted = read_pasted(text if name is None else f"{name}={text}")
    except NotReadError:
        assert "=" not in text or name is None
        return
    report = inspected(pasted, site_of())
    assert not report.is_good
    assert as_text(report)
    assert as_json(report)
