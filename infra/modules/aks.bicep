// A cluster: Entra ID with the roles of Kubernetes, no local accounts, and no node for runs while there are none.

@description('Part of all names, derived from subscription, environment and region.')
@minLength(13)
@maxLength(13)
param token string
@description('Region.')
@minLength(2)
param location string
@description('Tags of all resources.')
param tags object
@description('Whether nodes are spread over zones.')
param zones bool
@description('Name of the network.')
@minLength(2)
param networkName string
@description('Name of the subnet of its nodes.')
@minLength(2)
param nodeSubnetName string
@description('Address of the app and of the nodes towards an authorised API.')
@minLength(7)
param outboundAddress string
@description('Whether its API is in the network only.')
param privateApi bool
@description('Address ranges that reach an API that is not private.')
@maxLength(190)
param apiAddressRanges string[]
@description('Groups of Entra ID that administer it.')
@minLength(1)
@maxLength(20)
param adminGroupIds string[]
@description('Kubernetes version; empty: that of the region.')
@maxLength(12)
param version string
@description('Size of the nodes of the cluster itself.')
@maxLength(40)
param systemSize string
@description('Size of the nodes of drivers.')
@maxLength(40)
param driverSize string
@description('Size of the nodes of tasks.')
@maxLength(40)
param taskSize string
@description('The most nodes of drivers.')
@minValue(1)
@maxValue(100)
param driverNodes int
@description('The most nodes of tasks.')
@minValue(1)
@maxValue(1000)
param taskNodes int
@description('Whether volumes of Blob storage can be claimed beside those of Azure Files.')
param blobVolumes bool

var networkContributor = '4d97b98b-1d4f-4787-a291-c67834d212e7'
var availabilityZones = zones ? ['1', '2', '3'] : []
var common = {
  osType: 'Linux'
  osSKU: 'AzureLinux'
  type: 'VirtualMachineScaleSets'
  availabilityZones: availabilityZones
  vnetSubnetID: network::nodes.id
  maxPods: 110
  upgradeSettings: { maxSurge: '33%' }
}

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' existing = {
  name: networkName
  resource nodes 'subnets' existing = { name: nodeSubnetName }
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-aks-${token}'
  location: location
  tags: tags
}

// The cluster joins nodes to the subnet, and lets it into the storage of work volumes.
resource subnetRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(network::nodes.id, identity.id, networkContributor)
  scope: network::nodes
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)
  }
}

resource aks 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: 'aks-${token}'
  location: location
  tags: tags
  dependsOn: [subnetRole]
  sku: { name: 'Base', tier: zones ? 'Standard' : 'Free' }
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    dnsPrefix: 'aks-${token}'
    kubernetesVersion: empty(version) ? null : version
    disableLocalAccounts: true
    enableRBAC: true
    aadProfile: { managed: true, enableAzureRBAC: false, adminGroupObjectIDs: adminGroupIds }
    oidcIssuerProfile: { enabled: true }
    securityProfile: { workloadIdentity: { enabled: true } }
    apiServerAccessProfile: privateApi
      ? { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: 'system' }
      : { enablePrivateCluster: false, authorizedIPRanges: [...apiAddressRanges, '${outboundAddress}/32'] }
    autoUpgradeProfile: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'NodeImage' }
    networkProfile: {
      networkPlugin: 'azure'
      networkPluginMode: 'overlay'
      networkDataplane: 'cilium'
      networkPolicy: 'cilium'
      outboundType: 'userAssignedNATGateway'
    }
    addonProfiles: {
      azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: 'true' } }
    }
    storageProfile: {
      diskCSIDriver: { enabled: true }
      fileCSIDriver: { enabled: true }
      blobCSIDriver: { enabled: blobVolumes }
      snapshotController: { enabled: false }
    }
    // A Job that waits for a node is not worth less than one that has it.
    autoScalerProfile: { 'skip-nodes-with-local-storage': 'false', 'scale-down-unneeded-time': '10m' }
    agentPoolProfiles: [
      {
        ...common
        name: 'system'
        mode: 'System'
        vmSize: systemSize
        count: zones ? 3 : 1
        nodeTaints: ['CriticalAddonsOnly=true:NoSchedule']
      }
      {
        ...common
        name: 'drivers'
        mode: 'User'
        vmSize: driverSize
        enableAutoScaling: true
        count: 0
        minCount: 0
        maxCount: driverNodes
        nodeLabels: { 'sluice/pool': 'drivers' }
        // By default a node keeps 50 MB of a log and drops the rest: what was not read by then is lost.
        kubeletConfig: { containerLogMaxSizeMB: 200, containerLogMaxFiles: 5 }
      }
      {
        ...common
        name: 'tasks'
        mode: 'User'
        vmSize: taskSize
        enableAutoScaling: true
        count: 0
        minCount: 0
        maxCount: taskNodes
        nodeLabels: { 'sluice/pool': 'tasks' }
      }
    ]
  }
}

@description('Name of the cluster.')
output name string = aks.name
