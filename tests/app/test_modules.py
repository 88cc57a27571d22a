"""Every loaded module is classed, and none of the app's is passed over."""

from __future__ import annotations

import importlib.abc
import importlib.util
import json
import sys
import time
import types
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from freshboot.app import modules, own, projects, shadows
from freshboot.app.modules import Sort
from freshboot.proof import Kind
from tests.app.process import Process, blob


def sorts(process: Process) -> dict[str, Sort]:
    return {one.name: one.sort for one in process.survey().modules}


def load_plainly(name: str, file: Path) -> types.ModuleType:
    """Load a file past every hook."""
    spec = importlib.util.spec_from_loader(name, SourceFileLoader(name, str(file)))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return module


def test_the_test_runners_own_modules_are_none_of_the_apps(process: Process) -> None:
    assert process.survey().modules == ()


def test_recorded_modules_and_packages(process: Process) -> None:
    process.write("shop/__init__.py", "")
    process.write("shop/prices.py", "")
    process.load("shop.prices")
    assert sorts(process) == {"shop": Sort.RECORDED, "shop.prices": Sort.RECORDED}


def test_a_package_without_a_file(process: Process) -> None:
    process.write("shop/prices.py", "")
    process.load("shop.prices")
    assert sorts(process) == {"shop": Sort.NAMESPACE, "shop.prices": Sort.RECORDED}
    assert {path for path, _ in process.told(Kind.MODULES)} == {"shop/prices.py"}


def test_what_was_loaded_past_the_hook_is_unrecorded(process: Process) -> None:
    load_plainly("prices", process.write("prices.py", ""))
    assert sorts(process) == {"prices": Sort.SOURCE}
    assert process.told(Kind.UNRECORDED) == {("prices.py", "unrecorded")}


def test_what_lies_in_a_zip_is_unrecorded(process: Process) -> None:
    with zipfile.ZipFile(process.root / "library.zip", "w") as archive:
        archive.writestr("zipped.py", "VALUE = 1\n")
    sys.path.insert(0, str(process.root / "library.zip"))
    process.load("zipped")
    assert sorts(process) == {"zipped": Sort.OTHER}
    assert process.told(Kind.UNRECORDED) == {("library.zip/zipped.py", "unrecorded")}


def test_an_extension_module_is_unrecorded_and_never_dropped(process: Process) -> None:
    import _struct

    extension = getattr(_struct, "__file__", None)
    if extension is None:
        pytest.skip("this interpreter's extension modules are built in")
    (process.root / Path(extension).name).symlink_to(extension)
    copied = process.root / Path(extension).name
    copied.unlink()
    copied.write_bytes(Path(extension).read_bytes())
    module = types.ModuleType("speed")
    module.__spec__ = importlib.util.spec_from_file_location("speed", copied)
    sys.modules["speed"] = module
    assert sorts(process) == {"speed": Sort.EXTENSION}
    assert len(process.told(Kind.UNRECORDED)) == 1
    assert process.boot(hooked=True) == 0


def test_what_lies_elsewhere_is_counted(process: Process, tmp_path: Path) -> None:
    before = process.survey().untagged
    (tmp_path / "helper_from_elsewhere.py").write_text("")
    sys.path.insert(0, str(tmp_path))
    process.load("helper_from_elsewhere")
    assert sorts(process) == {}
    assert process.survey().untagged == before + 1


def test_a_module_in_the_place_of_another_is_not_passed_over(process: Process) -> None:
    """A new module may get the address of one that is gone; here it is the very same object."""
    process.write("prices.py", "")
    process.load("prices")
    assert sorts(process) == {"prices": Sort.RECORDED}
    sys.modules["costs"] = sys.modules.pop("prices")
    assert sorts(process) == {"costs": Sort.RECORDED}


def test_a_link_that_leads_elsewhere_since_is_told_as_old(process: Process) -> None:
    """Both files are of the release, so the loaded bytes alone would look fresh."""
    process.write("impl_a.py", "VALUE = 'a'\n")
    process.write("impl_b.py", "VALUE = 'b'\n")
    link = process.root / "prices.py"
    link.symlink_to("impl_a.py")
    process.load("prices")
    assert {path for path, _ in process.told(Kind.MODULES)} == {"impl_a.py"}
    link.unlink()
    link.symlink_to("impl_b.py")
    assert {path for path, _ in process.told(Kind.KEPT)} == {"impl_a.py"}
    assert not process.told(Kind.MODULES)


def test_it_is_known_when_the_first_was_loaded(process: Process) -> None:
    assert process.memory().loaded_ns is None
    began = time.time_ns()
    process.write("a.py", "")
    process.load("a")
    ended = time.time_ns()
    process.write("b.py", "")
    process.load("b")
    assert began <= (process.memory().loaded_ns or 0) <= ended
    load_plainly("c", process.write("c.py", ""))
    assert process.memory().loaded_ns == 0


