"""Google Cloud Run, asked by its official client.

It knows images, and no commit: that is told by a label or a variable, where the deployment set one.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from freshboot.hosts.clients import answered, is_installed
from freshboot.hosts.host import State
from freshboot.hosts.http import BODY_BYTES, SECONDS
from freshboot.hosts.platform import Asked, Told, commit_in, instructions

if TYPE_CHECKING:
    from freshboot.hosts.address import Address

_CLIENT = "google.cloud.run_v2"
_EXTRA = "pip install 'freshboot[cloud-run]'"
_LABEL = "commit-sha"  # set by Cloud Run's own deployment from a repository
_VARIABLE = "GIT_COMMIT"  # set by the workflow of remedy move
_API = "run.googleapis.com"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
# https://cloud.google.com/run/docs/triggering/https-request ("Deterministic URL")
_DETERMINISTIC = re.compile(
    r"([a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)-(\d{5,20})\.([a-z]+-[a-z]+\d{1,2})\.run\.app\Z"
)


class CloudRun(Asked):
    """A service at Cloud Run. The variable names a file of credentials, and not a token itself."""

    name = "cloud-run"
    domains = (".run.app",)
    consoles = ("console.cloud.google.com",)
    token = "GOOGLE_APPLICATION_CREDENTIALS"  # noqa: S105  # the variable's name
    service_form = re.compile(
        r"projects/[a-z0-9:.-]{1,64}/locations/[a-z0-9-]{1,32}/services/[a-z0-9-]{1,63}\Z"
    )
    service_is = "projects/PROJECT/locations/REGION/services/NAME"
    # The options: https://cloud.google.com/sdk/gcloud/reference/run/deploy and …/run/services/update-traffic.
    chores = instructions(
        reboot=(
            "In a checkout of {branch}: gcloud run deploy {name} --source . {where}",
            "Each build begins with nothing, and each deployment is a new revision.",
            "Where an older revision has the traffic:",
            "gcloud run services update-traffic {name} --to-latest {where}",
        ),
        redeploy=("In a checkout of {branch}: gcloud run deploy {name} --source . {where}",),
        rename=("Purge the cache that stands before the service; its address is its name, and stays.",),
        wake=("Open the app: a request starts an instance.",),
        public=(
            (
                "gcloud run services add-iam-policy-binding {name} {where}"
                " --member allUsers --role roles/run.invoker"
            ),
        ),
        log=(
            "Of the app: gcloud run services logs read {name} {where}",
            "Of a build: gcloud builds list --project {project}, then gcloud builds log ID",
        ),
        status="https://status.cloud.google.com",
        console="https://console.cloud.google.com/run",
    )

    channel: Callable[[str], Any] | None = None
    """Makes the channel to another address; the client's own where there is none."""

    @classmethod
    def service_of(cls, address: Address) -> str:
        """Newer addresses tell project, region and name; older ones do not."""
        found = _DETERMINISTIC.match(address.host)
        return f"projects/{found[2]}/locations/{found[3]}/services/{found[1]}" if found else ""

    @property
    def lacks(self) -> str:
        """What is missing for the host to be asked: the service's name, credentials or the client."""
        return super().lacks or ("" if is_installed(_CLIENT) else _EXTRA)

    @property
    def names(self) -> dict[str, str]:
        """The service's names for the words."""
        _, project, _, region, _, name = (self.service or self.service_is).split("/")
        where = f"--project {project} --region {region}"
        return {**super().names, "project": project, "name": name, "where": where}

    async def _ask(self) -> Told:
        return await answered(self._read)

    def _read(self) -> Told:
        run: Any = importlib.import_module(_CLIENT)
        services = run.ServicesClient(transport=self._transport(run.ServicesClient))
        service = services.get_service(name=self.service, timeout=SECONDS, retry=None)
        state, words = _state_of(service)
        serving = _serving(service)
        if not serving:
            return Told(state, words)
        revisions = run.RevisionsClient(transport=self._transport(run.RevisionsClient))
        name = f"{self.service}/revisions/{serving}"
        return Told(state, words, _commit(revisions.get_revision(name=name, timeout=SECONDS, retry=None)))

    def _transport(self, client: Any) -> Any:
        kind = client.get_transport_class("grpc")
        if self.channel is not None:
            return kind(channel=self.channel(_API))
        credentials, _ = importlib.import_module("google.auth").load_credentials_from_file(
            self.secret, scopes=[_SCOPE]
        )
        limit = [("grpc.max_receive_message_length", BODY_BYTES)]
        return kind(channel=kind.create_channel(_API, credentials=credentials, options=limit))


def _state_of(service: Any) -> tuple[State | None, str]:
    """What the service's own condition says, by its name: its message may hold anything."""
    state = getattr(service.terminal_condition.state, "name", "")
    if state == "CONDITION_FAILED":
        return State.ERROR, "its last revision did not become ready"
    if service.reconciling or state in ("CONDITION_PENDING", "CONDITION_RECONCILING"):
        return State.STARTING, "a revision is being deployed"
    return None, ""


def _serving(service: Any) -> str:
    """The one revision that has all the traffic; empty where several share it."""
    having = [one for one in service.traffic_statuses if one.percent > 0]
    if len(having) != 1:
        return ""
    name = having[0].revision or service.latest_ready_revision.rpartition("/")[2]
    return name if re.fullmatch(r"[a-z0-9-]{1,63}", name) else ""


def _commit(revision: Any) -> str:
    variables = {one.name: one.value for container in revision.containers for one in container.env}
    return commit_in(revision.labels.get(_LABEL)) or commit_in(variables.get(_VARIABLE))
