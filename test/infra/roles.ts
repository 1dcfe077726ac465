/** The roles that the template gives: exactly those that are needed, each on the smallest scope. */
import type { Profile, Resource } from './compiler.ts';

/** Ids of Azure's own roles. */
const ROLES: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '12cf5a90-567b-43ae-8102-96cf46c7d9b4': 'Web PubSub Service Owner',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '4d97b98b-1d4f-4787-a291-c67834d212e7': 'Network Contributor',
};
const APP_ROLES = [
  'app: Key Vault Secrets User on kv/secrets/sluice-admin-token',
  'app: Monitoring Metrics Publisher on appi',
  'app: Storage Blob Data Owner on st',
  'app: Storage Queue Data Contributor on st',
  'app: Storage Table Data Contributor on st',
  'app: Web PubSub Service Owner on wps',
];
const CLUSTER_ROLES = ['cluster: Network Contributor on vnet/subnets/nodes'];

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** `app: Role on st`, whoever holds it, by the names of the resources without what makes them unique. */
function assignment({ id, properties }: Resource): string {
  const scope =
    id
      .replace(/\/providers\/Microsoft.Authorization\/.*$/, '')
      .split('/providers/')
      .at(-1) ?? '';
  const [, , name = scope, ...rest] = scope.split('/');
  const role = ROLES[properties.roleDefinitionId.split('/').at(-1)] ?? properties.roleDefinitionId;
  const [, holder = '?'] =
    /userAssignedIdentities\/(id-(?:aks-)?)/.exec(properties.principalId) ?? [];
  const who = { 'id-': 'app', 'id-aks-': 'cluster' }[holder] ?? holder;
  const where = [name.replace(/-?[a-z0-9]{13}$/, ''), ...rest].join('/');
  return `${who}: ${role} on ${where}`;
}

/** A sentence for each assignment that is missing, or is not needed. */
export function rolesFaults(assignments: readonly Resource[], profile: Profile): string[] {
  const expected = [...APP_ROLES, ...(profile === 'production' ? CLUSTER_ROLES : [])];
  const found = assignments.map(assignment).toSorted(byText);
  return [
    ...found.filter((each) => !expected.includes(each)).map((each) => `${each}: not needed`),
    ...expected.filter((each) => !found.includes(each)).map((each) => `${each}: missing`),
    ...(found.length === new Set(found).size ? [] : ['a role is given twice']),
  ];
}
