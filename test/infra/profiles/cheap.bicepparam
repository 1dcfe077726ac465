// What `azd up` makes without a word: the test compares the resources with cheap.snapshot.json.
using '../../../infra/main.bicep'

param environmentName = 'cheap'
param adminObjectIds = ['00000000-0000-0000-0000-00000000ad01']
