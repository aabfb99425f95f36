"""Owns the mutants of what browsers may do: cookies, headers, pages, requests (V3)."""

from tests.security.taken_out.mutant import CONTROLS, EVERY_ANSWER, EVERY_COOKIE, Mutant

__all__ = ["ANSWERS", "COOKIES", "REQUESTS"]

POLICY = "unit/pages/test_policy.py"

ANSWERS = (
    Mutant(
        "answers-may-be-sniffed",
        "web/response.py",
        '    (b"x-content-type-options", b"nosniff"),\n',
        "",
        EVERY_ANSWER,
    ),
    Mutant(
        "pages-may-be-sniffed",
        "pages/headers.py",
        '    (b"x-content-type-options", b"nosniff"),\n',
        "",
        EVERY_ANSWER,
    ),
    Mutant(
        "answers-may-be-embedded",
        "web/response.py",
        '    (b"cross-origin-resource-policy", b"same-origin"),\n',
        "",
        EVERY_ANSWER,
    ),
    Mutant(
        "answers-are-scripts",
        "web/response.py",
        '(b"content-type", b"application/json")',
        '(b"content-type", b"text/javascript")',
        f"{CONTROLS}::test_no_answer_is_a_script",
    ),
    Mutant(
        "answers-may-be-framed",
        "web/response.py",
        "frame-ancestors 'none'",
        "frame-ancestors *",
        EVERY_ANSWER,
    ),
    Mutant(
        "pages-may-be-framed",
        "pages/headers.py",
        "\"frame-ancestors 'none'\"",
        '"frame-ancestors *"',
        EVERY_ANSWER,
    ),
    Mutant(
        "pages-load-anything",
        "pages/headers.py",
        "\"default-src 'none'\"",
        '"default-src *"',
        EVERY_ANSWER,
    ),
    Mutant(
        "pages-tell-where-one-was",
        "pages/headers.py",
        '(b"referrer-policy", b"same-origin")',
        '(b"referrer-policy", b"unsafe-url")',
        f"{POLICY}::test_every_page_has_the_headers_that_protect_it",
    ),
    Mutant(
        "pages-keep-their-opener",
        "pages/headers.py",
        '    (b"cross-origin-opener-policy", b"same-origin"),\n',
        "",
        f"{POLICY}::test_every_page_has_the_headers_that_protect_it",
    ),
    Mutant(
        "texts-are-markup",
        "pages/rendering.py",
        "autoescape=True",
        "autoescape=False",
        "security/test_markup.py::test_no_text_of_the_site_becomes_markup",
    ),
    Mutant(
        "pages-run-scripts",
        "pages/templates/base.html",
        "</main>\n",
        "</main>\n<script>document.forms</script>\n",
        f"{POLICY}::test_no_page_runs_script_or_has_a_style_of_its_own",
    ),
    Mutant(
        "scripts-take-messages",
        "factors/webauthn/browser.js",
        '  "use strict";\n',
        '  "use strict";\n  addEventListener("message", (sent) => eval(sent.data));\n',
        f"{POLICY}::test_no_script_of_ours_takes_messages_of_other_windows",
    ),
    Mutant(
        "pages-load-from-elsewhere",
        "pages/templates/base.html",
        '<meta name="robots" content="noindex">\n',
        '<link rel="stylesheet" href="https://cdn.example/page.css">\n',
        f"{POLICY}::test_no_page_names_another_host",
    ),
)

COOKIES = (
    Mutant(
        "cookies-over-http",
        "config/settings.py",
        "secure = on_https if options.secure is None else options.secure",
        "secure = False",
        EVERY_COOKIE,
    ),
    Mutant(
        "cookies-without-prefix",
        "config/settings.py",
        'prefix = "__Secure-" if secure else ""',
        'prefix = ""',
        EVERY_COOKIE,
    ),
    Mutant(
        "cookies-for-every-site",
        "web/set_cookies.py",
        'fixed = f"; SameSite={str(self.same_site).capitalize()}"',
        'fixed = "; SameSite=None"',
        EVERY_COOKIE,
    ),
    Mutant(
        "cookies-of-neighbours",
        "presets.py",
        "cookies=CookieOptions(host_prefix=True)",
        "cookies=CookieOptions()",
        f"{CONTROLS}::test_with_the_preset_every_cookie_belongs_to_this_host_alone",
    ),
    Mutant(
        "cookies-for-scripts",
        "web/set_cookies.py",
        'f"; HttpOnly{fixed}" if self.http_only else fixed',
        "fixed",
        EVERY_COOKIE,
    ),
    Mutant(
        "tokens-in-answers",
        "actions/session.py",
        "return Response.json(public_session(resumed.claims))\n"
        "    return await _through_callback(exchange, services.session, resumed.claims)",
        "return Response.json(dict(exchange.cookies._values))\n"
        "    return await _through_callback(exchange, services.session, resumed.claims)",
        f"{CONTROLS}::test_a_sessions_token_is_in_its_cookie_and_nowhere_else",
    ),
    Mutant(
        "cookies-too-large",
        "web/set_cookies.py",
        "if len(value) <= CHUNK_SIZE:",
        "if value:",
        f"{CONTROLS}::test_no_cookie_is_larger_than_browsers_keep",
    ),
    Mutant(
        "targets-too-large",
        "web/set_cookies.py",
        "return name + len(encode_value(value)) <= LONGEST_COOKIE",
        "return True",
        f"{CONTROLS}::test_no_cookie_is_larger_than_browsers_keep",
    ),
)

REQUESTS = (
    Mutant(
        "answers-for-every-origin",
        "routes.py",
        "if sender is not None and Origin.parse(sender) in trusted:",
        "if sender is not None:",
        "unit/protocol/test_routes.py::test_no_other_origin_reads_an_answer",
    ),
    Mutant(
        "forms-of-every-site",
        "web/csrf.py",
        "return Verdict.YES if is_trusted else Verdict.NO\n",
        "return Verdict.YES\n",
        "unit/protocol/test_may_act.py::test_refused_in_each_way_to_ask",
    ),
    Mutant(
        "forms-without-token",
        "routes.py",
        "verdict is Verdict.ASK_TOKEN and exchange.has_csrf_token()",
        "verdict is Verdict.ASK_TOKEN",
        "unit/protocol/test_may_act.py::test_refused_in_each_way_to_ask",
    ),
    Mutant(
        "json-without-preflight",
        "web/body.py",
        "if is_long or media_type not in {_FORM, _JSON} or",
        "if is_long or",
        "security/test_signing_in.py::test_a_form_of_another_site_is_no_json",
    ),
    Mutant(
        "sign-in-by-address",
        "providers/credentials.py",
        'return ("POST",)',
        'return ("GET", "POST")',
        "security/test_signing_in.py::test_nobody_is_signed_in_by_an_address",
    ),
    Mutant(
        "sign-out-by-address",
        "routes.py",
        '"signout": Route({"GET": signout_action.show,',
        '"signout": Route({"GET": signout_action.act,',
        "security/test_one_meaning.py::test_nobody_is_signed_out_by_an_address",
    ),
    Mutant(
        "redirects-to-anywhere",
        "web/urls.py",
        "if target is None or (target != origin and target not in trusted):",
        "if target is None:",
        "security/test_redirects.py::test_a_target_elsewhere_ends_at_our_root",
    ),
)
