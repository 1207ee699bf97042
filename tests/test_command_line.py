"""The command line: what people type by mistake gets one sentence that says what to do, and changes nothing."""

import json
import socket
import sqlite3
import sys
from pathlib import Path

import pytest

from fedirse import cli
from fedirse.base.settings import load_site_settings


class Shell:
    """Runs commands as a terminal would, and remembers what they said."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `fedirse WORDS`."""
        self._monkeypatch.setattr(sys, "argv", ["fedirse", *words])
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        else:
            code = 0
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def fails(self, *words: str) -> str:
        """The one sentence of a command that must fail."""
        code, _, said = self.run(*words)
        assert code != 0
        assert "Traceback" not in said
        return said

    def works(self, *words: str) -> str:
        """The output of a command that must work."""
        code, said, error = self.run(*words)
        assert (code, error) == (0, "")
        return said

    def init(self, domain: str = "siege.example", *more: str) -> str:
        return self.works("init", "--root", str(self.root), "--domain", domain, *more)

    def site(self, *words: str) -> tuple[str, ...]:
        return (*words, "--root", str(self.root))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path / "root", capsys, monkeypatch)


def test_init_makes_a_site_with_its_own_folder(shell: Shell) -> None:
    shell.init("siege.example", "--name", "Siège", "--head-office")
    folder = shell.root / "sites" / "siege.example"
    assert sorted(path.name for path in folder.iterdir()) == ["keys", "media", "settings.toml", "site.db"]
    settings = load_site_settings(folder)
    assert (settings.name, settings.handle, settings.head_office, settings.scheme) == ("Siège", "siege", True, "https")


def test_a_second_init_on_the_same_domain_is_refused_and_changes_nothing(shell: Shell) -> None:
    shell.init()
    before = (shell.root / "sites" / "siege.example" / "site.db").read_bytes()
    assert "already a site" in shell.fails("init", *shell.site(), "--domain", "siege.example")
    assert (shell.root / "sites" / "siege.example" / "site.db").read_bytes() == before


@pytest.mark.parametrize(
    "domain", ["https://siege.example", "siege.example/x", "siège.example", "..", "a b.example", "127.0.0.1", "siege", "x.example:99999"]
)
def test_what_is_no_domain_is_refused_by_name(shell: Shell, domain: str) -> None:
    assert "domain" in shell.fails("init", *shell.site(), "--domain", domain)
    assert not (shell.root / "sites").exists() or list((shell.root / "sites").iterdir()) == []


def test_a_port_and_loopback_need_the_development_switch(shell: Shell) -> None:
    assert "--development" in shell.fails("init", *shell.site(), "--domain", "siege.localhost:8101")
    assert "is made" in shell.works("init", *shell.site(), "--domain", "siege.localhost:8101", "--development")


def test_sites_for_development_and_real_ones_do_not_share_a_root(shell: Shell) -> None:
    shell.init()
    assert "another root" in shell.fails("init", *shell.site(), "--domain", "essai.localhost", "--development")


def test_a_csv_makes_many_sites_or_none(shell: Shell, tmp_path: Path) -> None:
    table = tmp_path / "sites.csv"
    table.write_text("domain,name,head_office\nsiege.example,Siège,oui\nlyon.example,Lyon,\n", encoding="utf-8")
    rows = json.loads(shell.works("init", *shell.site(), "--csv", str(table), "--json"))
    assert [row["domain"] for row in rows] == ["siege.example", "lyon.example"]
    table.write_text("domain,name\nnantes.example,Nantes\nlille.example/x,Lille\n", encoding="utf-8")
    assert "line 3" in shell.fails("init", *shell.site(), "--csv", str(table))
    assert sorted(path.name for path in (shell.root / "sites").iterdir()) == ["lyon.example", "siege.example"]


def test_a_wrong_root_is_named(shell: Shell) -> None:
    for command in (("account", "list"), ("timeline",), ("serve",), ("migrate",)):
        assert "no sites under" in shell.fails(*shell.site(*command))


