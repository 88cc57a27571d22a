"""Every loaded module is classed, and none of the app's is passed over."""

from __future__ import annotations

import importlib.util
import sys
import types
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from freshboot.app import modules
from freshboot.app.modules import Sort
from freshboot.proof import Kind
from tests.app.process import Process


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


def test_strange_entries_do_no_harm(process: Process) -> None:
    class Strange:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(name)

    sys.modules["strange_1"] = Strange()  # type: ignore[assignment]
    sys.modules["strange_2"] = None  # type: ignore[assignment]
    sys.modules["strange_3"] = 3  # type: ignore[assignment]
    assert sorts(process) == {}


def test_a_library_that_a_reload_finds_in_the_app_becomes_the_apps(process: Process) -> None:
    module = process.load("colorsys")
    assert sorts(process) == {}
    process.write("colorsys.py", "VALUE = 1\n")
    importlib.invalidate_caches()
    importlib.reload(module)
    assert sorts(process) == {"colorsys": Sort.RECORDED}
    assert process.told(Kind.UNRECORDED) == {("colorsys.py", "unrecorded")}, (
        "the old functions are still there"
    )


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
