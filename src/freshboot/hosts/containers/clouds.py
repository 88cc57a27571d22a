"""Google Cloud Run, AWS Elastic Beanstalk and Azure App Service, where GitHub's own identity signs in.

The pins were read from the actions' own repositories.
"""

from __future__ import annotations

from freshboot.hosts.containers.container import Container

_SOURCE = """\
- name: Take out the release's files
  timeout-minutes: 5
  run: |
    git checkout-index --all --prefix="$RUNNER_TEMP/source/"
"""

CLOUD_RUN = Container(
    name="cloud-run",
    title="Google Cloud Run",
    rebuild="run the workflow by hand; each deployment is a new revision, built from nothing",
    commit="GIT_COMMIT, which the workflow sets with each deployment; the host itself tells only K_REVISION",
    signs_in=True,
    variables=(
        *("GCP_PROJECT", "GCP_REGION", "CLOUD_RUN_SERVICE"),
        *("GCP_WORKLOAD_IDENTITY_PROVIDER", "GCP_SERVICE_ACCOUNT"),
    ),
    before=(
        "Google Cloud: a project with Cloud Run, Cloud Build and Artifact Registry.",
        "A service account that may deploy there, and a workload identity pool that trusts this repository.",
        "The first run makes the service; let everybody in there, or nobody can ask what it runs.",
    ),
    deploy=_SOURCE
    + """\
- name: Sign in
  uses: google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093 # v3.0.0
  timeout-minutes: 5
  with:
    workload_identity_provider: ${{ vars.GCP_WORKLOAD_IDENTITY_PROVIDER }}
    service_account: ${{ vars.GCP_SERVICE_ACCOUNT }}
- name: Deploy
  timeout-minutes: 30
  env:
    PROJECT: ${{ vars.GCP_PROJECT }}
    REGION: ${{ vars.GCP_REGION }}
    SERVICE: ${{ vars.CLOUD_RUN_SERVICE }}
  # Each build begins with nothing. Without a list of its own gcloud would leave out what git ignores.
  run: |
    [ -e "$RUNNER_TEMP/source/.gcloudignore" ] || : > "$RUNNER_TEMP/source/.gcloudignore"
    gcloud run deploy "$SERVICE" --quiet --project "$PROJECT" --region "$REGION" \\
      --source "$RUNNER_TEMP/source" --update-env-vars "GIT_COMMIT=$RELEASE" \\
      --session-affinity --timeout 3600
    gcloud run services update-traffic "$SERVICE" --quiet --project "$PROJECT" --region "$REGION" --to-latest
""",
)

ELASTIC_BEANSTALK = Container(
    name="beanstalk",
    title="AWS Elastic Beanstalk",
    rebuild="run the workflow by hand with rebuild: a new version label, and every instance made anew",
    commit="the version label, which is the commit; within the process the host tells nothing",
    signs_in=True,
    variables=("AWS_REGION", "AWS_ROLE", "EB_APPLICATION", "EB_ENVIRONMENT", "EB_BUCKET"),
    before=(
        "AWS: an application, and an environment of the platform Docker behind an application load balancer.",
        "Switch on sticky sessions there: a session's requests belong to one process.",
        "A bucket for the versions, and a role that this repository may take by OIDC.",
    ),
    minutes=50,
    deploy=_SOURCE
    + """\
- name: Sign in
  uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
  timeout-minutes: 5
  with:
    role-to-assume: ${{ vars.AWS_ROLE }}
    aws-region: ${{ vars.AWS_REGION }}
- name: Deploy
  timeout-minutes: 50
  env:
    APPLICATION: ${{ vars.EB_APPLICATION }}
    ENVIRONMENT: ${{ vars.EB_ENVIRONMENT }}
    BUCKET: ${{ vars.EB_BUCKET }}
  run: |
    label="$RELEASE-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT"
    (cd "$RUNNER_TEMP/source" && zip --quiet --recurse-paths --symlinks "$RUNNER_TEMP/$label.zip" .)
    aws s3 cp --only-show-errors "$RUNNER_TEMP/$label.zip" "s3://$BUCKET/$label.zip"
    aws elasticbeanstalk create-application-version --application-name "$APPLICATION" \\
      --version-label "$label" --source-bundle "S3Bucket=$BUCKET,S3Key=$label.zip"
    aws elasticbeanstalk update-environment --environment-name "$ENVIRONMENT" --version-label "$label"
    aws elasticbeanstalk wait environment-updated --environment-names "$ENVIRONMENT"
    if [ "$REBUILD" = true ]; then
      aws elasticbeanstalk rebuild-environment --environment-name "$ENVIRONMENT"
      aws elasticbeanstalk wait environment-updated --environment-names "$ENVIRONMENT"
    fi
""",
)

AZURE = Container(
    name="azure",
    title="Azure App Service",
    rebuild="run the workflow by hand: each image is built from nothing, and the app is started anew",
    commit="the app setting GIT_COMMIT, which the workflow sets with each deployment",
    signs_in=True,
    variables=(
        *("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"),
        *("AZURE_REGISTRY (the name alone)", "AZURE_GROUP", "AZURE_APP"),
    ),
    before=(
        "Azure: a container registry, and a Linux web app for containers that may pull from it.",
        "Switch on Web sockets and session affinity there: a session's requests belong to one process.",
        "An app registration with a federated credential for this repository, which may deploy there.",
    ),
    deploy="""\
- name: Sign in
  uses: azure/login@f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca # v3.0.1
  timeout-minutes: 5
  with:
    client-id: ${{ vars.AZURE_CLIENT_ID }}
    tenant-id: ${{ vars.AZURE_TENANT_ID }}
    subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}
- name: Deploy
  timeout-minutes: 30
  env:
    REGISTRY: ${{ vars.AZURE_REGISTRY }}
    GROUP: ${{ vars.AZURE_GROUP }}
    APP: ${{ vars.AZURE_APP }}
  run: |
    image="$REGISTRY.azurecr.io/$APP:$RELEASE-$GITHUB_RUN_ID"
    az acr login --name "$REGISTRY"
    docker build --pull --no-cache --build-arg "GIT_COMMIT=$RELEASE" --tag "$image" .
    docker push --quiet "$image"
    az webapp config appsettings set --resource-group "$GROUP" --name "$APP" --output none \\
      --settings "GIT_COMMIT=$RELEASE" WEBSITES_PORT=8080 PORT=8080
    az webapp config container set --resource-group "$GROUP" --name "$APP" --output none \\
      --container-image-name "$image"
    az webapp restart --resource-group "$GROUP" --name "$APP"
""",
)

CLOUDS = (CLOUD_RUN, ELASTIC_BEANSTALK, AZURE)
