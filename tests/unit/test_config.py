"""Settings from file, environment and secret files; what is wrong is said at once and plainly."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from bot.config import Config, ConfigError, ReminderPlan, load

TOKEN = "1234567890:canary-token-of-the-settings-tests"
SECRET = TOKEN.partition(":")[2]
OFFICE = '[office]\nname = "Sở Thông tin và Truyền thông"\n'

Written = Callable[[str], Path]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests do not count."""
    for name in [name for name in os.environ if name.upper().startswith("DONDOC_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a config.toml."""

    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def faults_of(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    return caught.value.faults


# --- reading -------------------------------------------------------------------------------------


def test_load_needs_only_the_name_of_the_office(written: Written):
    config = load(written(OFFICE))
    assert config.office.name == "Sở Thông tin và Truyền thông"
    assert config.office.zone == "Asia/Ho_Chi_Minh"
    assert config.calendar.working_hours == ((time(7, 30), time(11, 30)), (time(13), time(17)))
    assert config.reminders.days_before == (3, 1)
    assert config.telegram.bot_token == ""


def test_load_reads_every_section(written: Written):
    config = load(
        written(f"""{OFFICE}
[telegram]
token = "{TOKEN}"
[calendar]
working_hours = ["08:00-12:00"]
quiet_hours = "20:00 - 06:30"
[reminders]
days_before = [5, 2, 1]
slot = "07:45"
[delivery]
messages_per_second = 5
""")
    )
    assert config.telegram.bot_token == TOKEN
    assert config.telegram.bot_id == 1234567890
    assert config.calendar.working_hours == ((time(8), time(12)),)
    assert config.calendar.quiet_hours == (time(20), time(6, 30))
    assert config.reminders.days_before == (5, 2, 1)
    assert config.reminders.slot == time(7, 45)
    assert config.delivery.messages_per_second == 5


def test_load_reads_plans_of_reminders_in_the_place_of_those_that_come_with_it(written: Written):
    assert list(load(written(OFFICE)).reminders.plans) == ["Dày", "Thưa"]
    plans = load(
        written(f"""{OFFICE}[reminders]
slot = "07:45"
[reminders.plans."Báo chí"]
days_before = [2]
to_staff = false
""")
    ).reminders.plans
    expected = ReminderPlan(days_before=(2,), to_staff=False)  # what it does not say is as usual
    assert plans == {"Báo chí": expected}


def test_load_lets_the_environment_override_the_file(
    written: Written, monkeypatch: pytest.MonkeyPatch
):
    path = written(f'{OFFICE}[delivery]\nconnections = 4\n[logs]\nlevel = "DEBUG"\n')
    monkeypatch.setenv("DONDOC_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("DONDOC_DELIVERY__CONNECTIONS", "2")
    monkeypatch.setenv("DONDOC_REMINDERS__DAYS_BEFORE", "[7]")
    config = load(path)
    assert config.telegram.bot_token == TOKEN
    assert config.delivery.connections == 2
    assert config.reminders.days_before == (7,)
    assert config.logs.level == "DEBUG"


def test_config_made_in_code_reads_no_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DONDOC_OFFICE__NAME", "another office")
    assert Config.model_validate({"office": {"name": "this one"}}).office.name == "this one"


# --- secrets -------------------------------------------------------------------------------------


def test_load_takes_the_token_from_a_file_beside_config_toml(written: Written, tmp_path: Path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "token").write_text(f"{TOKEN}\n")
    config = load(written(f'{OFFICE}[telegram]\ntoken_file = "secrets/token"\n'))
    assert config.telegram.bot_token == TOKEN


def test_load_names_a_token_file_that_is_not_there(written: Written):
    faults = faults_of(written(f'{OFFICE}[telegram]\ntoken_file = "secrets/token"\n'))
    assert faults == [
        "telegram.token_file: secrets/token cannot be read (No such file or directory)"
    ]


def test_load_refuses_an_empty_token_file(written: Written, tmp_path: Path):
    (tmp_path / "token").write_text("\n")
    faults = faults_of(written(f'{OFFICE}[telegram]\ntoken_file = "token"\n'))
    assert faults == ["telegram.token_file: token is empty"]


def test_load_refuses_a_token_and_a_token_file(written: Written, tmp_path: Path):
    (tmp_path / "token").write_text(TOKEN)
    path = written(f'{OFFICE}[telegram]\ntoken = "{TOKEN}"\ntoken_file = "token"\n')
    assert faults_of(path) == ["telegram: token and token_file are both given: keep one"]


@pytest.mark.parametrize("content", ["", "not a token", f"{SECRET}", f"bot{TOKEN}"])
def test_load_refuses_what_is_no_token_without_repeating_it(written: Written, content: str):
    (fault,) = faults_of(written(f'{OFFICE}[telegram]\ntoken = "x{content}"\n'))
    assert fault.startswith("telegram.token: this is not a bot token")
    assert SECRET not in fault


def test_load_refuses_a_file_that_holds_no_token_without_repeating_it(
    written: Written, tmp_path: Path
):
    (tmp_path / "token").write_text(f"token = {SECRET}")
    path = written(f'{OFFICE}[telegram]\ntoken_file = "token"\n')
    (fault,) = faults_of(path)
    assert fault.startswith("telegram.token_file: ")
    assert SECRET not in fault


def test_config_shows_no_token(written: Written, tmp_path: Path):
    (tmp_path / "token").write_text(TOKEN)
    in_file = load(written(f'{OFFICE}[telegram]\ntoken_file = "token"\n'))
    in_key = load(written(f'{OFFICE}[telegram]\ntoken = "{TOKEN}"\n'))
    for config in (in_file, in_key):
        shown = f"{config!r} {config} {config.telegram!r} {config.model_dump_json()}"
        assert SECRET not in shown


def test_config_shows_no_password_of_the_database(written: Written):
    config = load(written(f'{OFFICE}[database]\nurl = "postgresql://dondoc:canary@localhost/d"\n'))
    assert "canary" not in f"{config!r} {config}"


def test_config_shows_no_password_of_the_proxy(written: Written):
    config = load(written(f'{OFFICE}[telegram]\nproxy = "socks5://office:hush@host:1080"\n'))
    assert config.telegram.proxy == "socks5://office:hush@host:1080"
    assert "hush" not in f"{config!r} {config}"


def test_articles_take_a_proxy_together_with_allowed_hosts(written: Written):
    config = load(
        written(
            f'{OFFICE}[articles]\nallowed_hosts = ["GOV.vn.", "báo.vn", "24h.com.vn", "vn"]\n'
            'proxy = "http://office:hush@host:3128"\n'
        )
    )
    assert config.articles.allowed_hosts == ("gov.vn", "xn--bo-mia.vn", "24h.com.vn", "vn")
    assert config.articles.proxy == "http://office:hush@host:3128"
    assert "hush" not in f"{config!r} {config}"
    assert config.articles.check_links


def test_a_proxy_without_allowed_hosts_is_refused(written: Written):
    (fault,) = faults_of(written(f'{OFFICE}[articles]\nproxy = "http://u:hush@host:3128"\n'))
    assert fault == (
        "articles: with a proxy, allowed_hosts must say which sites may be opened: "
        "only the proxy sees where a link really leads"
    )


@pytest.mark.parametrize(
    "site",
    ["", "https://gov.vn", "gov.vn/tin", "*.gov.vn", "a b.vn", "10.0.0.1", "gov.vn:80", "x@y"],
)
def test_allowed_hosts_are_names_of_sites(written: Written, site: str):
    (fault,) = faults_of(written(f'{OFFICE}[articles]\nallowed_hosts = ["{site}"]\n'))
    assert fault.startswith(f"articles.allowed_hosts.0: {site!r} is not the name of a site")


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("host:3128", "this is not a proxy"),
        ("https://u:hush@host", "this is not a proxy"),
        ("http://u:hush@host:99999", "this is not a proxy"),
        ("socks5://u:hushậ@host", "name and password for a SOCKS proxy"),
    ],
)
def test_a_proxy_for_pages_that_cannot_work_is_refused(written: Written, proxy: str, words: str):
    text = f'[articles]\nallowed_hosts = ["gov.vn"]\nproxy = "{proxy}"\n'
    (fault,) = faults_of(written(OFFICE + text))
    assert fault.startswith(f"articles.proxy: {words}")
    assert "hush" not in fault


@pytest.mark.parametrize("given", ["", "DONDOC"])
def test_an_sqlite_file_and_its_key_are_named_from_config_toml(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    if given:
        monkeypatch.setenv("DONDOC_DATABASE__URL", "sqlite:///data/dondoc.db")
    config = load(written(OFFICE))
    assert config.database.url == f"sqlite:///{tmp_path}/data/dondoc.db"
    assert config.audit.key_file == tmp_path / "data" / "dondoc.key"


def test_a_whole_path_of_an_sqlite_file_stays(written: Written):
    config = load(written(f'{OFFICE}[database]\nurl = "sqlite:////var/lib/dondoc/d.db"\n'))
    assert config.database.url == "sqlite:////var/lib/dondoc/d.db"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite://data/dondoc.db",
        "sqlite:///:memory:",
        "postgres://host/dondoc",
        "postgresql://dondoc:canary@host:port/dondoc",
        "postgresql://dondoc:canary@ry@host/dondoc",
    ],
)
def test_what_is_no_address_of_a_database_is_refused_without_repeating_it(
    written: Written, url: str
):
    (fault,) = faults_of(written(f'{OFFICE}[database]\nurl = "{url}"\n'))
    assert fault.startswith("database.url: this is not a database such as sqlite:///data/")
    assert "canary" not in fault


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://host",
        "postgresql:///dondoc",
        "postgresql://dondoc:a%40/b:c@host.vn:5432/dondoc",
        "postgresql://dondoc@[::1]:5432/dondoc?application_name=dondoc",
        "postgresql://postgres:@/postgres?host=/run/postgresql",
    ],
)
def test_addresses_on_postgresql_are_taken_as_they_are(written: Written, url: str):
    assert load(written(f'{OFFICE}[database]\nurl = "{url}"\n')).database.url == url


