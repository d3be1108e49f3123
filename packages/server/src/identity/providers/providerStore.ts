/** The providers of single sign-on that owners of the instance have set up. */
import type { IdentityProvider, IdentityProviderPatch, NewIdentityProvider } from '@sightglass/contract/routes/identityProviders';
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Actor } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { isUniqueViolation } from '../../control/controlError.ts';
import { identityProviders } from '../../control/tables/people.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { SecretBox } from '../../secretBox.ts';
import { providerProblem } from './providerIssuer.ts';

type Row = typeof identityProviders.$inferSelect;

/** A provider as it is asked. */
export interface KnownProvider extends Pick<Row, 'id' | 'name' | 'issuer' | 'clientId' | 'scopes' | 'emailDomains' | 'joinWorkspace' | 'enabled'> {
  /** Undefined when the secret of the instance does not open it. */
  clientSecret: string | undefined;
}

export interface ProviderStore {
  /** By name. `base`: what addresses of this instance begin with. */
  list(base: string | undefined): Promise<IdentityProvider[]>;
  /** What the sign-in page offers. */
  offered(): Promise<{ id: string; name: string }[]>;
  find(id: string): Promise<KnownProvider | undefined>;
  create(by: Actor, wanted: NewIdentityProvider, base: string | undefined): Promise<Result<IdentityProvider>>;
  change(by: Actor, id: string, patch: IdentityProviderPatch, base: string | undefined): Promise<Result<IdentityProvider>>;
  remove(by: Actor, id: string): Promise<Result<undefined>>;
}

const ownerOf = (id: string) => `identity_providers/${id}`;
const UNKNOWN = fail('not-found', 'There is no such provider.');

/** Where a provider sends browsers back to. */
export const redirectUriOf = (base: string, id: string): string => `${base}/api/auth/oidc/${id}/callback`;

