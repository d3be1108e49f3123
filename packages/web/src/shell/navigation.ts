import type { Permission } from '@sightglass/contract/permissions';
import {
  Activity,
  Bell,
  Bot,
  CircleDollarSign,
  Gauge,
  Inbox,
  Library,
  ListTree,
  type LucideIcon,
  MessageCircle,
  MessagesSquare,
  Play,
  Plug,
  ScrollText,
  Settings,
  Users,
  Wrench,
  Zap,
} from 'lucide-react';

export interface Destination {
  to:
    | '/'
    | '/agents'
    | '/runs'
    | '/sessions'
    | '/users'
    | '/traces'
    | '/logs'
    | '/events'
    | '/alerts'
    | '/costs'
    | '/llm'
    | '/rag'
    | '/tools'
    | '/requests'
    | '/ingest'
    | '/get-started'
    | '/settings';
  label: string;
  /** The beginning of paths that belong to it without beginning like `to`. */
  also?: string;
  Icon: LucideIcon;
  /** Keys that go there. */
  keys: string;
}

/** The pages of the rail, in its order. Only what works is listed. */
export const DESTINATIONS: readonly Destination[] = [
  { to: '/', label: 'Overview', Icon: Activity, keys: 'g o' },
  { to: '/agents', label: 'Agents', Icon: Bot, keys: 'g a' },
  { to: '/runs', label: 'Runs', Icon: Play, keys: 'g r' },
  { to: '/sessions', label: 'Sessions', Icon: MessageCircle, keys: 'g n' },
  { to: '/users', label: 'Users', Icon: Users, keys: 'g u' },
  { to: '/traces', label: 'Traces', Icon: ListTree, keys: 'g t' },
  { to: '/logs', label: 'Logs', Icon: ScrollText, keys: 'g l' },
  { to: '/events', label: 'Events', Icon: Zap, keys: 'g e' },
  { to: '/alerts', label: 'Alerts', Icon: Bell, keys: 'g w' },
  { to: '/costs', also: '/prices', label: 'Costs', Icon: CircleDollarSign, keys: 'g c' },
];

/** What programs and models do, measured. */
export const MEASURE_DESTINATIONS: readonly Destination[] = [
  { to: '/llm', label: 'LLM calls', Icon: MessagesSquare, keys: 'g m' },
  { to: '/rag', label: 'RAG', Icon: Library, keys: 'g k' },
  { to: '/tools', label: 'Tools', Icon: Wrench, keys: 'g x' },
  { to: '/requests', label: 'Services', Icon: Gauge, keys: 'g q' },
];

/** Pages that are looked for when they are needed, below the others. */
export const SETUP_DESTINATIONS: readonly Destination[] = [
  { to: '/get-started', label: 'Get started', Icon: Plug, keys: 'g s' },
  { to: '/ingest', label: 'Ingest health', Icon: Inbox, keys: 'g i' },
  { to: '/settings', label: 'Settings', Icon: Settings, keys: 'g ,' },
];

type SettingsName =
  | 'profile'
  | 'sign-in-methods'
  | 'workspace'
  | 'members'
  | 'roles'
  | 'teams'
  | 'plans'
  | 'redaction'
  | 'sampling'
  | 'encryption'
  | 'estimates'
  | 'api-keys'
  | 'audit';

/** The pages behind Settings, in their order; what `needs` a permission is shown to who has it. */
export const SETTINGS: readonly { to: `/settings/${SettingsName}`; label: string; needs?: Permission }[] = [
  { to: '/settings/profile', label: 'Profile' },
  { to: '/settings/workspace', label: 'Workspace' },
  { to: '/settings/members', label: 'Members' },
  { to: '/settings/roles', label: 'Roles' },
  { to: '/settings/teams', label: 'Teams' },
  { to: '/settings/redaction', label: 'Redaction' },
  { to: '/settings/sampling', label: 'Sampling' },
  { to: '/settings/encryption', label: 'Encryption' },
  { to: '/settings/estimates', label: 'Estimates' },
  { to: '/settings/api-keys', label: 'API keys' },
  { to: '/settings/audit', label: 'Audit log' },
  { to: '/settings/sign-in-methods', label: 'Sign-in methods', needs: 'instance.manage' },
  { to: '/settings/plans', label: 'Plans', needs: 'instance.manage' },
];
