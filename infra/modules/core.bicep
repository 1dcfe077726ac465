// What the app keeps its state in, and the identity by which it does: storage, Web PubSub, Key Vault.

@description('Part of all names, derived from subscription, environment and region.')
@minLength(13)
@maxLength(13)
param token string
@description('Region.')
@minLength(2)
param location string
@description('Tags of all resources.')
param tags object
@description('Whether storage, vault and the REST interface of Web PubSub are in the network only.')
param private bool
@description('Redundancy of the storage.')
param storageSku 'Standard_LRS' | 'Standard_ZRS'
@description('Unit of Web PubSub.')
param pushSku 'Free_F1' | 'Standard_S1'
@description('How many units of it.')
@minValue(1)
@maxValue(100)
param pushUnits int
@description('Days that deleted blobs and vaults can be brought back.')
@minValue(7)
@maxValue(90)
param deletedDays int
@description('Days after which logs of finished runs move to the cool tier.')
@minValue(1)
@maxValue(3650)
param logCoolAfterDays int
@description('Subnet of private endpoints; empty without a network.')
@maxLength(2048)
param endpointSubnetId string
@description('Private zones by service; empty without a network.')
param zoneIds object
@description('Name of the Application Insights component.')
@minLength(2)
param componentName string
@description('Workspace that gets the audit log of the vault.')
@minLength(10)
param workspaceId string
@description('A first admin token; empty: what is in the vault stays.')
@maxLength(512)
@secure()
param adminToken string
@description('Settings of the app, with their defaults.')
param settings object

var roles = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  pushOwner: '12cf5a90-567b-43ae-8102-96cf46c7d9b4'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
}
func roleId(name string) string => subscriptionResourceId('Microsoft.Authorization/roleDefinitions', name)

var publicAccess = private ? 'Disabled' : 'Enabled'
var secretName = 'sluice-admin-token'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${token}'
  location: location
  tags: tags
}
var holder = { principalId: identity.properties.principalId, principalType: 'ServicePrincipal' }

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'st${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: storageSku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: publicAccess
    networkAcls: { bypass: 'None', defaultAction: private ? 'Deny' : 'Allow' }
  }
  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: deletedDays }
      containerDeleteRetentionPolicy: { enabled: true, days: deletedDays }
    }
    resource deployments 'containers' = { name: 'packages' }
  }
  // Queues, tables and the container of logs are made by the app.
  resource lifecycle 'managementPolicies' = {
    name: 'default'
    dependsOn: [blobs]
    properties: {
      policy: {
        rules: [
          {
            name: 'cool-logs'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${settings.SLUICE_BLOB_CONTAINER}/'] }
              actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: logCoolAfterDays } } }
            }
          }
        ]
      }
    }
  }
}

resource storageRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.blobOwner, roles.queueContributor, roles.tableContributor]: {
    name: guid(storage.id, identity.id, role)
    scope: storage
    properties: { ...holder, roleDefinitionId: roleId(role) }
  }
]

resource push 'Microsoft.SignalRService/webPubSub@2024-03-01' = {
  name: 'wps-${token}'
  location: location
  tags: tags
  sku: { name: pushSku, capacity: pushUnits }
  properties: {
    disableLocalAuth: true
    disableAadAuth: false
    publicNetworkAccess: 'Enabled'
    tls: { clientCertEnabled: false }
    // Browsers connect from anywhere; who publishes does so through the private endpoint. (The free unit has no rules.)
    networkACLs: private
      ? {
          defaultAction: 'Allow'
          publicNetwork: { allow: ['ClientConnection'], deny: ['RESTAPI', 'ServerConnection', 'Trace'] }
        }
      : null
  }
  resource hub 'hubs' = {
    name: settings.SLUICE_WEB_PUBSUB_HUB
    properties: { anonymousConnectPolicy: 'deny', eventHandlers: [] }
  }
}

resource pushRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(push.id, identity.id, roles.pushOwner)
  scope: push
  properties: { ...holder, roleDefinitionId: roleId(roles.pushOwner) }
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: deletedDays
    // Once on it cannot be switched off, and the name of a deleted vault stays taken.
    enablePurgeProtection: private ? true : null
    publicNetworkAccess: publicAccess
    // The deployment itself, a trusted service, writes the secret below.
    networkAcls: { bypass: 'AzureServices', defaultAction: private ? 'Deny' : 'Allow' }
  }
  resource secret 'secrets' = if (!empty(adminToken)) {
    name: secretName
    properties: { value: adminToken, contentType: 'the admin token of Sluice' }
  }
}

// The vault may hold secrets of pipelines too: the app reads this one and no other.
resource secretRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(adminToken)) {
  name: guid(vault.id, secretName, identity.id, roles.secretsUser)
  scope: vault::secret
  properties: { ...holder, roleDefinitionId: roleId(roles.secretsUser) }
}

resource vaultAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: { workspaceId: workspaceId, logs: [{ category: 'AuditEvent', enabled: true }] }
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = { name: componentName }

resource componentRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, identity.id, roles.metricsPublisher)
  scope: component
  properties: { ...holder, roleDefinitionId: roleId(roles.metricsPublisher) }
}

var vaultEndpoint = private ? [{ id: vault.id, service: 'vault' }] : []
var pushEndpoint = private ? [{ id: push.id, service: 'webpubsub' }] : []
var storageEndpoints = private ? map(['blob', 'queue', 'table'], each => { id: storage.id, service: each }) : []
module endpoints 'endpoint.bicep' = [
  for each in [...storageEndpoints, ...vaultEndpoint, ...pushEndpoint]: {
    name: 'endpoint-${each.service}'
    params: {
      name: 'pe-${each.service}-${token}'
      location: location
      tags: tags
      resourceId: each.id
      service: each.service
      subnetId: endpointSubnetId
      zoneId: zoneIds[each.service]
    }
  }
]

@description('Object id of the identity.')
output identityObjectId string = identity.properties.principalId
@description('Id of the storage account.')
output storageId string = storage.id
@description('Id of Web PubSub.')
output pushId string = push.id
@description('Name of the vault.')
output vaultName string = vault.name
@description('Name of the identity.')
output identityName string = identity.name
@description('Name of the storage account.')
output storageName string = storage.name
@description('Name of the Web PubSub.')
output pushName string = push.name
@description('Name of the container of packages.')
output packages string = storage::blobs::deployments.name
@description('Where the vault has the admin token.')
output adminTokenUri string = '${vault.properties.vaultUri}secrets/${secretName}'
