import type { SpanKind } from '@sightglass/contract/spanKinds';
import { ArrowDownNarrowWide, Binary, Bot, Box, Database, Globe, Link2, MessageSquare, Search, ShieldCheck, Wrench, Zap } from 'lucide-react';
import type { ComponentType } from 'react';
import './kindIcon.css';

const ICONS: Record<SpanKind, ComponentType<{ 'aria-hidden': true }>> = {
  agent: Bot,
  llm: MessageSquare,
  embedding: Binary,
  tool: Wrench,
  retriever: Search,
  reranker: ArrowDownNarrowWide,
  guardrail: ShieldCheck,
  chain: Link2,
  http: Globe,
  db: Database,
  cache: Zap,
  other: Box,
};

/** A span kind as shape and colour. The word stands beside it, or is its title. */
export function KindIcon({ kind }: { kind: SpanKind }) {
  const Icon = ICONS[kind];
  return (
    <span className={`kind-icon kind-${kind}`} title={kind}>
      <Icon aria-hidden={true} />
    </span>
  );
}