def test_load_refuses_a_directory_of_local_files_that_is_not_whole(written: Written):
    (fault,) = faults_of(written(f'{OFFICE}[telegram]\nlocal_files = "files"\n'))
    assert fault.startswith("telegram.local_files: this is not the whole path")


def test_faults_repeat_no_password_of_the_database(written: Written):
    faults = faults_of(written(f'{OFFICE}[database]\nurl = "mysql://dondoc:canary@localhost/d"\n'))
    assert faults
    assert not any("canary" in fault for fault in faults)


# --- faults --------------------------------------------------------------------------------------

BROKEN = f"""
[office]
name = ""
zone = "Mars/Olympus"
langage = "vi"
[telegram]
token = "x{SECRET}"
poll_seconds = 99
[calender]
country = "VN"
[calendar]
quiet_hours = "all night"
[delivery]
connections = "many"
"""


def test_load_tells_all_faults_at_once(written: Written):
    faults = faults_of(written(BROKEN))
    for key in (
        "office.name",
        "office.zone",
        "office.langage",
        "telegram.token",
        "telegram.poll_seconds",
        "calender",
        "calendar.quiet_hours",
        "delivery.connections",
    ):
        assert sum(fault.startswith(key) for fault in faults) == 1, key
    assert len(faults) == 8
    assert not any(SECRET in fault or "\n" in fault for fault in faults)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{OFFICE}zon = 'x'", "office.zon is not a known key; did you mean zone?"),
        (f"{OFFICE}[calender]", "calender is not a known key; did you mean calendar?"),
        (f"{OFFICE}[qwertz]", "qwertz is not a known key"),
        ("[office]\nphone = ''", "office.name is missing"),
        ("", "office is missing"),
        (
            f"{OFFICE}zone = 'Hanoi'",
            "office.zone: 'Hanoi' is not a known time zone, such as Asia/Ho_Chi_Minh",
        ),
        (
            f"{OFFICE}zone = 'Asia'",
            "office.zone: 'Asia' is not a known time zone, such as Asia/Ho_Chi_Minh",
        ),
        (
            f"{OFFICE}[calendar]\nquiet_hours = '19'",
            "calendar.quiet_hours: '19' is not a span of time such as 07:30-11:30",
        ),
        (
            f"{OFFICE}[calendar]\nworking_hours = ['17:00-13:00']",
            "calendar.working_hours.0: 17:00 is not before 13:00",
        ),
        (
            f"{OFFICE}[calendar]\nworking_hours = ['13:00-17:00', '07:30-13:30']",
            "calendar.working_hours: 13:00 is before 13:30, where another span ends",
        ),
        ("[office]\nname = '  '", "office.name: must not be empty"),
        (
            f"{OFFICE}[reminders]\nslot = 8",
            "reminders.slot: must be a time of day such as 08:00",
        ),
        (
            f"{OFFICE}[digests]\nstaff_at = 16.5",
            "digests.staff_at: must be a time of day such as 08:00",
        ),
        (
            f"{OFFICE}[retention]\nupdates_days = 99999999999",
            "retention.updates_days: must be less than or equal to 36500",
        ),
        (
            f"{OFFICE}[reminders]\noverdue_every_days = 100",
            "reminders.overdue_every_days: must be less than or equal to 60",
        ),
        (
            f'{OFFICE}[reminders.plans."Dày"]\nslot = "8"',
            "reminders.plans.Dày.slot: must be a time of day such as 08:00",
        ),
        (
            f'{OFFICE}[reminders.plans."Dày"]\nmax_per_day = 3',
            "reminders.plans.Dày.max_per_day is not a known key",
        ),
        (f'{OFFICE}[reminders.plans.""]', "reminders.plans.: must not be empty"),
        (
            OFFICE + "".join(f"[reminders.plans.{number}]\n" for number in range(13)),
            "reminders.plans: must have fewer entries",
        ),
        (
            f"{OFFICE}[delivery]\ngroup_per_minute = 3",
            "delivery.group_per_minute: must be greater than or equal to 4",
        ),
    ],
)
def test_load_tells_a_fault_in_plain_words(written: Written, text: str, fault: str):
    assert faults_of(written(text)) == [fault]


