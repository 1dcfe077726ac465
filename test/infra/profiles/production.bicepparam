// An installation with everything: private, zone redundant, with a cluster and a first admin token.
using '../../../infra/main.bicep'

param environmentName = 'production'
param profile = 'production'
param nodeVersion = '24'
param adminObjectIds = ['00000000-0000-0000-0000-00000000ad01', '00000000-0000-0000-0000-00000000ad02']
param adminToken = 'not-a-secret-not-a-secret-not-a-secret'
param clusters = '{"lab":{"server":"https://lab.example","caData":"Y2E=","identity":true}}'
param followerInstances = 1
param pushUnits = 2
param maximumInstances = 200
param inboundAddressRanges = ['203.0.113.0/24']
param alertEmail = 'operators@example.org'
param cluster = 'aks'
param clusterOptions = {
  api: 'authorised'
  apiAddressRanges: ['198.51.100.0/24']
  adminGroupIds: ['00000000-0000-0000-0000-00000000ad09']
  version: '1.34'
  workVolume: 'blob'
}
param settings = {
  SLUICE_ENTRA_CLIENT_ID: '00000000-0000-0000-0000-0000000c11e2'
  SLUICE_CORS_ORIGINS: 'https://runs.example'
  SLUICE_RATE_PER_SECOND: '50'
  SLUICE_LOG_LEVEL: 'warn'
}
