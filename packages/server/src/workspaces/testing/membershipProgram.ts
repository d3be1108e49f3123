/** The real application with all that concerns members, and people of every role who ask it. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { type Scope, SCOPES } from '@sightglass/contract/permissions';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { type ApiKeyStore, createApiKeyStore } from '../../apiKeys/apiKeys.ts';
import { createBaseAddress } from '../../baseAddress.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { users } from '../../control/tables/people.ts';
import { members, workspaces } from '../../control/tables/workspaces.ts';
import { createApp } from '../../http/app.ts';
import type { App } from '../../http/appTypes.ts';
import { createAuthenticate } from '../../http/authenticate.ts';
import { identityRoutes } from '../../http/routes/identity.ts';
import { invitationRoutes } from '../../http/routes/invitations.ts';
import { memberRoutes } from '../../http/routes/members.ts';
import { roleRoutes } from '../../http/routes/roles.ts';
import { teamRoutes } from '../../http/routes/teams.ts';
import { createSignIn } from '../../identity/signIn.ts';
import { createSignInThrottle } from '../../identity/signInThrottle.ts';
import type { Mail, MailResult } from '../../mail/mailer.ts';
import { createId } from '../../prefixedId.ts';
import { createAccepting } from '../invitations/acceptInvitation.ts';
import { createInvitations } from '../invitations/invitations.ts';
import type { RoleColumns } from '../roles/heldRole.ts';

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** What these tests look at of a failure. */
export interface Refusal {
  code: string;
  detail: string;
  errors?: { pointer: string; message: string }[];
}

export interface Person {
  userId: string;
  email: string;
  cookie: string;
}

export const PASSWORD = 'a long password';

/** `register` adds routes of other features; `clock` is Unix milliseconds. */
export async function membershipProgram(control: ControlConnection, register: (app: App, clock: () => number) => void = () => undefined) {
  const time = { nowMs: Date.now() };
  const clock = () => time.nowMs;
  const warn = (message: string, error: unknown) => {
    throw new Error(message, { cause: error });
  };
  const mails: Mail[] = [];
  const post = { delivers: true, showsLinks: false, refusal: undefined as MailResult | undefined };
  const mailer = {
    get delivers() {
      return post.delivers;
    },
    send: async (mail: Mail): Promise<MailResult> => {
      mails.push(mail);
      return post.refusal ?? { ok: true, value: { accepted: [String(mail.to)], refused: [] } };
    },
  };
  const keys: ApiKeyStore = createApiKeyStore({ control, clock, warn });
  const signIn = await createSignIn({ control, secret: 'a secret of the test, thirty-two', clock, warn });
  const firstWorkspaceId = await newWorkspace();

  async function newWorkspace(): Promise<WorkspaceId> {
    const id = createId('workspace');
    const slug = id.slice(4);
    await control.instanceDb.insert(workspaces).values({ id, slug, name: `Workspace ${slug.slice(0, 4)}` });
    return id;
  }

  function app() {
    const authenticate = createAuthenticate({ keys, sessions: signIn.sessions, mode: 'required', firstWorkspaceId });
    const made = createApp({ log: pino({ level: 'silent' }), authenticate });
    identityRoutes(made, { control, keys, authMode: 'required', version: '0.1.0' });
    memberRoutes(made, control);
    roleRoutes(made, control);
    teamRoutes(made, control);
    register(made, clock);
    invitationRoutes(made, {
      invitations: createInvitations({ control, mailer, showsLinks: post.showsLinks, clock }),
      accepting: createAccepting({ control, signIn, throttle: createSignInThrottle(control.instanceDb, clock), provesAddress: true, clock }),
      baseAddressOf: createBaseAddress({ publicUrl: 'https://obs.example.com', auth: 'required' }),
    });
    return made;
  }

  /** Asks as a person or with a key, or as nobody. Two seconds pass before, so that what was remembered of sessions is over. */
  async function ask<Body = Refusal>(
    who: Pick<Person, 'cookie'> | string | undefined,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>> {
    time.nowMs += 2_000;
    const headers: Record<string, string> = { host: 'obs.example.com' };
    if (typeof who === 'string') headers.authorization = `Bearer ${who}`;
    else if (who !== undefined) headers.cookie = who.cookie;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await app().request(path, init, { incoming: { socket: { remoteAddress: '203.0.113.7' } } });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  async function newPerson(email = `${createId('user').slice(4, 16)}@example.com`): Promise<Person> {
    const userId = createId('user');
    await control.instanceDb.insert(users).values({ id: userId, name: email.replace(/@.*/, ''), email });
    return { userId, email, cookie: await sessionOf(userId) };
  }

  async function sessionOf(userId: string): Promise<string> {
    const link = await signIn.createSignInLink(userId as Parameters<typeof signIn.createSignInLink>[0]);
    const answer = await signIn.withLink(new URL(link, 'http://x').searchParams.get('token') ?? '', new Headers(), '203.0.113.7');
    if (!answer.ok) throw new Error(answer.error.detail);
    return cookieOf(answer.value.setCookies);
  }

  return {
    control,
    signIn,
    time,
    mails,
    post,
    ask,
    newWorkspace,
    newPerson,
    /** A new person who is in the workspace. */
    async memberAs(workspaceId: WorkspaceId, role: RoleColumns['role'], customRoleId: string | null = null): Promise<Person> {
      const person = await newPerson();
      await control.instanceDb.insert(members).values({ workspaceId, userId: person.userId, role, customRoleId });
      return person;
    },
    async keyOf(workspaceId: WorkspaceId, scopes: readonly Scope[] = SCOPES): Promise<string> {
      const made = await keys.create({ kind: 'system', id: null, name: null, address: null }, { workspaceId, name: 'of a test', scopes });
      if (!made.ok) throw new Error(made.error.detail);
      return made.value.key;
    },
    auditOf: (workspaceId: WorkspaceId) =>
      control.instanceDb.select().from(auditEntries).where(eq(auditEntries.workspaceId, workspaceId)).orderBy(auditEntries.seq),
    stop: () => keys.stop(),
  };
}

export type MembershipProgram = Awaited<ReturnType<typeof membershipProgram>>;

/** What a browser sends back of cookies that were set. */
export const cookieOf = (setCookies: readonly string[]): string => setCookies.map((line) => line.slice(0, line.indexOf(';'))).join('; ');
