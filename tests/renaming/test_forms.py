"""Every form in which a module is used: what follows, what stays, and what bars the renaming."""

from __future__ import annotations

import pytest

from freshboot.renaming.plan import rename, renamed_files
from freshboot.renaming.values import CannotRename, Kind, Renaming, refuse_unresolved, stem_of
from freshboot.renaming.verify import refuse_changed_imports

CALC = "TOTAL = 1\n\n\ndef f():\n    return 2\n"
FLAT = {"app.py": "import calc\n", "calc.py": CALC, "requirements.txt": "streamlit\n"}
DEEP = {"app.py": "import pkg.calc\n", "pkg/__init__.py": "", "pkg/calc.py": CALC, "pkg/other.py": "X = 1\n"}


def planned(
    files: dict[str, str | bytes], path: str, entrypoint: str = "app.py", name: str = "calc_2"
) -> Renaming:
    held = {one: text.encode() if isinstance(text, str) else text for one, text in files.items()}
    renaming = rename(held, path, name, entrypoint)
    if not renaming.unresolved:
        refuse_changed_imports(held, renaming, entrypoint)
        back = rename(renamed_files(held, renaming), renaming.new, stem_of(path), entrypoint, back=True)
        assert renamed_files(renamed_files(held, renaming), back) == held
    return renaming


def flat(source: str, **more: str) -> Renaming:
    return planned(
        {**FLAT, "user.py": source, **{name.replace("__", "/"): text for name, text in more.items()}},
        "calc.py",
    )


def deep(source: str, at: str = "user.py", **more: str) -> Renaming:
    return planned({**DEEP, at: source, **more}, "pkg/calc.py")


def after(renaming: Renaming, path: str = "user.py") -> str:
    assert renaming.unresolved == ()
    return renaming.files[path].decode()


FOLLOWS, BINDS = "CALC", "BIND"
"""In a source below: the name where it follows, and where an import binds it, so that it is an alias then."""


def source_of(text: str) -> str:
    return text.replace(FOLLOWS, "calc").replace(BINDS, "calc")


def result_of(text: str) -> str:
    return text.replace(FOLLOWS, "calc_2").replace(BINDS, "calc_2 as calc")


