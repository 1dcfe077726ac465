// Everything of one installation, in a resource group of its own. How and why: infra/README.md.
targetScope = 'subscription'

import { Settings, defaults } from 'modules/settings.bicep'

@description('Name of the azd environment. The resource group is called after it, and the names of resources are derived from it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of all resources. The plan Flex Consumption has to be offered there, and zones for `production`.')
@minLength(2)
@maxLength(40)
param location string = deployment().location

@description('`cheap`: idle costs about the storage, and Web PubSub is the free unit of 20 connections. `production`: zone redundant, private storage and vault, a Standard unit of Web PubSub.')
param profile 'cheap' | 'production' = 'cheap'

@description('Version of Node that the app runs on.')
param nodeVersion '22' | '24' = '22'

@description('Object ids in Entra ID of the first admins. Empty: whoever deploys.')
@maxLength(50)
param adminObjectIds string[] = []

@description('A first admin token, 32 to 512 characters, put into Key Vault. Empty: what is in the vault stays.')
@maxLength(512)
@secure()
param adminToken string = ''

@description('Settings of the app that differ from their defaults, by their names.')
param settings Settings = {}

@description('Connections to clusters, as SLUICE_CLUSTERS takes them, without credentials: the history of deployments keeps them. With `aks` its connection is added as `default`.')
@minLength(2)
@maxLength(20000)
param clusters string = '{}'

@description('Instances that are kept for followers, so that the first one of the day need not wait for one. One costs about 21 USD a month while idle. In `production` two at least, or none.')
@minValue(0)
@maxValue(20)
param followerInstances int = 0

@description('Units of Web PubSub in `production`: 1 to 10, or tens up to 100. Each has 1,000 connections and costs about 49 USD a month. `cheap` has the free one.')
@minValue(1)
@maxValue(100)
param pushUnits int = 1

@description('The most instances of one function, which bounds the bill.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('Who can reach the app: `public`, or `private`: only the network, through a private endpoint. Deployments then have to come from the network too.')
param inbound 'public' | 'private' = 'public'

@description('Address ranges that may call the app where it is public, such as 203.0.113.0/24. Empty: all.')
@maxLength(200)
param inboundAddressRanges string[] = []

@description('Address range of the network, of the size /16. It must not overlap with networks that are peered.')
@minLength(9)
@maxLength(18)
param networkAddressRange string = '10.80.0.0/16'

@description('`aks` makes a cluster beside the app. `none`: attach others by their connections.')
param cluster 'none' | 'aks' = 'none'

@description('What of the cluster an engineer chooses.')
param clusterOptions ClusterOptions = {}

@description('Days after which the log of a finished run moves to the cool tier, which stores for half the price and reads for more.')
@minValue(1)
@maxValue(3650)
param logCoolAfterDays int = 30

@description('Who gets alerts by mail. They cost about 10 USD a month. Empty: none are made.')
@maxLength(254)
param alertEmail string = ''

@description('Options of the cluster. Each has a default.')
@sealed()
type ClusterOptions = {
  @description('Its API: `private` in the network only, or `authorised`: from the address ranges below and from the app. Default: private.')
  api: ('private' | 'authorised')?
  @description('Address ranges that reach an `authorised` API.')
  @maxLength(190)
  apiAddressRanges: string[]?
  @description('Groups of Entra ID whose members administer the cluster; at least one, or nobody could apply the manifests.')
  @maxLength(20)
  adminGroupIds: string[]?
  @description('Kubernetes version, such as 1.34. Default: that of the region.')
  @maxLength(12)
  version: string?
  @description('Size of the nodes that run the cluster itself. Default: Standard_D2s_v5.')
  @maxLength(40)
  systemSize: string?
  @description('Size of the nodes for drivers. Default: Standard_D4s_v5.')
  @maxLength(40)
  driverSize: string?
  @description('Size of the nodes for tasks. Default: Standard_D16s_v5.')
  @maxLength(40)
  taskSize: string?
  @description('The most nodes for drivers. Default: 5.')
  @minValue(1)
  @maxValue(100)
  driverNodes: int?
  @description('The most nodes for tasks. Default: 20.')
  @minValue(1)
  @maxValue(1000)
  taskNodes: int?
  @description('Where Nextflow works: Azure Files or Blob storage, both by NFS and without keys. Default: files.')
  workVolume: ('files' | 'blob')?
}

// What the two profiles differ in, and nothing else does.
var profiles = {
  cheap: {
    zones: false
    private: false
    storageSku: 'Standard_LRS'
    pushSku: 'Free_F1'
    logDays: 30
    logGigabytesPerDay: 1
    deletedDays: 7
  }
  production: {
    zones: true
    private: true
    storageSku: 'Standard_ZRS'
    pushSku: 'Standard_S1'
    logDays: 90
    logGigabytesPerDay: 10
    deletedDays: 30
  }
}
var chosen = profiles[profile]

var withCluster = cluster == 'aks'
var withNetwork = chosen.private || withCluster || inbound == 'private'
var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName, application: 'sluice' }
var admins = empty(adminObjectIds) ? [deployer().objectId] : adminObjectIds
// The app's defaults, with what is given instead.
var given = union(
  defaults,
  toObject(filter(items(settings), each => !empty(each.?value)), each => each.key, each => each.?value)
)
// Zones need two instances of each function that keeps any.
var kept = chosen.zones && followerInstances == 1 ? 2 : followerInstances

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module monitor 'modules/monitor.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    retentionDays: chosen.logDays
    gigabytesPerDay: chosen.logGigabytesPerDay
  }
}

