import { type Account, OUTCOMES, shareOf } from './outcomes.ts';
import './outcomeBar.css';

/** What became of everything as lengths. The numbers stand beside it, so it is for the eye alone. */
export function OutcomeBar({ account }: { account: Account }) {
  return (
    <span className="outcome-bar" aria-hidden="true">
      {OUTCOMES.map(({ name }) => {
        const share = shareOf(account, name);
        return share === null || share === 0 ? null : <i key={name} className={`outcome-bar-${name}`} style={{ flexGrow: share }} />;
      })}
    </span>
  );
}