@pytest.mark.parametrize(
    "text",
    [
        "import BIND\ncalc.f()\n",
        "import os, BIND, sys  # all of calc\n",
        "import CALC as c\nc.f()\n",
        "from CALC import f, TOTAL as t\n",
        "from CALC import *\n",
        "def g():\n\timport BIND\n\treturn calc\n",
        "if TYPE_CHECKING:\n    import BIND\nx: 'calc.f'\n",
        "import calculus\nmycalc = 1\ndef calc(calc): return calc.f\n",
        "import importlib\nimportlib.import_module('CALC').f()\n",
        "from importlib import import_module as load\nload('x')\n__import__(\"CALC\")\n",
        'mock.patch("CALC.f")\n',
        "@patch('CALC.f', new='x')\ndef test(): ...\n",
        "sys.modules['CALC'] = sys.modules.get('CALC')\n",
        "mock.patch.dict(sys.modules, {'CALC': 1})\n",
        "monkeypatch.setattr('CALC.f', 1)\nmonkeypatch.setattr(x, 'calc', 1)\n",
        "import BIND\nmonkeypatch.setattr(calc, 'f', 1)\n",
        "st.Page('CALC.py')\nst.switch_page('CALC.py')\nst.page_link('CALC.py')\n",
        "open(r'./CALC.py')\nopen('calc.csv')\n",
        "p = Path(__file__).parent / 'CALC.py'\nq = os.path.join(x, 'CALC.py')\n",
        "run([sys.executable, 'CALC.py'])\n",
        "p = f'{here}/CALC.py'\n",
        "st.text('calc.py version')\nst.header('calc')\nprint('calc.py')\n",
        "x = row['calc'] + row.get('calc')\ny = {'calc': 1}\nz = x == 'calc'\n",
        "'''The calc module: import calc.'''\n",
        "raise ValueError('calc.f failed in calc.py')\n",
        "import BIND\r\nx = 1\r\n",
        "\ufeffimport BIND\nx = 'é'; import BIND\n",
    ],
)
def test_uses_of_a_module_at_the_root(text: str) -> None:
    renaming = flat(source_of(text))
    assert renaming.unresolved == ()
    assert renaming.files.get("user.py", source_of(text).encode()).decode() == result_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "import pkg.CALC\npkg.CALC.f(pkg.other.X)\n",
        "import pkg.CALC as c\nc.f()\n",
        "from pkg import BIND, other\ncalc.f()\n",
        "from pkg import CALC as c\n",
        "from pkg.CALC import f\n",
        "import pkg.other\nimport pkg as p\nprint(p.CALC.f())\n",
        "import pkg.CALC\nx: 'pkg.CALC.f'\ny: \"list[pkg.CALC.f]\"\n",
        "from pkg import BIND\nx: 'calc.f'\n",
        "if TYPE_CHECKING:\n    from pkg.CALC import f\n",
        "@patch('pkg.CALC.f')\ndef test(): ...\n",
        "import_module('.CALC', package='pkg')\n",
        "import_module(f'views.{x}')\n",
        "def g(pkg):\n    return pkg.calc\n",
        "import pkg.CALC\ndef g(pkg):\n    return pkg.calc\n",
        "import pkg.CALC\nclass A:\n    pkg = 1\n    def g(self):\n        return pkg.CALC\n",
        "st.switch_page('pkg/CALC.py')\nPath('pkg', 'CALC.py')\n",
        "def g(x):\n    return x.calc, self.pkg.calc\n",
    ],
)
def test_uses_of_a_module_in_a_package(text: str) -> None:
    renaming = deep(source_of(text))
    assert renaming.unresolved == ()
    assert renaming.files.get("user.py", source_of(text).encode()).decode() == result_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "from .CALC import f\n",
        "from . import BIND\n",
        "from . import (CALC as c, other)\n",
        "from importlib import import_module\nimport_module('.CALC', __package__)\n",
    ],
)
def test_relative_imports_within_the_package(text: str) -> None:
    assert after(deep(source_of(text), at="pkg/user.py"), "pkg/user.py") == result_of(text)


def test_relative_imports_from_below() -> None:
    renaming = deep("from ..calc import f\nfrom .. import calc\n", at="pkg/sub/user.py")
    assert after(renaming, "pkg/sub/user.py") == "from ..calc_2 import f\nfrom .. import calc_2 as calc\n"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("importlib.import_module(name)\n", "user.py:1: importlib.import_module(name)"),
        ("__import__(f'{x}')\n", "user.py:1"),
        ("x = 1\nMODULES = ['calc']\n", "user.py:2: 'calc'"),
        ("eval('calc.f()')\n", "user.py:1"),
        ("exec('import calc')\n", "user.py:1"),
        ("os.system('python calc.py')\n", "user.py:1"),
        ("os.system('python -m calc')\n", "user.py:1"),
        ("uvicorn.run('calc:f')\n", "user.py:1"),
        ("import_module('ca' 'lc')\n", "user.py:1"),
        ("import_module('\\x63alc'); import_module('cal\\x63')\nx = 'calc'\n", "user.py"),
        ("def broken(:\n    import calc\n", "user.py:1: cannot be read as Python"),
        ("# coding: latin-1\nimport calc\n", "save it as UTF-8"),
        ("'''\n>>> import calc\n'''\n", "user.py:1"),
    ],
)  # fmt: skip
def test_what_nobody_can_judge_bars_the_renaming_with_its_place(source: str, why: str) -> None:
    with pytest.raises(CannotRename) as caught:
        refuse_unresolved(flat(source))
    assert why in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "import pkg\ngetattr(pkg, name)\n",
        "import pkg as p\nf(p)\n",
        "import_module('pkg')\n",
        "import pkg.calc\npkg = 1\nx = pkg.calc\n",
        "x = {'pkg.calc': 1}\n",
        "from pkg.other import *\nx = pkg.calc.f()\n",
        "import pkg.other\nx = pkg.other.pkg.calc\n",
        "x = 'x' + 'pkg.calc.f'\n",
        "patch(f'{P}.calc.f')\n",
        "x = sys.modules[P + '.calc']\n",
        "__import__('pkg.calc').calc.f()\n",
        "if f.__module__ == 'pkg.calc': pass\n",
        "from pkg import *\ncalc.f()\n",
        "import pkg.calc\nvars(pkg)\n",
    ],
)
def test_what_may_reach_a_module_by_its_package_bars_the_renaming(source: str) -> None:
    assert [one.path for one in deep(source).unresolved] == ["user.py"]


