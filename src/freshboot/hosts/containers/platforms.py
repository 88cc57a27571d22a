"""Heroku, Render, Fly.io and Hugging Face Spaces: each takes one token, which stands on no command line."""

from __future__ import annotations

from freshboot.hosts.containers.container import Container

HEROKU = Container(
    name="heroku",
    title="Heroku",
    rebuild="run the workflow by hand: each image is built from nothing and released",
    commit="GIT_COMMIT, which is built into the image (HEROKU_BUILD_COMMIT where Heroku itself builds)",
    variables=("HEROKU_APP",),
    secrets=("HEROKU_API_KEY",),
    before=(
        "Heroku: an app of the stack container: heroku stack:set container.",
        "Where it runs more than one dyno: heroku features:enable http-session-affinity.",
    ),
    deploy="""\
- name: Deploy
  timeout-minutes: 30
  env:
    APP: ${{ vars.HEROKU_APP }}
    TOKEN: ${{ secrets.HEROKU_API_KEY }}
  # The token goes by standard input only: a command line can be read by every process.
  run: |
    image="registry.heroku.com/$APP/web"
    printf '%s' "$TOKEN" | docker login --username=_ --password-stdin registry.heroku.com
    docker build --pull --no-cache --provenance=false --build-arg "GIT_COMMIT=$RELEASE" --tag "$image" .
    docker push --quiet "$image"
    id="$(docker inspect --format '{{.Id}}' "$image")"
    printf 'Authorization: Bearer %s\\n' "$TOKEN" | curl --fail --silent --show-error --request PATCH \\
      --header @- --header 'Accept: application/vnd.heroku+json; version=3.docker-releases' \\
      --header 'Content-Type: application/json' --output /dev/null \\
      --data "{\\"updates\\":[{\\"type\\":\\"web\\",\\"docker_image\\":\\"$id\\"}]}" \\
      "https://api.heroku.com/apps/$APP/formation"
    docker logout registry.heroku.com
""",
)

RENDER = Container(
    name="render",
    title="Render",
    rebuild='run the workflow by hand with rebuild: the deployment is asked for with clearCache "clear"',
    commit="RENDER_GIT_COMMIT, which the host sets",
    port=10000,
    variables=("RENDER_SERVICE (the id, srv-…)",),
    secrets=("RENDER_API_KEY",),
    before=(
        "Render: New, Web Service, this repository, language Docker, one instance.",
        "There Auto-Deploy off (the workflow deploys), and Health Check Path /_stcore/health.",
    ),
    deploy="""\
- name: Deploy
  timeout-minutes: 30
  env:
    SERVICE: ${{ vars.RENDER_SERVICE }}
    TOKEN: ${{ secrets.RENDER_API_KEY }}
  # The token goes by standard input only: a command line can be read by every process.
  run: |
    ask() {
      printf 'Authorization: Bearer %s\\n' "$TOKEN" | curl --fail --silent --show-error --header @- \\
        --header 'Content-Type: application/json' "$@"
    }
    cache=do_not_clear
    if [ "$REBUILD" = true ]; then cache=clear; fi
    deploys="https://api.render.com/v1/services/$SERVICE/deploys"
    wish="{\\"clearCache\\":\\"$cache\\",\\"commitId\\":\\"$RELEASE\\"}"
    id="$(ask --data "$wish" "$deploys" | jq --raw-output .id)"
    while :; do
      status="$(ask "$deploys/$id" | jq --raw-output .status)"
      echo "$status"
      case "$status" in
        live) break ;;
        *failed | canceled | deactivated) exit 1 ;;
      esac
      sleep 10
    done
""",
)

FLY = Container(
    name="fly",
    title="Fly.io",
    rebuild="run the workflow by hand with rebuild: fly deploy --no-cache",
    commit="GIT_COMMIT, which is built into the image; the host sets FLY_IMAGE_REF",
    variables=("FLY_APP",),
    secrets=("FLY_API_TOKEN",),
    before=(
        "Fly.io: an app (fly apps create NAME) and a token for it (fly tokens create deploy --app NAME).",
        "One machine serves one session's every request: keep one, or send a session's requests to one.",
    ),
    more={
        "fly.toml": """\
# The app's name is given by the workflow.
[build]

[http_service]
  internal_port = 8080
  force_https = true

  [[http_service.checks]]
    path = "/_stcore/health"
    interval = "15s"
    timeout = "5s"
    grace_period = "60s"
"""
    },
    deploy="""\
- name: Install flyctl
  uses: superfly/flyctl-actions/setup-flyctl@ed8efb33836e8b2096c7fd3ba1c8afe303ebbff1 # 1.6
  timeout-minutes: 5
- name: Deploy
  timeout-minutes: 30
  env:
    APP: ${{ vars.FLY_APP }}
    FLY_API_TOKEN: ${{ secrets.FLY_API_TOKEN }}
  run: |
    options=(--app "$APP" --remote-only --ha=false --build-arg "GIT_COMMIT=$RELEASE")
    if [ "$REBUILD" = true ]; then options+=(--no-cache); fi
    flyctl deploy "${options[@]}"
""",
)

HUGGING_FACE = Container(
    name="huggingface",
    title="Hugging Face Spaces",
    history=True,
    rebuild="run the workflow by hand with rebuild: a restart of the Space with factory_reboot",
    commit="from outside, by the runtime's sha, which is the release; the process is told nothing",
    port=7860,
    variables=("HF_SPACE (OWNER/NAME)",),
    secrets=("HF_TOKEN",),
    before=(
        "Hugging Face: a Space with the SDK Docker, and a token that may write to it.",
        "The Space is a copy: each run replaces all that it holds. Its address is https://OWNER-NAME.hf.space.",
        "README.md must begin with the lines `---`, `title: NAME`, `sdk: docker`, `app_port: 7860`, `---`.",
    ),
    deploy="""\
- name: Deploy
  timeout-minutes: 30
  env:
    SPACE: ${{ vars.HF_SPACE }}
    HF_TOKEN: ${{ secrets.HF_TOKEN }}
  # The Space is a copy: whatever else it holds is replaced. The token reaches git by the environment alone.
  run: |
    printf '#!/bin/sh\\nprintenv HF_TOKEN\\n' > "$RUNNER_TEMP/token"
    chmod +x "$RUNNER_TEMP/token"
    export GIT_ASKPASS="$RUNNER_TEMP/token"
    git push --quiet --force "https://token@huggingface.co/spaces/$SPACE" "$RELEASE:refs/heads/main"
    if [ "$REBUILD" = true ]; then
      printf 'Authorization: Bearer %s\\n' "$HF_TOKEN" | curl --fail --silent --show-error --header @- \\
        --request POST --output /dev/null "https://huggingface.co/api/spaces/$SPACE/restart?factory=true"
    fi
""",
)

PLATFORMS = (HEROKU, RENDER, FLY, HUGGING_FACE)
