"""The workflow that stamps each push, deploys exactly that release, and proves what runs."""

from __future__ import annotations

import json
import re
import textwrap

from freshboot.hosts.containers.container import Container
from freshboot.hosts.containers.project import Project

_CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
# Whoever calls freshboot takes the release by its tag, as everywhere in its documentation.
_FRESHBOOT = "freshboot/freshboot@v1 # zizmor: ignore[unpinned-uses] the release's tag, as its README has it"
_SPECIAL = re.compile(r"([+!])")


def workflow(host: Container, project: Project) -> str:
    """Three jobs, each with the permissions that it needs alone; no secret stands in it."""
    branch, entrypoint = json.dumps(project.branch), json.dumps(project.entrypoint)
    title, tracked = json.dumps(f"deploy to {host.title}"), json.dumps(_SPECIAL.sub(r"\\\1", project.branch))
    return host.headed(f"""\
# Stamps every push, deploys exactly that release to {host.title}, and proves what the live app runs.
# Variables of the repository: {_told(host.variables)}FRESHBOOT_URL.
# Secrets: {_told(host.secrets)}FRESHBOOT_KEY (if the app has one).
name: {title}

on:
  push:
    branches: [{tracked}]
  workflow_dispatch:
    inputs:
      rebuild:
        description: Build without any cache, under a new stamp
        type: boolean
        default: false

permissions: {{}}

defaults:
  run:
    shell: bash # with pipefail: a failure within a pipe is one

jobs:
  publish:
    name: Stamp and publish
    if: ${{{{ !github.event.repository.fork && github.ref_name == {_expression(project.branch)} }}}}
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: write # the commit with the stamp is pushed
    concurrency:
      group: publish-{host.name}
      cancel-in-progress: false
    outputs:
      commit: ${{{{ steps.publish.outputs.commit-sha }}}}
    steps:
      - name: Check out
        uses: {_CHECKOUT}
        timeout-minutes: 5
        with:
          persist-credentials: false # the action gives git the token itself, for as long as it runs
      - name: Publish
        id: publish
        uses: {_FRESHBOOT}
        timeout-minutes: 8
        with:
          do: publish
          branch: {branch}
          entrypoint: {entrypoint}
          force: ${{{{ inputs.rebuild || false }}}}
          token: ${{{{ github.token }}}}

  deploy:
    name: Deploy
    needs: publish
    if: needs.publish.outputs.commit != '' # freshboot's own push was deployed by the run that made it
    runs-on: ubuntu-latest
    timeout-minutes: {host.minutes + 10}
    permissions:
      contents: read # the release
{_identity(host)}\
    concurrency:
      group: deploy-{host.name}
      cancel-in-progress: false
    env:
      RELEASE: ${{{{ needs.publish.outputs.commit }}}}
      REBUILD: ${{{{ inputs.rebuild || false }}}}
    steps:
      - name: Check out the release
        uses: {_CHECKOUT}
        timeout-minutes: 5
        with:
          ref: ${{{{ needs.publish.outputs.commit }}}}
          persist-credentials: false
{_checkout(host, project)}\
{textwrap.indent(host.deploy, " " * 6)}
  confirm:
    name: Confirm
    needs: [publish, deploy]
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read # the commits that a stale file may come from
      issues: write # the incident
      statuses: write # the commit's status
    concurrency:
      group: confirm-{host.name}
      cancel-in-progress: true # a newer release ends the wait for an older one
    steps:
      - name: Check out
        uses: {_CHECKOUT}
        timeout-minutes: 5
        with:
          fetch-depth: 0 # the history names the commit that a stale file comes from
          persist-credentials: false
      - name: Confirm
        uses: {_FRESHBOOT}
        timeout-minutes: 50
        with:
          do: confirm
          commit: ${{{{ needs.publish.outputs.commit }}}}
          url: ${{{{ vars.FRESHBOOT_URL }}}}
          branch: {branch}
          entrypoint: {entrypoint}
          timeout: 20m
          key: ${{{{ secrets.FRESHBOOT_KEY }}}}
""")


def _told(names: tuple[str, ...]) -> str:
    return "".join(f"{one}, " for one in names)


def _expression(text: str) -> str:
    """A text within an expression of a workflow."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _identity(host: Container) -> str:
    return "      id-token: write # signs in as this workflow: no key is stored\n" if host.signs_in else ""


def _checkout(host: Container, project: Project) -> str:
    """What more is checked out: the history, and the files that git keeps elsewhere."""
    history = "          fetch-depth: 0\n" if host.history else ""
    return history + ("          lfs: true\n" if project.lfs else "")
