"""How keys and tokens look, as their makers write: what each begins with, and how it goes on.

Where a maker documents the beginning only, the length is what its keys have today, with room.
"""

from __future__ import annotations

from dataclasses import dataclass

_URL, _HEX = "[A-Za-z0-9_-]", "[a-f0-9]"


@dataclass(frozen=True)
class KeyForm:
    """`hints`: one of them stands in every such key; to look for them takes next to no time."""

    maker: str
    hints: tuple[str, ...]
    form: str
    source: str
    mixed: bool = False  # words can look like it, so that it must hold a digit
    letters: bool = False  # it may hold no digit at all


FORMS = (
    # Of the twelve kinds of ids there those that open something.
    KeyForm("aws", ("AKIA", "ASIA", "AROA", "AIDA"), r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}",
            "docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"),
    # Four letters and an underscore; the fine-grained ones spell it out.
    KeyForm("github", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
            r"gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{50,100}",
            "docs.github.com/en/authentication: GitHub's token formats"),
    # Newer ones end in a version and a checksum: .01.0a1b2c3d4
    KeyForm("gitlab", ("glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-",
                       "glimt-", "glagent-", "glsoat-", "gloas-", "glffct-"),
            rf"(?:glpat|gldt|glrt|glrtr|glcbt|glptt|glft|glimt|glagent|glsoat|gloas|glffct)-{_URL}"
            r"{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?", "docs.gitlab.com/security/tokens"),
    KeyForm("slack", ("xox", "xapp-"), r"(?:xoxe\.)?xox[abeoprs]-[A-Za-z0-9-]{10,250}"
            r"|xapp-\d-[A-Z0-9]{8,14}-\d{8,16}-[a-f0-9]{40,80}",
            "docs.slack.dev/authentication/tokens"),
    # Whoever has such an address may post there.
    KeyForm("webhook", ("hooks.slack", "/webhooks/"),
            r"https://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[\w+/-]{30,120}"
            r"|https://(?:\w{2,10}\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{17,20}/"
            r"[\w-]{60,80}", "docs.slack.dev: incoming webhooks; discord.com/developers: Webhook"),
    # sk-…, sk-proj-…, sk-svcacct-…, sk-ant-api03-…
    KeyForm("model_service", ("sk-",), r"sk-(?:[a-z]{2,10}\d{0,2}-)*[A-Za-z0-9_-]{20,250}",
            "platform.openai.com/docs/api-reference; docs.anthropic.com/en/api", mixed=True),
    KeyForm("model_service", ("gsk_", "pplx-", "xai-", "r8_"),
            r"(?:gsk_|pplx-|xai-|r8_)[A-Za-z0-9]{36,100}",
            "GitHub's list of secret scanning patterns: Groq, Perplexity, xAI, Replicate"),
    KeyForm("stripe", ("sk_", "rk_", "pk_", "whsec_"),
            r"(?:sk|rk|pk|whsec)_(?:(?:live|test)_)?[A-Za-z0-9]{16,250}", "docs.stripe.com/keys",
            mixed=True),
    # Key, access token, client secret, refresh token.
    KeyForm("google", ("AIza", "ya29.", "GOCSPX-", "1//0"),
            rf"AIza{_URL}{{35}}|ya29\.{_URL}{{30,300}}"
            rf"|GOCSPX-{_URL}{{28}}|1//0{_URL}{{40,120}}",
            "cloud.google.com/docs/authentication/api-keys; developers.google.com: OAuth 2.0"),
    KeyForm("huggingface", ("hf_", "api_org_"), r"(?:hf|api_org)_[A-Za-z0-9]{30,60}",
            "huggingface.co/docs/hub/security-tokens", letters=True),
    # Two letters, 32 hexadecimal digits: an account, a key.
    KeyForm("twilio", ("AC", "SK"), rf"(?:AC|SK){_HEX}{{32}}",
            "twilio.com/docs/glossary/what-is-a-sid"),
    # 69 signs in three parts; key-…; 32 digits and the data centre.
    KeyForm("mail_service", ("SG.", "key-", "-us"),
            rf"SG\.{_URL}{{16,32}}\.{_URL}{{30,64}}|key-{_HEX}{{32}}|{_HEX}{{32}}-us\d{{1,2}}",
            "docs of SendGrid (API keys), Mailgun (authentication), Mailchimp (API keys)"),
    KeyForm("package_index", ("pypi-", "npm_", "rubygems_", "dckr_"),
            rf"pypi-{_URL}{{50,300}}|npm_[A-Za-z0-9]{{36}}|rubygems_{_HEX}{{48}}"
            rf"|dckr_(?:pat|oat)_{_URL}{{27,40}}",
            "pypi.org/help/#apitoken; docs.npmjs.com/about-access-tokens; guides.rubygems.org"),
    KeyForm("cloud", ("_v1_", "shpat_", "shpca_", "shppa_", "shpss_", "dapi", "hvs.", "hvb.",
                      "hvr.", ".atlasv1.", "HRKU-"),
            rf"do[opr]_v1_{_HEX}{{64}}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{{32}}|dapi{_HEX}{{32}}"
            rf"(?:-\d)?|hv[sbr]\.{_URL}{{24,200}}|[A-Za-z0-9]{{14}}\.atlasv1\.{_URL}{{60,70}}"
            rf"|HRKU-{_URL}{{36,70}}",
            "docs of DigitalOcean, Shopify, Databricks, Vault (tokens), Terraform, Heroku"),
    KeyForm("office_service", ("ATATT3", "lin_api_", "ntn_", "glsa_", "sntrys_", "sntryu_", "PMAK-",
                               "NRAK-", "pat"),
            rf"ATATT3{_URL}{{100,250}}=?[A-F0-9]{{0,8}}|lin_api_[A-Za-z0-9]{{40}}"
            rf"|ntn_[A-Za-z0-9]{{40,50}}|glsa_[A-Za-z0-9]{{32}}_{_HEX}{{8}}"
            rf"|sntry[su]_[A-Za-z0-9+/=_-]{{60,300}}|PMAK-{_HEX}{{24}}-{_HEX}{{34}}"
            rf"|NRAK-[A-Z0-9]{{27}}|pat[A-Za-z0-9]{{14}}\.{_HEX}{{64}}",
            "GitHub's list of secret scanning patterns: Atlassian, Linear, Notion, Grafana, Sentry,"
            " Postman, New Relic, Airtable"),
    # The bot's number, a colon, 35 signs; older ones have 34.
    KeyForm("bot", (":",),
            rf"\d{{6,12}}:(?={_URL}{{0,33}}[A-Z])(?={_URL}{{0,33}}\d){_URL}{{34,36}}",
            "core.telegram.org/bots/api#authorizing-your-bot"),
    # The bot's number in base64, a time, a signature; digits become M, N or O and one of D T j z.
    KeyForm("bot", ("MD", "MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"),
            rf"[MNO][DTjz]{_URL}{{22,26}}\.{_URL}{{6}}\.{_URL}{{27,40}}",
            "discord.com/developers/docs/reference#authentication", mixed=True),
    # Two or five parts of base64url behind a header that begins with {"
    KeyForm("web_token", ("eyJ",),
            rf"eyJ{_URL}{{8,4000}}\.eyJ{_URL}{{4,4000}}\.{_URL}{{8,1000}}"
            rf"|eyJ{_URL}{{8,1000}}(?:\.{_URL}{{0,4000}}){{3}}\.{_URL}{{16,100}}",
            "RFC 7515 and RFC 7516, compact serialisation"),
    KeyForm("private_key", ("AGE-SECRET",), r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}",
            "age-encryption.org/v1"),
)  # fmt: skip