@pytest.mark.parametrize(
    "init",
    [
        "from .calc import f as calc\n",
        "def calc(): ...\n",
        "from .other import *\n",
        "def __getattr__(name): ...\n",
        "__all__ = ['calc']\n",
    ],
)
def test_a_shadowed_name_bars_what_goes_by_the_package(init: str) -> None:
    files = {"pkg/__init__.py": init, "pkg/other.py": "calc = 1\n"}
    assert deep("from pkg import calc\n", **files).unresolved
    assert deep("import pkg.other\npkg.calc\n", **files).unresolved
    assert after(deep("from pkg.calc import f\n", **files)) == "from pkg.calc_2 import f\n"


def test_a_star_from_a_package_that_lists_other_names_is_no_use() -> None:
    files = {"pkg/__init__.py": "from .calc import f\n__all__ = ['f']\n"}
    assert deep("from pkg import *\nf()\n", **files).unresolved == ()


def test_what_a_package_has_only_by_importing_it_bars_the_renaming() -> None:
    renaming = deep("", **{"pkg/__init__.py": "from .calc import f\nprint(calc.TOTAL)\n"})
    assert [str(one) for one in renaming.unresolved] == [
        "pkg/__init__.py:2: calc (what the package has by importing it)"
    ]


def test_a_package_that_binds_the_module_goes_on_binding_it() -> None:
    renaming = deep(
        "from pkg import *\ncalc.f()\n", **{"pkg/__init__.py": "from . import calc\n__all__ = ['calc']\n"}
    )
    assert renaming.unresolved == ()
    assert after(renaming, "pkg/__init__.py") == "from . import calc_2 as calc\n__all__ = ['calc']\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "CMD python calc.py\n"),
        ("Procfile", "web: gunicorn calc:f\n"),
        (".github/workflows/ci.yml", "run: python -m calc\n"),
        ("settings.toml", 'module = "calc"\n'),
        ("notebook.ipynb", '{"source": ["from calc import f\\n"]}'),
        ("model.pkl", b"\x80\x04\x95ccalc\nf\n"),
        ("tox.ini", "[testenv]\ncommands = python calc.py\n"),
        ("calc.pyi", "def f() -> int: ...\n"),
    ],
)
def test_another_file_that_names_it_bars_the_renaming(path: str, text: str | bytes) -> None:
    assert path in {one.path for one in planned({**FLAT, path: text}, "calc.py").unresolved}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "Run `python calc.py`, or `import calc`.\n"),
        ("data.csv", "calc,total\n1,2\n"),
        ("logo.png", b"\x89PNG\r\n\0calc"),
        ("other/calc.json", "{}"),
        ("requirements.txt", "calc-tools\n"),
    ],
)
def test_documents_and_data_do_not(path: str, text: str | bytes) -> None:
    assert planned({**FLAT, path: text}, "calc.py").unresolved == ()


