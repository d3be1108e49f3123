export function FirstRun() {
  return <div>first</div>;
}