export function createProviderStore(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>;
  box: SecretBox;
  outbound: Pick<OutboundClient, 'checkUrl'>;
  clock: () => number;
}): ProviderStore {
  const { control, box, outbound, clock } = options;
  const { instanceDb: db } = control;

  const shown = (row: Row, base: string | undefined): IdentityProvider => ({
    ...audited(row),
    id: row.id,
    redirect_uri: base === undefined ? null : redirectUriOf(base, row.id),
    usable: box.open(row.sealedClientSecret, ownerOf(row.id)) !== undefined,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  });

  /** The issuer in its plain form, or why it cannot be one. The network is asked before anything is locked. */
  async function checkIssuer(issuer: string): Promise<Result<string>> {
    const reachable = await outbound.checkUrl(issuer, '/issuer');
    if (!reachable.ok) return reachable;
    const problem = providerProblem(issuer);
    return problem === undefined ? ok(issuer) : fail('invalid-request', `The issuer ${problem}.`, [{ pointer: '/issuer', message: problem }]);
  }

  async function refusedWorkspace(tx: ControlTx, slug: string | null | undefined): Promise<Result<undefined> | undefined> {
    if (slug == null) return undefined;
    const [found] = await tx
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(and(eq(workspaces.slug, slug), isNull(workspaces.deletingSince)));
    if (found !== undefined) return undefined;
    return fail('invalid-request', `There is no workspace with the slug ${slug}.`, [{ pointer: '/join_workspace', message: 'is no workspace' }]);
  }

  /** Of two names that are equal, the database refuses the second. */
  async function nameKept<T>(name: string | undefined, work: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return fail('conflict', `There is a provider named ${name} already.`);
    }
  }

  return {
    list: async (base) => (await db.select().from(identityProviders).orderBy(asc(identityProviders.name))).map((row) => shown(row, base)),

    offered: () =>
      db
        .select({ id: identityProviders.id, name: identityProviders.name })
        .from(identityProviders)
        .where(eq(identityProviders.enabled, true))
        .orderBy(asc(identityProviders.name)),

    find: async (id) => {
      const [row] = await db.select().from(identityProviders).where(eq(identityProviders.id, id));
      return row && { ...row, clientSecret: box.open(row.sealedClientSecret, ownerOf(id)) };
    },

    create: async (by, wanted, base) => {
      const issuer = await checkIssuer(wanted.issuer);
      if (!issuer.ok) return issuer;
      return nameKept(wanted.name, () =>
        control.changeInstance<IdentityProvider>(by, async (tx, note) => {
          const refused = await refusedWorkspace(tx, wanted.join_workspace);
          if (refused?.ok === false) return refused;
          const id = createId('identityProvider');
          const now = new Date(clock());
          const [row] = await tx
            .insert(identityProviders)
            .values({
              id,
              name: wanted.name,
              issuer: issuer.value,
              clientId: wanted.client_id,
              sealedClientSecret: box.seal(wanted.client_secret, ownerOf(id)),
              scopes: wanted.scopes,
              emailDomains: wanted.email_domains,
              joinWorkspace: wanted.join_workspace,
              enabled: wanted.enabled,
              createdAt: now,
              updatedAt: now,
            })
            .returning();
          if (row === undefined) throw new Error('A provider was not stored');
          note(null, { action: 'identity_provider.create', target: id, before: null, after: audited(row) });
          return ok(shown(row, base));
        }),
      );
    },

    change: async (by, id, patch, base) => {
      const issuer = patch.issuer === undefined ? undefined : await checkIssuer(patch.issuer);
      if (issuer?.ok === false) return issuer;
      return nameKept(patch.name, () =>
        control.changeInstance<IdentityProvider>(by, async (tx, note) => {
          const [before] = await tx.select().from(identityProviders).where(eq(identityProviders.id, id)).for('update');
          if (before === undefined) return UNKNOWN;
          const refused = await refusedWorkspace(tx, patch.join_workspace);
          if (refused?.ok === false) return refused;
          // A secret goes where it was meant to go and nowhere else.
          if (patch.issuer !== undefined && patch.issuer !== before.issuer && patch.client_secret === undefined) {
            return fail('invalid-request', 'Another issuer needs a client secret of its own.', [
              { pointer: '/client_secret', message: 'is needed with another issuer' },
            ]);
          }
          const [after] = await tx
            .update(identityProviders)
            .set({ ...columnsOf(patch, (secret) => box.seal(secret, ownerOf(id))), updatedAt: new Date(clock()) })
            .where(eq(identityProviders.id, id))
            .returning();
          if (after === undefined) return UNKNOWN;
          const secretChanged = patch.client_secret === undefined ? {} : { client_secret_changed: true };
          note(null, { action: 'identity_provider.change', target: id, before: audited(before), after: { ...audited(after), ...secretChanged } });
          return ok(shown(after, base));
        }),
      );
    },

    remove: (by, id) =>
      control.changeInstance<undefined>(by, async (tx, note) => {
        const [row] = await tx.delete(identityProviders).where(eq(identityProviders.id, id)).returning();
        if (row === undefined) return UNKNOWN;
        note(null, { action: 'identity_provider.remove', target: id, before: audited(row), after: null });
        return ok(undefined);
      }),
  };
}

function columnsOf(patch: IdentityProviderPatch, seal: (secret: string) => Uint8Array): Partial<Row> {
  const { name, issuer, client_id, client_secret, scopes, email_domains, join_workspace, enabled } = patch;
  return {
    ...(name === undefined ? {} : { name }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(client_id === undefined ? {} : { clientId: client_id }),
    ...(client_secret === undefined ? {} : { sealedClientSecret: seal(client_secret) }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(email_domains === undefined ? {} : { emailDomains: email_domains }),
    ...(join_workspace === undefined ? {} : { joinWorkspace: join_workspace }),
    ...(enabled === undefined ? {} : { enabled }),
  };
}

const audited = ({ name, issuer, clientId, scopes, emailDomains, joinWorkspace, enabled }: Row) => ({
  name,
  issuer,
  client_id: clientId,
  client_secret: '***' as const,
  scopes,
  email_domains: emailDomains,
  join_workspace: joinWorkspace,
  enabled,
});