def test_load_never_speaks_of_inputs_and_patterns(written: Written):
    texts = (
        "office = 'Sở'",
        "[office]\nname = ''",
        f"{OFFICE}language = 'fr'",
        f"{OFFICE}[database]\nurl = 'mysql://h/d'",
        f"{OFFICE}[delivery]\nconnections = 'many'",
        f"{OFFICE}[reminders]\nslot = '25:00'",
        f"{OFFICE}[calendar]\nworking_hours = ['8-17']",
    )
    faults = [fault for text in texts for fault in faults_of(written(text))]
    assert [fault for fault in faults if "nput should" in fault or "tring should" in fault] == []


def test_load_tells_faults_between_keys_with_the_others(written: Written):
    faults = faults_of(written(f"{OFFICE}zon = 'x'\n[calendar]\nworking_hours = ['17:00-13:00']\n"))
    assert len(faults) == 2


def test_load_refuses_unknown_keys_of_a_known_section_in_the_environment(
    written: Written, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DONDOC_OFFICE__NAM", "x")
    assert faults_of(written(OFFICE)) == ["office.nam is not a known key; did you mean name?"]


def test_load_refuses_unknown_sections_in_the_environment(
    written: Written, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DONDOC_TELEGRAMM__TOKEN", TOKEN)
    (fault,) = faults_of(written(OFFICE))
    assert fault == (
        "DONDOC_TELEGRAMM__TOKEN in the environment: telegramm is not a known key; "
        "did you mean telegram?"
    )


def test_load_says_that_there_is_no_file(tmp_path: Path):
    path = tmp_path / "config.toml"
    assert faults_of(path) == ["there is no such file: copy config.example.toml and fill it in"]


@pytest.mark.parametrize(
    "text", ["[office\nname = 1", "name", 'office.name = "unfinished', "a=1\na=2"]
)
def test_load_says_where_toml_is_broken(written: Written, text: str):
    (fault,) = faults_of(written(text))
    assert fault.startswith("cannot be read: ")
    assert "line" in fault or "end of document" in fault


def test_load_says_that_a_file_is_no_text(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe[\x00o\x00f\x00")
    (fault,) = faults_of(path)
    assert fault.startswith("cannot be read: ")


# --- who may reach us ----------------------------------------------------------------------------


def test_nobody_outside_of_this_machine_reaches_us_by_default(written: Written):
    assert load(written(OFFICE)).web.host == "127.0.0.1"


def test_a_webhook_needs_an_address(written: Written):
    (fault,) = faults_of(written(OFFICE + '[telegram]\nmode = "webhook"\n'))
    assert fault == "telegram.mode is webhook, so web.public_url must say where Telegram reaches us"


@pytest.mark.parametrize(
    "address", ["dondoc.example.vn", "ftp://a.vn", "https://a.vn/?x=1", "https://"]
)
def test_the_address_must_be_one(written: Written, address: str):
    (fault,) = faults_of(written(f'{OFFICE}[web]\npublic_url = "{address}"\n'))
    assert fault.startswith("web.public_url: this is not a web address")
