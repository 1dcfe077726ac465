// The network of the app, of private endpoints and of a cluster, and its one address towards the internet.

@description('Part of all names, derived from subscription, environment and region.')
@minLength(13)
@maxLength(13)
param token string
@description('Region.')
@minLength(2)
param location string
@description('Tags of all resources.')
param tags object
@description('Address range, of the size /16.')
@minLength(9)
@maxLength(18)
param addressRange string
@description('Whether the outbound address is to outlive the loss of a zone.')
param zones bool

// Services with private endpoints: the zone in which the network finds each one's private address.
var privateZones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
  webpubsub: 'privatelink.webpubsub.azure.com'
  sites: 'privatelink.azurewebsites.net'
}

resource outbound 'Microsoft.Network/publicIPAddresses@2024-07-01' = {
  name: 'pip-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Regional' }
  zones: zones ? ['1', '2', '3'] : []
  properties: { publicIPAllocationMethod: 'Static' }
}

// Subnets have no way out of their own; clusters elsewhere can authorise this address.
resource gateway 'Microsoft.Network/natGateways@2024-07-01' = {
  name: 'ng-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: outbound.id }], idleTimeoutInMinutes: 30 }
}

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressRange] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressRange, 24, 0)
          defaultOutboundAccess: false
          natGateway: { id: gateway.id }
          delegations: [
            { name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressRange, 24, 1)
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
      {
        name: 'nodes'
        properties: {
          addressPrefix: cidrSubnet(addressRange, 20, 1)
          defaultOutboundAccess: false
          natGateway: { id: gateway.id }
          // For work volumes: the storage driver lets this subnet alone into the accounts that it makes.
          serviceEndpoints: [{ service: 'Microsoft.Storage' }]
        }
      }
    ]
  }
  resource app 'subnets' existing = { name: 'app' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for each in items(privateZones): {
    name: each.value
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (each, i) in items(privateZones): {
    parent: zone[i]
    name: network.name
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

@description('Name of the network.')
output name string = network.name
@description('Subnet that the app sends its calls from.')
output appSubnetId string = network::app.id
@description('Subnet of private endpoints.')
output endpointSubnetId string = network::endpoints.id
@description('Name of the subnet of a cluster.')
output nodeSubnetName string = 'nodes'
@description('The address from which app and cluster reach the internet.')
output outboundAddress string = outbound.properties.ipAddress
@description('Ids of the private zones by the service that they are for.')
output zoneIds object = toObject(
  items(privateZones),
  each => each.key,
  each => resourceId('Microsoft.Network/privateDnsZones', each.value)
)
