import { ItemListPage } from '../../lists/ItemListPage.tsx';
import { SESSION_LIST } from './sessionList.tsx';

/** Every session of the range that the filters let through; live ones stand on top. */
export function SessionsPage() {
  return <ItemListPage list={SESSION_LIST} />;
}
