import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { formatCount } from '../../ui/formatCount.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { type Account, OUTCOMES, shareOf } from './outcomes.ts';
import './accountEquation.css';

/** received = stored + rejected + duplicate + sampled + quarantined, in numbers. */
export function AccountEquation({ account }: { account: Account }) {
  return (
    <div className="equation" role="group" aria-label="Everything received">
      <Term count={account.received} label="Received" meaning="everything that could be told apart" />
      {OUTCOMES.map(({ name, label, meaning, wrong }, index) => {
        const share = shareOf(account, name);
        return (
          <Fragment key={name}>
            <span className="equation-sign">{index === 0 ? '=' : '+'}</span>
            <Term
              count={account[name]}
              label={label}
              meaning={name === 'sampled' ? <SampledMeaning /> : meaning}
              share={share === null || account[name] === 0 ? null : formatPercent(share)}
              wrong={wrong}
            />
          </Fragment>
        );
      })}
    </div>
  );
}

function SampledMeaning() {
  return (
    <>
      left out by your{' '}
      <Link to="/settings/sampling" className="link">
        sampling rules
      </Link>
    </>
  );
}

interface TermProps {
  count: number;
  label: string;
  meaning: ReactNode;
  share?: string | null;
  wrong?: boolean;
}

function Term({ count, label, meaning, share = null, wrong = false }: TermProps) {
  return (
    <div className="equation-term">
      <b className={count === 0 ? 'dim' : wrong ? 'worse' : undefined}>{formatCount(count)}</b>
      <span className="equation-label">
        {label}
        {share === null ? null : <span className="dim"> {share}</span>}
      </span>
      <span className="equation-meaning">{meaning}</span>
    </div>
  );
}
