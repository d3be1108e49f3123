import { useEffect, useState } from 'react';

/** The token behind `#token=` of the link that was opened, '' without one. It is taken out of the address, and so out of the history. */
export function useMailedToken(): string {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  }, []);
  return token;
}
