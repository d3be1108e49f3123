import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { IconButton } from '../../ui/Button.tsx';
import { canFilterBy } from '../../filters/facets.ts';

/** After a price was set or removed: from when it holds, and the way to price stored calls with it. */
export function SavedNotice() {
  const { saved, q } = useSearchText();
  const setSearch = useSetSearchText();
  if (saved === undefined) return null;
  return (
    <div className="prices-notice" role="status">
      <span>
        {saved === 'removed'
          ? 'Removed. For what arrives from now on the bundled price holds again, where there is one.'
          : 'Set. It holds for what arrives from now on.'}{' '}
        Stored calls keep their cost until a{' '}
        <Link
          to="/prices"
          search={(search) => ({ ...keepRange(search), view: 'recompute', ...(q === undefined || !canFilterBy(q) ? {} : { model: q }) })}
          className="link"
        >
          recompute
        </Link>
        .
      </span>
      <IconButton label="Close" onClick={() => setSearch({ saved: undefined })}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}