module network 'modules/network.bicep' = if (withNetwork) {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    addressRange: networkAddressRange
    zones: chosen.zones
  }
}

module aks 'modules/aks.bicep' = if (withCluster) {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    zones: chosen.zones
    networkName: network!.outputs.name
    nodeSubnetName: network!.outputs.nodeSubnetName
    outboundAddress: network!.outputs.outboundAddress
    privateApi: (clusterOptions.?api ?? 'private') == 'private'
    apiAddressRanges: clusterOptions.?apiAddressRanges ?? []
    adminGroupIds: empty(clusterOptions.?adminGroupIds ?? [])
      ? fail('clusterOptions.adminGroupIds: name a group that administers the cluster')
      : clusterOptions.?adminGroupIds ?? []
    version: clusterOptions.?version ?? ''
    systemSize: clusterOptions.?systemSize ?? 'Standard_D2s_v5'
    driverSize: clusterOptions.?driverSize ?? 'Standard_D4s_v5'
    taskSize: clusterOptions.?taskSize ?? 'Standard_D16s_v5'
    driverNodes: clusterOptions.?driverNodes ?? 5
    taskNodes: clusterOptions.?taskNodes ?? 20
    blobVolumes: clusterOptions.?workVolume == 'blob'
  }
}

module core 'modules/core.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    private: chosen.private
    storageSku: chosen.storageSku
    pushSku: chosen.pushSku
    pushUnits: profile == 'production' ? pushUnits : 1
    deletedDays: chosen.deletedDays
    logCoolAfterDays: logCoolAfterDays
    endpointSubnetId: withNetwork ? network!.outputs.endpointSubnetId : ''
    zoneIds: withNetwork ? network!.outputs.zoneIds : {}
    componentName: monitor.outputs.componentName
    workspaceId: monitor.outputs.workspaceId
    adminToken: adminToken
    settings: given
  }
}

// It asks storage for its package at its start: after the roles and the private endpoints, which are in core.
module app 'modules/app.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    zones: chosen.zones
    nodeVersion: nodeVersion
    followerInstances: kept
    maximumInstances: maximumInstances
    inbound: inbound
    inboundAddressRanges: inboundAddressRanges
    appSubnetId: withNetwork ? network!.outputs.appSubnetId : ''
    endpointSubnetId: withNetwork ? network!.outputs.endpointSubnetId : ''
    zoneIds: withNetwork ? network!.outputs.zoneIds : {}
    componentName: monitor.outputs.componentName
    identityName: core.outputs.identityName
    storageName: core.outputs.storageName
    pushName: core.outputs.pushName
    packages: core.outputs.packages
    adminTokenUri: core.outputs.adminTokenUri
    clusters: json(clusters)
    clusterName: withCluster ? aks!.outputs.name : ''
    adminObjectIds: admins
    settings: given
  }
}

module dashboard 'modules/dashboard.bicep' = {
  scope: group
  params: { location: location, tags: tags, workspaceId: monitor.outputs.workspaceId }
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmail)) {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    workspaceId: monitor.outputs.workspaceId
    storageId: core.outputs.storageId
    pushId: core.outputs.pushId
    email: alertEmail
  }
}

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = group.name
@description('Address of the API.')
output SLUICE_API_URL string = app.outputs.url
@description('Name of the Functions app.')
output SLUICE_APP string = app.outputs.appName
@description('Object id of the identity that the app has: its name in role bindings of clusters.')
output SLUICE_IDENTITY_OBJECT_ID string = core.outputs.identityObjectId
@description('Name of the Key Vault.')
output SLUICE_KEY_VAULT string = core.outputs.vaultName
@description('Name of the cluster that was made; empty without one.')
output SLUICE_CLUSTER_NAME string = withCluster ? aks!.outputs.name : ''
@description('The first admins. azd keeps them, so that a later deployment by somebody else changes nothing.')
output SLUICE_ENTRA_ADMINS string = join(admins, ',')
