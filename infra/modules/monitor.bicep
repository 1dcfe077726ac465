// Logs and traces. Both take and give data by Entra ID only.

@description('Part of all names, derived from subscription, environment and region.')
@minLength(13)
@maxLength(13)
param token string
@description('Region.')
@minLength(2)
param location string
@description('Tags of all resources.')
param tags object
@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int
@description('Gigabytes a day at which the workspace stops to take logs, which bounds the bill.')
@minValue(1)
@maxValue(1000)
param gigabytesPerDay int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: gigabytesPerDay }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

@description('Name of the Application Insights component.')
output componentName string = component.name
@description('Id of the Log Analytics workspace.')
output workspaceId string = workspace.id
