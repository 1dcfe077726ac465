// The Functions app: its plan, what it runs on and is given, and who can reach it.

@description('Part of all names, derived from subscription, environment and region.')
@minLength(13)
@maxLength(13)
param token string
@description('Region.')
@minLength(2)
param location string
@description('Tags of all resources.')
param tags object
@description('Subnet of private endpoints; empty without a network.')
@maxLength(2048)
param endpointSubnetId string
@description('Private zones by service; empty without a network.')
param zoneIds object
@description('Name of the Application Insights component.')
@minLength(2)
param componentName string
@description('Settings of the app, with their defaults.')
param settings object
@description('Whether the app is spread over zones.')
param zones bool
@description('Version of Node.')
param nodeVersion '22' | '24'
@description('Instances kept for followers.')
@minValue(0)
@maxValue(20)
param followerInstances int
@description('The most instances of one function.')
@minValue(40)
@maxValue(1000)
param maximumInstances int
@description('Who can reach the app.')
param inbound 'public' | 'private'
@description('Address ranges that may call a public app; empty: all.')
@maxLength(200)
param inboundAddressRanges string[]
@description('Subnet of the app; empty without a network.')
@maxLength(2048)
param appSubnetId string
@description('Connections to clusters by name.')
param clusters object
@description('Name of the cluster of this installation; empty without one.')
@maxLength(63)
param clusterName string
@description('Object ids of the first admins.')
@minLength(1)
@maxLength(50)
param adminObjectIds string[]
@description('Name of the identity that it has.')
@minLength(3)
param identityName string
@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param storageName string
@description('Name of the Web PubSub.')
@minLength(3)
param pushName string
@description('Name of the container that deployments put the package into.')
@minLength(3)
@maxLength(63)
param packages string
@description('Where the vault has the admin token.')
@minLength(10)
param adminTokenUri string

var integrated = !empty(appSubnetId)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: identityName }
resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: storageName }
resource push 'Microsoft.SignalRService/webPubSub@2024-03-01' existing = { name: pushName }
resource component 'Microsoft.Insights/components@2020-02-02' existing = { name: componentName }

resource aks 'Microsoft.ContainerService/managedClusters@2025-05-01' existing = if (!empty(clusterName)) {
  name: clusterName
}
// Of what this gives to anybody who may use the cluster, only its address and its CA are kept: there is no secret in it.
var ownKubeconfig = empty(clusterName) ? '' : base64ToString(aks!.listClusterUserCredential().kubeconfigs[0].value)
func lineOf(text string, name string) string => trim(split(split(text, '${name}: ')[1], '\n')[0])
var ownCluster = empty(clusterName)
  ? {}
  : {
      default: {
        server: lineOf(ownKubeconfig, 'server')
        caData: lineOf(ownKubeconfig, 'certificate-authority-data')
        identity: true
      }
    }

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zones }
}

// For the Functions host alone.
var hostSettings = {
  // The host passes on headers of up to 32 KB; Node alone takes 16 KB, and a request between the two would hang.
  languageWorkers__node__arguments: '--max-http-header-size=65536'
}
// What only the template knows of src/functions/settings/table.ts.
var ownSettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identity.properties.clientId}'
  AzureWebJobsStorage__accountName: storage.name
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AZURE_CLIENT_ID: identity.properties.clientId
  SLUICE_WEB_PUBSUB_ENDPOINT: 'https://${push.properties.hostName}'
  // Both are for sign-in by Entra ID, which is off until the client id is given.
  SLUICE_ENTRA_TENANT: tenant().tenantId
  SLUICE_ENTRA_ADMINS: join(adminObjectIds, ',')
  SLUICE_CLUSTERS: string(union(clusters, ownCluster))
  SLUICE_ADMIN_TOKEN: '@Microsoft.KeyVault(SecretUri=${adminTokenUri})'
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-${token}'
  location: location
  tags: { ...tags, 'azd-service-name': 'api' }
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientCertEnabled: false
    publicNetworkAccess: inbound == 'private' ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: integrated ? appSubnetId : null
    outboundVnetRouting: integrated ? { applicationTraffic: true } : null
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      // The app answers CORS itself, by SLUICE_CORS_ORIGINS.
      cors: { allowedOrigins: [], supportCredentials: false }
      ipSecurityRestrictionsDefaultAction: empty(inboundAddressRanges) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: map(inboundAddressRanges, (range, i) => {
        name: 'given-${i}'
        action: 'Allow'
        ipAddress: range
        priority: 100 + i
      })
    }
    functionAppConfig: {
      runtime: { name: 'node', version: nodeVersion }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packages}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstances
        alwaysReady: followerInstances == 0 ? [] : [{ name: 'function:follow', instanceCount: followerInstances }]
      }
    }
  }
  resource appSettings 'config' = {
    name: 'appsettings'
    properties: { SLUICE_TRACE_URL: 'https://${app.properties.defaultHostName}', ...settings, ...ownSettings, ...hostSettings }
  }
  // Passwords of the deployment site: azd and the workflow deploy by Entra ID.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

module appEndpoint 'endpoint.bicep' = if (inbound == 'private') {
  name: 'endpoint-sites'
  params: {
    name: 'pe-sites-${token}'
    location: location
    tags: tags
    resourceId: app.id
    service: 'sites'
    subnetId: endpointSubnetId
    zoneId: zoneIds.sites
  }
}

@description('Address of the API.')
output url string = 'https://${app.properties.defaultHostName}'
@description('Name of the app.')
output appName string = app.name
