import { ItemListPage } from '../../lists/ItemListPage.tsx';
import { RUN_LIST } from './runList.tsx';

/** Every run of the range that the filters let through; what runs now stands on top. */
export function RunsPage() {
  return <ItemListPage list={RUN_LIST} />;
}
