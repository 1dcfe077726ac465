// A private endpoint, and its name in the private zone.

@description('Name of the endpoint.')
@minLength(2)
@maxLength(64)
param name string
@description('Region.')
@minLength(2)
param location string
@description('Tags.')
param tags object
@description('The resource behind it.')
@minLength(10)
param resourceId string
@description('Which of its services, such as `blob`.')
@minLength(2)
@maxLength(20)
param service string
@description('Subnet that gets the address.')
@minLength(10)
param subnetId string
@description('Private zone that gets the name.')
@minLength(10)
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    customNetworkInterfaceName: 'nic-${name}'
    privateLinkServiceConnections: [
      { name: service, properties: { privateLinkServiceId: resourceId, groupIds: [service] } }
    ]
  }
  resource zone 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zoneId } }]
    }
  }
}
