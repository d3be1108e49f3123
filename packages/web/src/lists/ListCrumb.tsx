import { Link } from '@tanstack/react-router';
import { placeOf } from './listPlace.ts';

/** Back to a list as it was left. */
export function ListCrumb({ to, noun, label }: { to: '/traces' | '/runs' | '/sessions' | '/users'; noun: string; label: string }) {
  return (
    <Link to={to} search={() => placeOf(noun).search} className="page-crumb">
      {label} /
    </Link>
  );
}
