/** Workspaces, who is in them, and what they may do there. */
import type { Permission } from '@sightglass/contract/permissions';
import { BUILT_IN_ROLES } from '@sightglass/contract/permissions';
import { type PlanLimits, PLANS } from '@sightglass/contract/plan';
import { sql } from 'drizzle-orm';
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { bytea, createdAt, moment, oneOf } from './columns.ts';
import { users } from './people.ts';

const ofWorkspace = () =>
  text('workspace_id')
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' });
const ofUser = () =>
  text('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/** The tenant. `firstTraceAt` stands once, when the first span of the workspace has been received. */
export const workspaces = pgTable(
  'workspaces',
  {
    id: text('id').primaryKey(),
    slug: text('slug').notNull().unique(),
    name: text('name').notNull(),
    plan: text('plan', { enum: PLANS }).notNull().default('free'),
    timeZone: text('time_zone').notNull().default('UTC'),
    firstTraceAt: moment('first_trace_at'),
    /** Since when it is being deleted: nobody may use it any more, and what it holds is going. */
    deletingSince: moment('deleting_since'),
    createdAt: createdAt(),
    /** Tells other instances what to read again. */
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [
    index('workspaces_created').on(table.createdAt, table.id),
    index('workspaces_changed').on(table.changedAt),
    check('workspaces_plan', oneOf('plan', PLANS)),
  ],
);

/** What a plan gives, where the instance owner has said so; a plan without a row limits nothing. */
export const plans = pgTable(
  'plans',
  {
    plan: text('plan', { enum: PLANS }).primaryKey(),
    limits: jsonb('limits').$type<PlanLimits>().notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  () => [check('plans_plan', oneOf('plan', PLANS))],
);

/** Roles beside the built-in ones, each a set of permissions. */
export const customRoles = pgTable(
  'custom_roles',
  {
    id: text('id').primaryKey(),
    workspaceId: ofWorkspace(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    permissions: text('permissions').array().$type<Permission[]>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [unique('custom_roles_name').on(table.workspaceId, table.name), unique('custom_roles_of_workspace').on(table.workspaceId, table.id)],
);

const MEMBER_ROLES = [...BUILT_IN_ROLES, 'custom'] as const;
/** A built-in role, or `custom` and which one. */
const roleColumns = () => ({
  role: text('role', { enum: MEMBER_ROLES }).notNull(),
  customRoleId: text('custom_role_id'),
});
const customRoleIsNamed = sql.raw(`("role" = 'custom') = ("custom_role_id" is not null)`);

export const members = pgTable(
  'members',
  {
    workspaceId: ofWorkspace(),
    userId: ofUser(),
    ...roleColumns(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.userId] }),
    index('members_user').on(table.userId),
    check('members_role', oneOf('role', MEMBER_ROLES)),
    check('members_custom_role', customRoleIsNamed),
    // A role of another workspace cannot be given, nor one that is held be deleted.
    foreignKey({
      name: 'members_role_of_workspace',
      columns: [table.workspaceId, table.customRoleId],
      foreignColumns: [customRoles.workspaceId, customRoles.id],
    }),
  ],
);

/** Who was asked to join. The mail carries a token of which only the SHA-256 is here. */
export const invitations = pgTable(
  'invitations',
  {
    id: text('id').primaryKey(),
    workspaceId: ofWorkspace(),
    /** In lower case. */
    email: text('email').notNull(),
    ...roleColumns(),
    tokenHash: bytea('token_hash').notNull().unique(),
    createdAt: createdAt(),
    /** Id of the user or key that invites. */
    createdBy: text('created_by'),
    expiresAt: moment('expires_at').notNull(),
    acceptedAt: moment('accepted_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [
    index('invitations_workspace').on(table.workspaceId, table.createdAt, table.id),
    check('invitations_role', oneOf('role', MEMBER_ROLES)),
    check('invitations_custom_role', customRoleIsNamed),
    foreignKey({
      name: 'invitations_role_of_workspace',
      columns: [table.workspaceId, table.customRoleId],
      foreignColumns: [customRoles.workspaceId, customRoles.id],
    }).onDelete('cascade'),
  ],
);

/** Teams. An agent that belongs to any is seen by the members of its teams only, and by whoever manages members or reads the audit log. */
export const teams = pgTable(
  'teams',
  {
    id: text('id').primaryKey(),
    workspaceId: ofWorkspace(),
    name: text('name').notNull(),
    createdAt: createdAt(),
  },
  (table) => [unique('teams_name').on(table.workspaceId, table.name), unique('teams_of_workspace').on(table.workspaceId, table.id)],
);

export const teamMembers = pgTable(
  'team_members',
  {
    workspaceId: ofWorkspace(),
    teamId: text('team_id').notNull(),
    userId: text('user_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.userId] }),
    foreignKey({ name: 'team_members_team', columns: [table.workspaceId, table.teamId], foreignColumns: [teams.workspaceId, teams.id] }).onDelete(
      'cascade',
    ),
    foreignKey({
      name: 'team_members_member',
      columns: [table.workspaceId, table.userId],
      foreignColumns: [members.workspaceId, members.userId],
    }).onDelete('cascade'),
  ],
);

/** By the sender's own name of the agent, which need not have been seen yet. */
export const teamAgents = pgTable(
  'team_agents',
  {
    workspaceId: ofWorkspace(),
    teamId: text('team_id').notNull(),
    agentId: text('agent_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.agentId] }),
    index('team_agents_workspace').on(table.workspaceId),
    foreignKey({ name: 'team_agents_team', columns: [table.workspaceId, table.teamId], foreignColumns: [teams.workspaceId, teams.id] }).onDelete(
      'cascade',
    ),
  ],
);
