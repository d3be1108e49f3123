/**
 * What there is to be allowed, and to whom: the one table. A route names the permission that it needs, a key has those of its
 * scopes, a member those of their role, a custom role those that it lists.
 */

/** What a key may be made for. */
export const SCOPES = ['ingest', 'read', 'govern', 'admin', 'instance'] as const;
export type Scope = (typeof SCOPES)[number];

/** The roles that every workspace has. */
export const BUILT_IN_ROLES = ['owner', 'admin', 'editor', 'viewer', 'auditor'] as const;
export type BuiltInRole = (typeof BUILT_IN_ROLES)[number];

export const ROLE_DESCRIPTIONS: Readonly<Record<BuiltInRole, string>> = {
  owner: 'Everything, owners and the end of the workspace included',
  admin: 'Everything but owners and the end of the workspace',
  editor: 'Reads all, works with agents, alerts, dashboards and governance',
  viewer: 'Reads telemetry and configuration',
  auditor: 'Reads all and the audit log; changes nothing',
};

interface Grant {
  /** What it lets one do, as the UI says it. */
  about: string;
  scopes: readonly Scope[];
  roles: readonly BuiltInRole[];
}

const EVERYONE = BUILT_IN_ROLES;
const EDITORS = ['owner', 'admin', 'editor'] as const;
const ADMINS = ['owner', 'admin'] as const;

export const PERMISSIONS = {
  'telemetry.send': { about: 'Send telemetry and heartbeats', scopes: ['ingest'], roles: ADMINS },
  'telemetry.read': { about: 'Read traces, logs, metrics, events and costs', scopes: ['read'], roles: EVERYONE },
  'telemetry.delete': { about: 'Delete all data of a user or a session', scopes: ['admin'], roles: ADMINS },
  'configuration.read': { about: 'Read settings, prices, rules and the like', scopes: ['read'], roles: EVERYONE },
  'settings.write': { about: 'Change sampling, redaction, encryption, estimates and retention', scopes: ['admin'], roles: ADMINS },
  'prices.write': { about: 'Set prices and apply them to what is stored', scopes: ['admin'], roles: ADMINS },
  'agents.write': { about: 'Create and describe agents', scopes: ['govern'], roles: EDITORS },
  'alerts.write': { about: 'Change rules, alerts, silences and channels', scopes: ['govern'], roles: EDITORS },
  'dashboards.write': { about: 'Change dashboards, saved views and annotations', scopes: ['govern'], roles: EDITORS },
  'governance.write': { about: 'Change budgets, policies, flags and guardrails', scopes: ['govern'], roles: EDITORS },
  'guard.ask': { about: 'Ask whether a call may go on, and settle what it cost', scopes: ['govern', 'ingest'], roles: EDITORS },
  'approvals.decide': { about: 'Approve and deny what waits', scopes: ['govern'], roles: EDITORS },
  'halts.write': { about: 'Use the kill switch', scopes: ['govern'], roles: EDITORS },
  'keys.manage': { about: 'See, create and revoke API keys', scopes: ['admin'], roles: ADMINS },
  'members.manage': { about: 'Invite and remove members, change roles and teams', scopes: ['admin'], roles: ADMINS },
  'workspace.write': { about: 'Rename the workspace and set its time zone', scopes: ['admin'], roles: ADMINS },
  'workspace.delete': { about: 'Delete the workspace with all that it holds', scopes: ['instance'], roles: ['owner'] },
  'audit.read': { about: 'Read and verify the audit log', scopes: ['admin'], roles: ['owner', 'admin', 'auditor'] },
  'instance.manage': { about: 'Create workspaces, set plans and how people sign in', scopes: ['instance'], roles: [] },
} as const satisfies Record<string, Grant>;

export type Permission = keyof typeof PERMISSIONS;
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

const grants: Readonly<Record<Permission, Grant>> = PERMISSIONS;

/** What a custom role may hold: neither the end of a workspace nor the instance is given away piecemeal. */
export const GRANTABLE_PERMISSIONS = PERMISSION_NAMES.filter((name) => name !== 'workspace.delete' && name !== 'instance.manage') as [
  Permission,
  ...Permission[],
];

export const permissionsOfScopes = (scopes: Iterable<Scope>): ReadonlySet<Permission> => {
  const held = new Set(scopes);
  return new Set(PERMISSION_NAMES.filter((name) => grants[name].scopes.some((scope) => held.has(scope))));
};

export const permissionsOfRole = (role: BuiltInRole): ReadonlySet<Permission> =>
  new Set(PERMISSION_NAMES.filter((name) => grants[name].roles.includes(role)));

/** The scopes with which a key has any of `permissions`. */
export const scopesOf = (permissions: readonly Permission[]): Scope[] =>
  SCOPES.filter((scope) => permissions.some((name) => grants[name].scopes.includes(scope)));