def test_with_several_sites_the_domain_must_be_said(shell: Shell) -> None:
    shell.init("siege.example")
    shell.init("lyon.example")
    assert "--domain" in shell.fails(*shell.site("account", "list"))
    assert "no site nantes.example" in shell.fails(*shell.site("account", "list"), "--domain", "nantes.example")


def test_a_taken_or_reserved_or_impossible_handle_is_refused(shell: Shell) -> None:
    shell.init()
    shell.works(*shell.site("account", "create", "ines"), "--no-password")
    assert "taken" in shell.fails(*shell.site("account", "create", "Ines"), "--no-password")
    assert "reserved" in shell.fails(*shell.site("account", "create", "siege"), "--no-password")
    assert "cannot be a handle" in shell.fails(*shell.site("account", "create", "in/es"), "--no-password")


def test_a_short_password_is_refused_before_anything_is_made(shell: Shell) -> None:
    shell.init()
    assert "characters" in shell.fails(*shell.site("account", "create", "ines"), "--password", "court")
    assert "Nobody" in shell.works(*shell.site("account", "list"))


def test_an_account_is_made_listed_disabled_and_enabled(shell: Shell) -> None:
    shell.init()
    made = json.loads(shell.works(*shell.site("account", "create", "ines"), "--password", "un mot de passe", "--json"))
    assert made["actor"] == "https://siege.example/people/ines"
    shell.works(*shell.site("account", "disable", "ines"))
    assert [row["state"] for row in json.loads(shell.works(*shell.site("account", "list"), "--json"))] == ["disabled"]
    assert "disabled" in shell.fails(*shell.site("token", "create", "ines"))
    shell.works(*shell.site("account", "enable", "ines"))
    assert shell.works(*shell.site("token", "create", "ines")).startswith("fdr_")
    assert "no account" in shell.fails(*shell.site("account", "password", "marc"), "--password", "un mot de passe")


def test_a_post_appears_in_the_timeline_and_a_direct_one_must_name_somebody(shell: Shell) -> None:
    shell.init()
    shell.works(*shell.site("post", "Bonjour à tous"))
    rows = json.loads(shell.works(*shell.site("timeline"), "--json"))
    assert [row["text"] for row in rows] == ["Bonjour à tous"]
    assert "names whom" in shell.fails(*shell.site("post", "Psst"), "--audience", "direct")
    assert "needs a network" in shell.fails(*shell.site("post", "Réseau"), "--audience", "network")
    assert "empty" in shell.fails(*shell.site("post", "  "))


def test_a_post_is_for_the_network_where_there_is_one_and_for_no_segment_that_is_not_there(shell: Shell) -> None:
    shell.init("siege.example", "--head-office")
    shell.works(*shell.site("network", "create"), "--name", "Maison Aubrelle")
    made = json.loads(shell.works(*shell.site("post", "Entre nous"), "--audience", "network", "--json"))
    assert made["audience"] == "network"
    assert "Choose which sites" in shell.fails(*shell.site("post", "Au Sud"), "--audience", "segment", "--segment", "Sud")


def test_a_busy_port_is_named_before_anything_is_served(shell: Shell) -> None:
    shell.init()
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert "--port" in shell.fails(*shell.site("serve"), "--port", str(port))


def test_a_database_of_a_newer_version_is_left_alone(shell: Shell) -> None:
    shell.init()
    with sqlite3.connect(shell.root / "sites" / "siege.example" / "site.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "newer" in shell.fails(*shell.site("account", "list"))


def test_a_database_that_another_program_holds_is_said_to_be_held(shell: Shell) -> None:
    shell.init()
    holder = sqlite3.connect(shell.root / "sites" / "siege.example" / "site.db", isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        said = shell.fails(*shell.site("account", "create", "ines"), "--no-password")
    finally:
        holder.close()
    assert "try again soon" in said or "held by another program" in said


def test_a_file_that_is_no_database_is_named(shell: Shell) -> None:
    shell.init()
    (shell.root / "sites" / "siege.example" / "site.db").write_bytes(b"not a database, but long enough to be looked at" * 50)
    assert "site.db" in shell.fails(*shell.site("account", "list"))


def test_a_setting_that_does_not_fit_is_named(shell: Shell) -> None:
    shell.init()
    settings = shell.root / "sites" / "siege.example" / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('language = "fr"', 'language = "klingon"'), encoding="utf-8")
    assert "language" in shell.fails(*shell.site("account", "list"))


def test_a_changed_domain_is_refused(shell: Shell) -> None:
    shell.init()
    settings = shell.root / "sites" / "siege.example" / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("siege.example", "autre.example"), encoding="utf-8")
    assert "never changes" in shell.fails(*shell.site("account", "list"))


