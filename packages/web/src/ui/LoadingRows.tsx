import { Skeleton } from './Skeleton.tsx';

/** The body of a table whose rows are still on their way. */
export function LoadingRows({ columns, rows = 1 }: { columns: number; rows?: number }) {
  return Array.from({ length: rows }, (_, index) => (
    <tr key={index}>
      <td colSpan={columns}>
        <Skeleton />
      </td>
    </tr>
  ));
}
