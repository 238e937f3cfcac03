"""Files for Task Scheduler, systemd and containers: whole, quoted, and never over another file."""

import configparser
import json
import re
import shlex
import sys
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from xml.etree import ElementTree

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.cli.service_files import COMMANDS, SPACE, Program, Task, containerfile, task, unit

AWKWARD = PurePosixPath('/srv/Chợ "Xanh" 100% $HOME & con')


def read_unit(text):
    found = configparser.RawConfigParser(strict=True)
    found.optionxform = str
    found.read_string(text)
    return found


def words_of(line):
    """The words of a line as systemd takes them apart."""
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]


def read_task(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314  (our own)


def texts(document, path):
    return [one.text for one in document.findall("./" + "/".join(f"{{{SPACE}}}{name}" for name in path.split("/")))]


def test_the_windows_task_runs_the_schedule_as_the_user_without_end_and_one_at_a_time(run, market, monkeypatch):
    monkeypatch.setenv("USERDOMAIN", "HTX-PC")
    monkeypatch.setenv("USERNAME", "lan")
    body = run("service", "windows", "--market", market, "--json").json
    content = (market / "ocop-market-task.xml").read_bytes()
    assert content.startswith((b"\xff\xfe", b"\xfe\xff")) and 'encoding="UTF-16"' in content.decode("utf-16")
    document = read_task(content)
    assert texts(document, "Actions/Exec/Command") == [sys.executable]
    assert texts(document, "Actions/Exec/Arguments") == [f"-m ocop_market.cli.main schedule run --market {market}"]
    assert texts(document, "Principals/Principal/UserId") == texts(document, "Triggers/LogonTrigger/UserId") == ["HTX-PC\\lan"]
    assert texts(document, "Settings/MultipleInstancesPolicy") == ["IgnoreNew"]
    assert texts(document, "Settings/ExecutionTimeLimit") == ["PT0S"] and texts(document, "Settings/StartWhenAvailable") == ["true"]
    assert [texts(document, f"Settings/{name}") for name in ("DisallowStartIfOnBatteries", "StopIfGoingOnBatteries")] == [["false"]] * 2
    assert body["commands"][0] == f'schtasks /Create /TN "OCOP market" /XML "{market / "ocop-market-task.xml"}"'


PARTS = {
    "Task": {"RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"},
    "Principal": {"UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"},
    "Settings": {
        "AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries",
        "AllowHardTerminate", "StartWhenAvailable", "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter",
        "IdleSettings", "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle"},
    "RestartOnFailure": {"Interval", "Count"}, "Repetition": {"Interval", "Duration", "StopAtDurationEnd"},
    "Actions": {"Exec", "ComHandler", "SendEmail", "ShowMessage"}, "Exec": {"Command", "Arguments", "WorkingDirectory"}}
VALUES = {"MultipleInstancesPolicy": {"Parallel", "Queue", "IgnoreNew", "StopExisting"}, "RunLevel": {"LeastPrivilege", "HighestAvailable"},
          "LogonType": {"S4U", "Password", "InteractiveToken", "InteractiveTokenOrPassword"}}
DURATION = re.compile(r"P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?")


@pytest.mark.parametrize("kept_running", Task)
def test_a_task_has_only_elements_and_values_of_the_schema_of_windows(kept_running):
    """[MS-TSCH] 2.5, XML Task Definition Language: parts, values, durations and bounds, as far as they are used."""
    document = read_task(task(Program("python.exe", PureWindowsPath("C:/cho"), "PC\\lan", kept_running)).encode("utf-16"))
    assert document.tag == f"{{{SPACE}}}Task" and document.get("version") == "1.2"
    assert document.find(f"{{{SPACE}}}Actions").get("Context") == document.find(f".//{{{SPACE}}}Principal").get("id")
    for element in document.iter():
        name, inside = element.tag.rpartition("}")[2], [one.tag.rpartition("}")[2] for one in element]
        if name in PARTS:
            assert set(inside) <= PARTS[name] and len(set(inside)) == len(inside), name
        assert element.text in VALUES.get(name, {element.text})
        if name in ("Interval", "ExecutionTimeLimit"):
            assert DURATION.fullmatch(element.text) and element.text not in ("P", "PT")
    assert 1 <= int(texts(document, "Settings/RestartOnFailure/Count")[0]) <= 255
    datetime.fromisoformat(texts(document, "Triggers/TimeTrigger/StartBoundary")[0])


@pytest.mark.parametrize(("kept_running", "extra"), [(Task.SCHEDULER, "queue"), (Task.WORKER, "queue"), (Task.SCHEDULE, "postgres")])
def test_scheduler_and_workers_of_a_queue_have_files_of_their_own_and_stop_as_with_ctrl_c(run, market, kept_running, extra):
    found = read_unit(unit(Program("/usr/bin/python3", AWKWARD, task=kept_running)))["Service"]
    assert words_of(found["ExecStart"])[3:-2] == list(COMMANDS[kept_running]) and found["KillSignal"] == "SIGINT"
    lines = containerfile("1.2.3", kept_running).splitlines()
    assert f"'ocop-market[{extra}]==1.2.3'" in "".join(lines)
    assert json.loads(lines[-1].removeprefix("CMD ")) == ["ocop-market", *COMMANDS[kept_running]]
    files = {run("service", place, "--for", kept_running, "--market", market, "--json").json["file"]
             for place in ("systemd", "windows", "container")}
    assert len(files) == 3 and len(list(market.glob("ocop-market*.service"))) == 1


def test_the_parts_of_a_trigger_stand_in_the_order_that_windows_wants():
    document = read_task(task(Program("python.exe", PureWindowsPath("C:/cho"), "PC\\lan")).encode("utf-16"))
    parts = {name: [one.tag.partition("}")[2] for one in document.find(f"{{{SPACE}}}Triggers/{{{SPACE}}}{name}")]
             for name in ("LogonTrigger", "TimeTrigger")}
    assert parts == {"LogonTrigger": ["Enabled", "UserId"], "TimeTrigger": ["Enabled", "StartBoundary", "Repetition"]}


def test_a_windows_folder_with_spaces_stays_one_argument_and_no_user_is_no_element():
    text = task(Program(r"C:\Program Files\Python\python.exe", PureWindowsPath(r"C:\Chợ & con\thư mục")))
    document = read_task(text.encode("utf-16"))
    assert texts(document, "Actions/Exec/Arguments")[0].endswith('--market "C:\\Chợ & con\\thư mục"')
    assert texts(document, "Actions/Exec/Command") == [r"C:\Program Files\Python\python.exe"]
    assert texts(document, "Principals/Principal/UserId") == texts(document, "Triggers/LogonTrigger/UserId") == []


def test_a_window_is_opened_by_nobody_where_that_can_be_had(tmp_path):
    (tmp_path / "pythonw.exe").touch()
    document = read_task(task(Program(str(tmp_path / "python.exe"), tmp_path)).encode("utf-16"))
    assert texts(document, "Actions/Exec/Command") == [str(tmp_path / "pythonw.exe")]


@pytest.mark.parametrize(("run_as", "target"), [("", "default.target"), ("ocop", "multi-user.target")])
def test_a_systemd_unit_keeps_awkward_names_whole(run_as, target):
    found = read_unit(unit(Program("/usr/bin/python3", AWKWARD), run_as=run_as))
    assert words_of(found["Service"]["ExecStart"]) == [
        "/usr/bin/python3", "-m", "ocop_market.cli.main", "schedule", "run", "--market", str(AWKWARD)]
    assert found["Install"]["WantedBy"] == target and found["Service"].get("User", "") == run_as
    if run_as:
        assert shlex.split(found["Service"]["ReadWritePaths"].replace("%%", "%")) == [str(AWKWARD)]
        assert found["Service"]["ProtectSystem"] == "strict"


def test_a_service_is_started_again_unless_a_person_has_to_see_to_it():
    service = read_unit(unit(Program("/usr/bin/python3", AWKWARD)))["Service"]
    for_good = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert for_good == {Exit.USAGE, Exit.INPUT} and Exit.LATER not in for_good
    assert (service["KillSignal"], service["SuccessExitStatus"]) == ("SIGINT", str(int(Exit.INTERRUPTED)))


def test_a_container_has_the_version_that_wrote_it_and_is_not_the_administrator():
    lines = containerfile("1.2.3").splitlines()
    assert "'ocop-market[postgres]==1.2.3'" in "".join(lines)
    assert "USER ocop" in lines and "STOPSIGNAL SIGINT" in lines
    assert json.loads(next(line for line in lines if line.startswith("CMD ")).removeprefix("CMD ")) == ["ocop-market", "schedule", "run"]


@pytest.mark.parametrize("kind", ["windows", "systemd", "systemd-system", "container"])
def test_a_file_is_written_once_shown_with_its_commands_and_another_is_never_overwritten(run, market, kind):
    first = run("service", kind, "--market", market)
    assert first.code == Exit.DONE and first.out.count("\n  ") >= 2, first.err
    assert run("service", kind, "--market", market).code == Exit.DONE
    written = run("service", kind, "--market", market, "--out", market / "mine", "--json").json["file"]
    (market / "mine").write_text("by hand", encoding="utf-8")
    ran = run("service", kind, "--market", market, "--out", market / "mine")
    assert (ran.code, (market / "mine").read_text(encoding="utf-8")) == (Exit.INPUT, "by hand")
    assert "service-file-there" in ran.err and written == str(market / "mine")


def test_without_a_market_nothing_is_written(run, tmp_path):
    assert "no-market" in run("service", "systemd", "--market", tmp_path).err
    assert list(tmp_path.iterdir()) == []
