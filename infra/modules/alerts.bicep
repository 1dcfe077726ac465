// Alerts. What each one means, and what to do, is in infra/RUNBOOK.md under its name.

@description('Part of all names, derived from subscription, environment and region.')
@minLength(13)
@maxLength(13)
param token string
@description('Region.')
@minLength(2)
param location string
@description('Tags of all resources.')
param tags object
@description('Id of the Log Analytics workspace that has the logs of host and app.')
@minLength(1)
param workspaceId string
@description('Id of the storage account.')
@minLength(1)
param storageId string
@description('Id of the Web PubSub.')
@minLength(1)
param pushId string
@description('Who gets the alerts by mail.')
@minLength(3)
@maxLength(254)
param email string

var rules = loadJsonContent('alerts.json')

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'sluice'
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// A query that gives any row is an alert.
resource queries 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'alert-${rule.name}-${token}'
    location: location
    tags: tags
    properties: {
      displayName: 'Sluice: ${rule.title}'
      description: 'See infra/RUNBOOK.md, ${rule.name}.'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      autoMitigate: true
      // Tables are there only once something was written to them.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

var figures = [
  {
    name: 'storage-throttled'
    severity: 2
    title: 'The storage account refuses requests as too many'
    scope: storageId
    space: 'Microsoft.Storage/storageAccounts'
    metric: 'Transactions'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 100
    dimensions: [
      {
        name: 'ResponseType'
        operator: 'Include'
        values: ['ServerBusyError', 'ClientThrottlingError', 'ClientAccountRequestThrottlingError']
      }
    ]
  }
  {
    name: 'storage-unavailable'
    severity: 1
    title: 'The storage account does not answer'
    scope: storageId
    space: 'Microsoft.Storage/storageAccounts'
    metric: 'Availability'
    aggregation: 'Average'
    operator: 'LessThan'
    threshold: 99
    dimensions: []
  }
  {
    name: 'push-full'
    severity: 2
    title: 'Web PubSub has nearly all the connections that it may have'
    scope: pushId
    space: 'Microsoft.SignalRService/WebPubSub'
    metric: 'ConnectionQuotaUtilization'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 80
    dimensions: []
  }
]

resource metrics 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for figure in figures: {
    name: 'alert-${figure.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Sluice: ${figure.title}. See infra/RUNBOOK.md, ${figure.name}.'
      severity: figure.severity
      enabled: true
      scopes: [figure.scope]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: figure.name
            metricNamespace: figure.space
            metricName: figure.metric
            timeAggregation: figure.aggregation
            operator: figure.operator
            threshold: figure.threshold
            dimensions: figure.dimensions
          }
        ]
      }
      actions: [{ actionGroupId: people.id }]
    }
  }
]