def test_strange_entries_do_no_harm(process: Process) -> None:
    class Strange:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(name)

    sys.modules["strange_1"] = Strange()  # type: ignore[assignment]
    sys.modules["strange_2"] = None  # type: ignore[assignment]
    sys.modules["strange_3"] = 3  # type: ignore[assignment]
    assert sorts(process) == {"strange_1": Sort.OTHER, "strange_3": Sort.OTHER}


def test_a_library_that_a_reload_finds_in_the_app_becomes_the_apps(process: Process) -> None:
    sys.modules.pop("colorsys", None)  # a library's own, which the reload would change for good
    module = process.load("colorsys")
    assert sorts(process) == {}
    process.write("colorsys.py", "VALUE = 1\n")
    importlib.invalidate_caches()
    importlib.reload(module)
    assert sorts(process) == {"colorsys": Sort.RECORDED}
    assert process.told(Kind.UNRECORDED) == {("colorsys.py", "unrecorded")}, (
        "the old functions are still there"
    )


def test_what_a_program_made_is_looked_for_once(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    sys.modules["made_here"] = types.ModuleType("made_here")
    assert sorts(process) == {"made_here": Sort.OTHER}
    monkeypatch.setattr(modules, "_found", lambda _: pytest.fail("looked again"))
    assert sorts(process) == {"made_here": Sort.OTHER}


def test_what_was_seen_is_not_looked_at_twice(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    process.survey()
    asked: list[str] = []
    original = modules._describe
    monkeypatch.setattr(
        modules,
        "_describe",
        lambda state, places, name, *rest: asked.append(name) or original(state, places, name, *rest),
    )
    process.write("prices.py", "")
    process.load("prices")
    process.survey()
    assert set(asked) == {"prices"}


class TestMadeByPrograms:
    """Modules without a file: nobody can tell from which bytes they come."""

    def test_what_the_app_made_is_unrecorded_and_stays(self, process: Process) -> None:
        process.write("maker.py", "import sys, types\nsys.modules['made'] = types.ModuleType('made')\n")
        process.load("maker")
        assert sorts(process) == {"maker": Sort.RECORDED, "made": Sort.OTHER}
        assert process.told(Kind.UNRECORDED) == {("made", "unrecorded")}
        process.write("maker.py", "")
        assert process.boot() == 1
        assert "made" in sys.modules

    def test_what_the_app_made_within_its_own_package_is_unrecorded(self, process: Process) -> None:
        process.write("shop/__init__.py", "")
        process.load("shop")
        sys.modules["shop.made"] = types.ModuleType("shop.made")
        assert process.told(Kind.UNRECORDED) == {("shop.made", "unrecorded")}

    def test_a_loader_that_knows_no_file_makes_unrecorded_ones(self, process: Process) -> None:
        class FromDatabase(importlib.abc.InspectLoader):
            def get_source(self, fullname: str) -> str:
                return "VALUE = 1\n"

        spec = importlib.util.spec_from_loader("stored", FromDatabase(), origin="database")
        assert spec is not None
        assert spec.loader is not None
        sys.modules["stored"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["stored"])
        assert sorts(process) == {"stored": Sort.OTHER}

    def test_a_name_that_is_no_file_hides_nothing(self, process: Process) -> None:
        sys.modules["made"] = types.ModuleType("made")
        sys.modules["made"].__file__ = "<generated>"
        assert process.told(Kind.UNRECORDED) == {("made", "unrecorded")}

    @pytest.mark.parametrize("name", ["json.made", "typing.io", "pytest.made", "sys.made", "_cython_3_1_4"])
    def test_what_libraries_make_is_none_of_the_apps(self, process: Process, name: str) -> None:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__file__ = "_made.py"  # as torch says of its operators
        assert sorts(process) == {}

    def test_what_cffi_makes_for_a_library_is_none_of_the_apps(self, process: Process) -> None:
        pytest.importorskip("cryptography.hazmat.bindings._rust")
        assert {"_openssl", "_openssl.lib"} <= sys.modules.keys()
        assert sorts(process) == {}

    def test_what_the_app_puts_beside_what_cffi_made_is_unrecorded(self, process: Process) -> None:
        pytest.importorskip("cryptography.hazmat.bindings._rust")
        made = sys.modules["made"] = types.ModuleType("made")
        vars(made).update(lib=sys.modules["_openssl.lib"], total=len)
        assert process.told(Kind.UNRECORDED) == {("made", "unrecorded")}

    def test_a_library_that_takes_its_own_place_is_none_of_the_apps(self, process: Process) -> None:
        sys.modules["colorsys"] = types.ModuleType("colorsys")
        assert sorts(process) == {}

    def test_what_takes_the_place_of_a_module_of_the_app_keeps_its_record(self, process: Process) -> None:
        text = "import sys, types\nsys.modules[__name__] = types.SimpleNamespace(VALUE=1)\n"
        process.write("prices.py", text)
        assert process.load("prices").VALUE == 1
        assert process.told(Kind.MODULES) == {("prices.py", blob(text))}

    def test_what_another_module_puts_in_the_place_of_the_apps_is_unrecorded(self, process: Process) -> None:
        process.write("prices.py", "VALUE = 1\n")
        process.load("prices")
        sys.modules["prices"] = types.SimpleNamespace(VALUE=2)  # type: ignore[assignment]
        assert process.told(Kind.UNRECORDED) == {("prices", "unrecorded")}


class TestCopies:
    """Distributions that were installed from the repository's folder lie in site-packages as copies."""

    TEXT = "VALUE = 1\n"

    def install(self, process: Process, path: str = "shop/prices.py", **direct: object) -> Path:
        """As pip does it, before the process began."""
        packages = process.root / "lib" / "site-packages"
        told = {"url": process.root.as_uri(), "dir_info": {}, **direct}
        info = "lib/site-packages/shop-1.dist-info"
        process.write(f"{info}/METADATA", "Metadata-Version: 2.1\nName: shop\nVersion: 1\n\n")
        process.write(f"{info}/direct_url.json", json.dumps(told))
        process.write(f"{info}/INSTALLER", "pip\n")
        process.write(f"{info}/RECORD", f"{path},,\nshop-1.dist-info/METADATA,,\n")
        sys.path.insert(0, str(packages))
        return process.write(f"lib/site-packages/{path}", self.TEXT)

    @pytest.fixture
    def before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All that is written now was written long before the process began."""
        monkeypatch.setattr(own, "is_new", lambda _: False)

    @pytest.mark.usefixtures("before")
    @pytest.mark.parametrize("layout", ["", "src/"])
    def test_is_told_by_the_bytes_that_are_installed(self, process: Process, layout: str) -> None:
        self.install(process)
        process.write(f"{layout}shop/prices.py", "VALUE = 2\n")
        assert process.load("shop.prices").VALUE == 1
        assert process.told(Kind.MODULES) == {(f"{layout}shop/prices.py", blob(self.TEXT))}
        assert process.boot() == 0

    def test_is_unrecorded_if_installed_while_the_process_runs(self, process: Process) -> None:
        self.install(process)
        process.write("shop/prices.py", self.TEXT)
        process.load("shop.prices")
        assert process.told(Kind.UNRECORDED) == {("shop/prices.py", "unrecorded")}

    @pytest.mark.usefixtures("before")
    def test_is_unrecorded_if_the_repository_has_no_such_file(self, process: Process) -> None:
        self.install(process)
        process.load("shop.prices")
        assert process.told(Kind.UNRECORDED) == {("shop/prices.py", "unrecorded")}

    @pytest.mark.usefixtures("before")
    def test_is_kept_if_installed_anew_after_the_import(self, process: Process) -> None:
        installed = self.install(process)
        process.write("shop/prices.py", self.TEXT)
        process.load("shop.prices")
        process.survey()
        installed.write_text("VALUE = 22\n")
        assert process.told(Kind.KEPT) == {("shop/prices.py", blob(self.TEXT))}

    @pytest.mark.parametrize(
        "direct",
        [
            {"dir_info": None, "vcs_info": {"vcs": "git", "commit_id": "0" * 40}},
            {"dir_info": None, "archive_info": {}},
            {"dir_info": {"editable": True}},
        ],
        ids=["commit", "archive", "editable"],
    )
    def test_what_came_otherwise_is_told_with_the_packages(
        self, process: Process, direct: dict[str, object]
    ) -> None:
        self.install(process, **direct)
        process.load("shop.prices")
        assert sorts(process) == {}

    def test_an_unchanged_environment_is_looked_through_once(
        self, process: Process, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.install(process)
        process.survey()
        monkeypatch.setattr(projects, "_copies", lambda _: pytest.fail("looked again"))
        process.write("prices.py", "")
        process.load("prices")
        process.survey()


class TestShadows:
    """A file that came into the repository takes the place of a library only where that is not loaded yet."""

    def test_is_told_while_the_library_is_loaded(self, process: Process) -> None:
        process.load("colorsys")
        process.write("colorsys.py", "VALUE = 1\n")
        assert process.told(Kind.UNRECORDED) == {("colorsys.py", "unrecorded")}
        del sys.modules["colorsys"]
        assert not process.told(Kind.UNRECORDED)

    def test_a_package_is_told_as_well(self, process: Process) -> None:
        process.load("colorsys")
        process.write("colorsys/__init__.py", "")
        assert process.told(Kind.UNRECORDED) == {("colorsys/__init__.py", "unrecorded")}

    def test_what_lay_there_before_the_process_was_passed_over_then(
        self, process: Process, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        process.load("colorsys")
        process.write("colorsys.py", "VALUE = 1\n")
        monkeypatch.setattr(shadows, "is_new", lambda _: False)
        assert not process.told(Kind.UNRECORDED)

    def test_what_is_built_in_comes_first_everywhere(self, process: Process) -> None:
        process.write("sys.py", "")
        process.write("data.csv", "")
        assert not process.told(Kind.UNRECORDED)
