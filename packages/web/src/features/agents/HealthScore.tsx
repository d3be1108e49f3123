import type { Health } from '@sightglass/contract/health';
import { ChevronDown } from 'lucide-react';
import { useTimeZone } from '../../time/timeZone.ts';
import { epochMs, formatMinute } from '../../ui/formatTime.ts';
import { Popover } from '../../ui/Popover.tsx';
import { HealthReasons } from './HealthReasons.tsx';
import { LEVEL_WORDS, levelOf } from './healthLevel.ts';
import './health.css';

/** A score with its bar; pressed, it says what it is made of. Null: the plan leaves it out. */
export function HealthScore({ health, of }: { health: Health | null; of: string }) {
  const zone = useTimeZone();
  if (health === null) return <span className="dim">–</span>;
  if (health.score === null)
    return (
      <span className="dim" title="Nothing was called or run, and no heartbeat came, for 24 hours">
        no data
      </span>
    );
  const level = levelOf(health.score);
  const worst = health.components.filter(({ points_lost }) => points_lost > 0).sort((a, b) => b.points_lost - a.points_lost)[0];
  return (
    <Popover
      label={`Health of ${of}`}
      className="health-popover"
      trigger={
        <button
          type="button"
          className={`health-score health-${level}`}
          aria-label={`Health of ${of}: ${health.score} of 100, ${LEVEL_WORDS[level].toLowerCase()}. Show why`}
          title={worst === undefined ? 'No points lost' : `−${worst.points_lost}: ${worst.reason}`}
        >
          <b>{health.score}</b>
          <ScoreBar score={health.score} />
          <ChevronDown aria-hidden="true" />
        </button>
      }
    >
      <p className="health-popover-head">
        <b>{health.score} of 100</b> <span className="dim">as of {formatMinute(epochMs(health.computed_at), zone)}</span>
      </p>
      <HealthReasons components={health.components} />
    </Popover>
  );
}

/** How much of 100 is left. The number stands beside it. */
export function ScoreBar({ score }: { score: number }) {
  return (
    <span className={`health-bar health-${levelOf(score)}`} aria-hidden="true">
      <i style={{ width: `${score}%` }} />
    </span>
  );
}
