// The dashboard: a workbook over the workspace. It costs nothing until somebody opens it.

@description('Region.')
@minLength(2)
param location string
@description('Tags of all resources.')
param tags object
@description('Id of the Log Analytics workspace that has the logs of host and app.')
@minLength(1)
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'dashboard')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Sluice'
    sourceId: workspaceId
    version: '1.0'
    serializedData: string(union(loadJsonContent('dashboard.json'), { fallbackResourceIds: [workspaceId] }))
  }
}
