#!/bin/sh
# After `azd provision`: the address, and the commands of the next steps. It prints no secret, and changes nothing.
set -eu

say() { printf '%s\n' "$*"; }

say "Sluice: $SLUICE_API_URL   (its API in words: $SLUICE_API_URL/docs)"
say "Resource group $AZURE_RESOURCE_GROUP, app $SLUICE_APP, key vault $SLUICE_KEY_VAULT"
say
say 'Next, each once:'

if [ -z "${SLUICE_ENTRA_CLIENT_ID:-}" ]; then
  say '- Sign-in of people is off. Register the application and give its id:'
  say '    infra/README.md#sign-in-of-people has the commands'
  say "    First admins: $SLUICE_ENTRA_ADMINS (object ids)"
fi

say '- A first admin token, for machines and for as long as nobody can sign in. It goes into the vault; the file stays with you:'
say '    (umask 077 && openssl rand -base64 33 > admin.token) && SLUICE_ADMIN_TOKEN="$(cat admin.token)" azd provision'
say '    If the app does not know it some minutes later (its role on the new secret acted late):'
say "    az functionapp restart --resource-group $AZURE_RESOURCE_GROUP --name $SLUICE_APP"

if [ -n "${SLUICE_CLUSTER_NAME:-}" ]; then
  say '- The cluster: namespaces, accounts and quota, then the rights of the app there:'
  say "    az aks get-credentials --resource-group $AZURE_RESOURCE_GROUP --name $SLUICE_CLUSTER_NAME && kubelogin convert-kubeconfig -l azurecli"
  say '    kubectl apply -k k8s-manifests'
else
  say '- A cluster: infra/README.md#attaching-a-cluster gives its address to the app. Its rights there, once k8s-manifests are applied:'
fi
say "    kubectl -n sluice create rolebinding sluice-azure --role=sluice-controller --user=$SLUICE_IDENTITY_OBJECT_ID"

say '- Then, and whenever something is odd:'
say "    curl $SLUICE_API_URL/health/ready"