def test_the_settings_of_a_project_follow() -> None:
    toml = (
        '[project]\nname = "calc"  # its own\ndependencies = ["calc-tools"]\n'
        '[project.scripts]\nrun = \'calc:f\'\n[project.entry-points."a.b"]\nx = "calc:f"\n'
        '[tool.setuptools]\npy-modules = ["calc", "app"]\n'
        '[tool.ruff.lint.per-file-ignores]\n"calc.py" = ["E"]\n'
    )
    cfg = (
        "[metadata]\nname = calc\n[options]\npy_modules =\n    calc\n"
        "[options.entry_points]\nconsole_scripts =\n    run = calc:f\n"
    )
    setup = "setup(name='x', py_modules=['calc'], entry_points={'console_scripts': ['run = calc:f [x]']})\n"
    renaming = planned({**FLAT, "pyproject.toml": toml, "setup.cfg": cfg, "setup.py": setup}, "calc.py")
    assert after(renaming, "pyproject.toml") == toml.replace("'calc:f'", "'calc_2:f'").replace(
        '"calc:f"', '"calc_2:f"'
    ).replace('"calc", "app"', '"calc_2", "app"').replace('"calc.py"', '"calc_2.py"')
    assert after(renaming, "setup.cfg") == cfg.replace("    calc\n", "    calc_2\n").replace(
        "calc:f", "calc_2:f"
    )
    assert after(renaming, "setup.py") == setup.replace("['calc']", "['calc_2']").replace(
        "calc:f", "calc_2:f"
    )
    assert Kind.SETTING in {one.kind for one in renaming.uses}


def test_a_setting_that_nobody_knows_bars_the_renaming() -> None:
    renaming = planned({**FLAT, "pyproject.toml": '[tool.unknown]\nmain = "calc"\n'}, "calc.py")
    assert [str(one) for one in renaming.unresolved] == [
        "pyproject.toml:2: calc (a word that may be its name)"
    ]


@pytest.mark.parametrize(
    ("path", "name", "why"),
    [
        ("nowhere.py", "x", "no file"),
        ("app.py", "x", "entrypoint"),
        ("pkg/__init__.py", "x", "package's own"),
        ("data.csv", "x", "no Python module"),
        ("calc.py", "class", "no new name"),
        ("calc.py", "a-b", "no new name"),
        ("calc.py", "calc", "no new name"),
        ("calc.py", "json", "Python's own"),
        ("calc.py", "taken", "taken.py is there"),
        ("calc.py", "streamlit", "package that the app needs"),
        ("pkg/calc.py", "bound", "to something else"),
    ],
)
def test_what_cannot_be_renamed_or_not_so(path: str, name: str, why: str) -> None:
    more = {"taken.py": "", "data.csv": "", "pkg/__init__.py": "bound = 1\n", "pkg/calc.py": ""}
    with pytest.raises(CannotRename, match=why):
        rename({one: text.encode() for one, text in {**FLAT, **more}.items()}, path, name, "app.py")


def test_files_of_the_same_name_elsewhere_are_left_alone() -> None:
    files = {
        **DEEP,
        "lib/calc.py": "",
        "user.py": "import lib.calc\nfrom lib import calc\nopen('lib/calc.py')\n",
    }
    renaming = planned(files, "pkg/calc.py")
    assert renaming.unresolved == ()
    assert "user.py" not in renaming.files


def test_a_name_that_two_folders_on_the_path_have_bars_the_renaming() -> None:
    files = {"apps/main.py": "import calc\n", "apps/calc.py": CALC, "calc.py": CALC}
    assert planned(files, "apps/calc.py", "apps/main.py").unresolved


def test_a_package_from_elsewhere_with_the_file_s_name_is_left_alone() -> None:
    files = {"app.py": "import stripe\nimport clients.stripe\n", "clients/stripe.py": "import stripe\n"}
    renaming = planned({**files, "requirements.txt": "stripe>=2\n"}, "clients/stripe.py", name="stripe_2")
    assert after(renaming, "app.py") == "import stripe\nimport clients.stripe_2\n"
