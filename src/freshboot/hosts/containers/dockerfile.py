"""The Dockerfile: what is installed, what is copied, and how Streamlit is started."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Callable

from freshboot.hosts.containers.container import Container
from freshboot.hosts.containers.project import Project

_STREAMLIT = (
    "--server.address=0.0.0.0",
    '--server.port="$PORT"',
    "--server.headless=true",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
)
# git's index, made of the very files of the release, stands for .git: by it freshboot finds the root and
# attests cached results, and no history and no token is in the image.
_INDEX = "RUN git init --quiet && git add --all --force"
_IGNORED = (
    *("**/.git", "**/__pycache__", "**/*.pyc", ".venv", "venv", "gha-creds-*.json"),
    *("**/secrets.toml", "**/.env", "**/.env.*", "**/*.pem", "**/*.key", "**/*.p12", "**/*.pfx"),
    *("**/*.jks", "**/*.keystore", "**/id_rsa", "**/id_dsa", "**/id_ecdsa", "**/id_ed25519"),
)
_CONDA = "environment.yml"


def dockerfile(host: Container, project: Project) -> str:
    """What builds the image. Everything is copied before anything is installed.

    That costs no cache: a stamp changes the dependency file in every release anyway.
    """
    return host.headed(f"""\
FROM python:{project.python} AS source
WORKDIR /app
COPY . .
# By git's index freshboot finds the root and proves cached results; the history and its tokens stay out.
{_INDEX}

{_environment(project)}\
FROM {_base(project)}
{_packages(project)}\
RUN useradd --create-home --uid 1000 app
COPY --from=environment /venv /venv
WORKDIR /app
COPY --from=source /app .
ARG GIT_COMMIT=""
ENV GIT_COMMIT=$GIT_COMMIT \\
    PATH=/venv/bin:$PATH \\
    PORT={host.port} \\
    PYTHONDONTWRITEBYTECODE=1 \\
    PYTHONUNBUFFERED=1
LABEL org.opencontainers.image.revision=$GIT_COMMIT
USER 1000
EXPOSE {host.port}
CMD {json.dumps(start(project))}
""")


def dockerignore(host: Container) -> str:
    """What the image must not hold. Whatever else git tracks belongs into it, or the proof misses it."""
    told = "# Nothing that git tracks, but secrets: whatever is left out here is missing from the proof.\n"
    return host.headed(told + "".join(f"{one}\n" for one in _IGNORED))


def start(project: Project) -> list[str]:
    """The command that the container runs, from the repository's root as on Community Cloud."""
    words = ["exec", "streamlit", "run", shlex.quote(project.entrypoint), *_STREAMLIT]
    return ["/bin/sh", "-c", " ".join(words)]


def _base(project: Project) -> str:
    is_conda = posixpath.basename(project.dependency_file) == _CONDA
    return "debian:stable-slim" if is_conda else f"python:{project.python}-slim"


def _packages(project: Project) -> str:
    """Debian's packages, as Community Cloud takes them from the root's packages.txt."""
    if "packages.txt" not in project.has:
        return ""
    return """\
COPY packages.txt /tmp/packages.txt
RUN apt-get update \\
    && xargs --arg-file=/tmp/packages.txt apt-get install --yes --no-install-recommends \\
    && rm -rf /var/lib/apt/lists/*
"""


def _environment(project: Project) -> str:
    """The stage that installs the dependency file that wins, in its folder as it lies in the image."""
    name = posixpath.basename(project.dependency_file)
    if name == _CONDA:
        begin = (
            "FROM condaforge/miniforge3:25.3.1-0 AS environment\nWORKDIR /app\nCOPY --from=source /app .\n"
        )
    else:
        begin = "FROM source AS environment\n" + _packages(project)
    return begin + _INSTALLERS[name](project) + "\n"


def _requirements(project: Project) -> str:
    return (
        "RUN python -m venv /venv \\\n"
        f"    && /venv/bin/pip install --no-cache-dir --requirement {_quoted(project.dependency_file)}\n"
    )


def _uv_lock(project: Project) -> str:
    return (
        "ENV UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/venv UV_PYTHON_DOWNLOADS=never\n"
        "RUN pip install --no-cache-dir 'uv>=0.5' \\\n"
        f"    && uv sync --no-cache --locked --no-dev --project {_quoted(project.folder or '.')}\n"
    )


def _pyproject(project: Project) -> str:
    if project.poetry:
        return (
            "ENV VIRTUAL_ENV=/venv\n"
            "RUN python -m venv /venv \\\n"
            "    && pip install --no-cache-dir 'poetry>=1.8' \\\n"
            "    && poetry install --no-cache --no-interaction --only main --no-root "
            f"--directory {_quoted(project.folder or '.')}\n"
        )
    return (
        "RUN python -m venv /venv \\\n"
        "    && pip install --no-cache-dir 'uv>=0.5' \\\n"
        "    && uv pip install --no-cache --python /venv/bin/python "
        f"--requirement {_quoted(project.dependency_file)}\n"
    )


def _pipfile(project: Project) -> str:
    how = "--deploy" if project.beside("Pipfile.lock") else "--skip-lock"
    place = posixpath.join("/app", project.dependency_file)
    return (
        f"ENV VIRTUAL_ENV=/venv PIPENV_PIPFILE={json.dumps(place)} PIPENV_VERBOSITY=-1\n"
        "RUN python -m venv /venv \\\n"
        "    && pip install --no-cache-dir 'pipenv>=2024' \\\n"
        f"    && pipenv install {how}\n"
    )


def _environment_yml(project: Project) -> str:
    return (
        f"RUN conda env create --yes --prefix /venv --file {_quoted(project.dependency_file)} \\\n"
        "    && conda clean --all --yes\n"
    )


_INSTALLERS: dict[str, Callable[[Project], str]] = {
    "requirements.txt": _requirements,
    "uv.lock": _uv_lock,
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "environment.yml": _environment_yml,
}


def _quoted(path: str) -> str:
    return shlex.quote(path)