def test_a_missing_sealing_key_is_named(shell: Shell) -> None:
    shell.init()
    for key in (shell.root / "sites" / "siege.example" / "keys").iterdir():
        key.unlink()
    assert "keys" in shell.fails(*shell.site("account", "list"))


def test_every_command_explains_itself(shell: Shell) -> None:
    def explain(*words: str) -> None:
        assert "Usage" in shell.works(*words, "--help")

    explain()
    for group, commands in (
        ("account", ("create", "list", "password", "approval", "disable", "enable")),
        ("token", ("create",)),
        ("requests", ("list", "accept", "refuse")),
        ("keys", ("rotate",)),
        ("queue", ("list", "retry", "drop")),
        ("block", ("add", "remove", "person", "lift", "list")),
        ("allow", ("add", "remove", "list")),
        ("report", ("list", "resolve")),
    ):
        for command in commands:
            explain(group, command)
    for command in (
        "init",
        "serve",
        "web",
        "work",
        "migrate",
        "backup",
        "verify-backup",
        "restore",
        "update",
        "doctor",
        "ledger",
        "egress",
        "version",
        "follow",
        "unfollow",
        "post",
        "edit",
        "delete",
        "boost",
        "like",
        "timeline",
    ):
        explain(command)


def test_a_block_is_added_listed_and_removed(shell: Shell) -> None:
    shell.init()
    shell.works(*shell.site("block", "add", "Mauvais.example"), "--reason", "pourriels")
    assert [row["host"] for row in json.loads(shell.works(*shell.site("block", "list"), "--json"))] == ["mauvais.example"]
    assert "not a host name" in shell.fails(*shell.site("block", "add", "https://x/"), "--reason", "x")
    shell.works(*shell.site("block", "remove", "mauvais.example"))
    assert "not blocked" in shell.fails(*shell.site("block", "remove", "mauvais.example"))


def test_the_ledger_of_a_site_that_sent_nothing_says_so(shell: Shell, tmp_path: Path) -> None:
    shell.init()
    assert "Nothing has left" in shell.works(*shell.site("ledger"))
    assert "0 deliveries" in shell.works(*shell.site("ledger"), "--csv", str(tmp_path / "ledger.csv"))


def test_a_server_is_allowed_listed_and_removed(shell: Shell) -> None:
    shell.init()
    shell.works(*shell.site("allow", "add", "Lyon.example"), "--reason", "du groupe")
    assert [row["host"] for row in json.loads(shell.works(*shell.site("allow", "list"), "--json"))] == ["lyon.example"]
    assert "federation" in shell.works(*shell.site("allow", "list"))
    assert "not a host name" in shell.fails(*shell.site("allow", "add", "a b"), "--reason", "x")
    shell.works(*shell.site("allow", "remove", "lyon.example"))
    assert "not on the list" in shell.fails(*shell.site("allow", "remove", "lyon.example"))


def test_a_site_without_reports_says_so_and_resolves_none(shell: Shell) -> None:
    shell.init()
    assert "No report waits" in shell.works(*shell.site("report", "list"))
    assert json.loads(shell.works(*shell.site("report", "list"), "--json", "--all")) == []
    assert "no report of that number" in shell.fails(*shell.site("report", "resolve", "01ARZ3NDEKTSV4RRFFQ69G5FAV"), "--reason", "x")
