import { ItemListPage } from '../../lists/ItemListPage.tsx';
import { USER_LIST } from './userList.tsx';

/** Everybody on whose behalf agents ran in the range. */
export function UsersPage() {
  return <ItemListPage list={USER_LIST} />;
}
